"""The promises of the code, each broken by one fragment, and the tests that must notice."""

from tests.mutants import deciding, sending
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *deciding.KEYS,
    *deciding.CALENDAR,
    *deciding.CYCLE_AND_TIMES,
    *deciding.PLANNING,
    *sending.OUTBOX,
    *sending.REPLIES_AND_PEOPLE,
)
