"""What every test may ask for. Keep it short: a fixture lives beside what it fakes."""

import os

from hypothesis import settings

pytest_plugins = [
    "tests.fakes.postgres",
    "tests.fakes.databases",
    "tests.fakes.offices",
    "tests.fakes.dear",
    "tests.fakes.figures",
]

# The commands speak English here, whatever the machine's own language is.
os.environ["LC_ALL"] = "C.UTF-8"

# In CI the same examples each time, so that a red run is a change's doing; at home new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
