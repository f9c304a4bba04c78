#!/bin/sh
# Makes a virtual environment with the first Python that is new enough.
# When there is none, says in one line what to do.
set -eu
venv=$1

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

for python in python3 python3.13 python3.12 python3.11; do
    if new_enough "$python"; then
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$python comes without venv here; on Debian: sudo apt-get install python3-venv" >&2
            exit 1
        fi
        exec "$python" -m venv --clear "$venv"
    fi
done
echo "Vis-à-vis needs Python 3.11 or newer, and python3 here is: $(python3 --version 2>&1 || true)." \
    "On Debian 12 or newer: sudo apt-get install python3 python3-venv; on macOS: brew install python" >&2
exit 1
