"""A leader's months and data: what a passed-on link may show, and what erasing and leave must do."""

from tests.mutants.mutant import Mutant

_DAYS = "tests/unit/domain/test_months.py::TestDays"
_WEB = "tests/unit/web"
_LINK = f"{_WEB}/test_months.py::TestTheMailsLink"
_SYNC = "tests/unit/jobs/test_sync_calendars.py"

MONTHS = (
    Mutant(
        name="later_words_in_the_mails_link",
        module="service/jobs/months.py",
        fragment="if key not in written_since",
        replacement="if key",
        caught_by=(f"{_LINK}::test_what_is_written_after_the_mail_left_is_not_in_it",),
    ),
    Mutant(
        name="later_promises_in_the_mails_link",
        module="service/jobs/months.py",
        fragment=" if one.meeting_id not in written_since]",
        replacement="]",
        caught_by=(f"{_LINK}::test_a_promise_worded_anew_after_the_mail_left_is_not_in_it",),
    ),
    Mutant(
        name="later_kept_promises_in_the_mails_link",
        module="service/jobs/months.py",
        fragment="replace(one, kept=None) if (one.answered_at or moment) > moment else one",
        replacement="one",
        caught_by=(f"{_LINK}::test_a_promise_that_was_kept_after_the_mail_left_is_open_in_it",),
    ),
    Mutant(
        name="any_mails_reference_opens_a_month",
        module="service/web/months.py",
        fragment="email is None or email.kind is not Kind.DIGEST",
        replacement="email is None",
        caught_by=(f"{_LINK}::test_the_reference_of_another_kind_of_mail_opens_nothing",),
    ),
    Mutant(
        name="months_of_the_muted",
        module="service/domain/months.py",
        fragment="for one in pairs if not one.muted}\n    entries",
        replacement="for one in pairs}\n    entries",
        caught_by=(f"{_DAYS}::test_nobody_muted_nothing_from_before_joining_nor_what_went_with_its_series",),
    ),
    Mutant(
        name="erased_without_the_address",
        module="service/web/own_data.py",
        fragment="if typed.strip().lower() not in row.leader.addresses:",
        replacement="if not typed:",
        caught_by=(
            f"{_WEB}/test_own_data.py::TestErasing::test_anything_else_erases_nothing_and_asks_again[yes]",
        ),
    ),
    Mutant(
        name="still_signed_in_when_erased",
        module="service/web/own_data.py",
        fragment="    sign_out()\n",
        replacement="",
        caught_by=(f"{_WEB}/test_own_data.py::TestErasing::test_nobody_is_signed_in_afterwards",),
    ),
    Mutant(
        name="leave_is_not_kept",
        module="service/jobs/sync_calendars.py",
        fragment="        absences.put(tx, row.leader.id, away)\n",
        replacement="",
        caught_by=(f"{_SYNC}::test_leave_is_remembered_while_the_calendar_cannot_be_read",),
    ),
    Mutant(
        name="leave_of_before_the_update_is_not_kept",
        module="service/jobs/sync_calendars.py",
        fragment="same and away == row.absences and",
        replacement="same and",
        caught_by=(f"{_SYNC}::test_leave_that_an_older_version_did_not_keep_is_kept_with_the_next_reading",),
    ),
    Mutant(
        name="leave_of_the_stopped_is_kept",
        module="service/jobs/keep_house.py",
        fragment="        absences.forget_unread(tx, now - ABSENCES)\n",
        replacement="",
        caught_by=("tests/unit/jobs/test_keep_house.py::test_leave_goes_once_its_calendar_is_read_no_more",),
    ),
)
