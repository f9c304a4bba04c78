"""Which seeds to live through: so many from the first on, or the one that is to be seen again."""

import os

PLAIN, GOOGLE = "SEED", "GOOGLE_SEED"


def seeds(which: str, count: int, first: int = 0) -> range:
    """`SEED` and `GOOGLE_SEED` name a single one, so nothing else runs; `SEEDS` and `GOOGLE_SEEDS`
    say how many."""
    if which in os.environ:
        return range(int(os.environ[which]), int(os.environ[which]) + 1)
    if PLAIN in os.environ or GOOGLE in os.environ:
        return range(0)
    return range(first, first + int(os.environ.get(f"{which}S", count)))
