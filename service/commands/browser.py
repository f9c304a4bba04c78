"""A browser for whoever sits before this machine."""

import argparse
import os
import sys
import webbrowser


def show_in_browser(args: argparse.Namespace, address: str) -> None:
    """Open the address if asked to, or if a window would open for whoever watches, unless told not to."""
    if args.open or (_somebody_watches() and not args.no_browser):
        webbrowser.open(address)


def _somebody_watches() -> bool:
    has_windows = sys.platform in {"darwin", "win32"} or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
    return bool(has_windows) and sys.stdout.isatty()
