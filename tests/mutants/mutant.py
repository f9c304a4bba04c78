"""What a mutant is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A promise of the code, broken by one fragment.

    `fragment` stands exactly once in `module`, the shortest text that does is the best one.
    `module` and `caught_by` are paths from the project's root, the latter of single tests:
    at least one of them has to fail.
    """

    name: str
    module: str
    fragment: str
    replacement: str
    caught_by: tuple[str, ...]
