"""The promises of the code, each broken by one fragment, and the tests that must notice."""

from tests.mutants import access, deciding, forms, gmail, google, languages, months, own_pages, sending
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *deciding.KEYS,
    *deciding.CALENDAR,
    *deciding.CYCLE_AND_TIMES,
    *deciding.PLANNING,
    *sending.OUTBOX,
    *sending.REPLIES_AND_PEOPLE,
    *google.CALENDAR,
    *google.CALLS,
    *google.POLLING,
    *gmail.MAIL,
    *access.ACCESS,
    *forms.FORMS,
    *own_pages.OWN_PAGES,
    *months.MONTHS,
    *languages.LANGUAGES,
)
