"""Broken promises of a leader's own pages, and of what a member is shown."""

from tests.mutants.mutant import Mutant

WEB, JOBS = "tests/unit/web", "tests/unit/jobs"

OWN_PAGES = (
    Mutant(
        name="keys_are_mailed_as_often_as_asked",
        module="service/jobs/door.py",
        fragment="if len(asked) >= KEYS_A_DAY or any(now - at < BETWEEN_KEYS for at in asked):",
        replacement="if len(asked) > 100:",
        caught_by=(f"{WEB}/test_door.py::test_the_same_is_said_whether_or_not_one_was_just_sent",),
    ),
    Mutant(
        name="who_paused_gets_no_key",
        module="service/jobs/delivery.py",
        fragment="frozenset({Kind.RECEIPT, Kind.EXPORT, Kind.ACCESS})",
        replacement="frozenset({Kind.RECEIPT, Kind.EXPORT})",
        caught_by=(f"{WEB}/test_door.py::test_who_paused_or_stopped_gets_it_too_for_they_asked",),
    ),
    Mutant(
        name="a_key_leaves_after_its_time",
        module="service/jobs/letters/access.py",
        fragment="if case.now - asked_at >= LASTS[Purpose.KEY]:",
        replacement="if case.now < asked_at:",
        caught_by=(f"{WEB}/test_door.py::test_a_key_that_could_not_leave_in_time_does_not_leave",),
    ),
    Mutant(
        name="the_door_opens_by_itself",
        module="service/web/door.py",
        fragment="if here is not None and here.leader.key == row.leader.key:",
        replacement="if here is not None:",
        caught_by=(f"{WEB}/test_door.py::test_another_leaders_door_does_not_open_by_that",),
    ),
    Mutant(
        name="looking_at_a_key_turns_it",
        module="service/web/door.py",
        fragment='        speak_to(row)\n        return render_template("door_open.html"',
        replacement='        sign_in(row.leader.key)\n        return render_template("door_open.html"',
        caught_by=(f"{WEB}/test_door.py::test_looking_at_the_key_signs_nobody_in",),
    ),
    Mutant(
        name="who_waits_at_a_page_is_not_told_of",
        module="service/jobs/hints.py",
        fragment="for name in (_CALENDAR, _MAILBOX, _PAGES)",
        replacement="for name in (_CALENDAR, _MAILBOX)",
        caught_by=(f"{JOBS}/test_hints.py::test_who_waits_at_a_page_is_noted_for_the_worker",),
    ),
    Mutant(
        name="all_are_changed_for_one",
        module="service/web/preferring.py",
        fragment="if pair_id in {None, pair.id}]",
        replacement="if pair]",
        caught_by=(f"{WEB}/test_preferences.py::test_a_member_is_muted_and_heard_of_again",),
    ),
    Mutant(
        name="a_set_weekend_is_lost",
        module="service/web/preferring.py",
        fragment="if wishes.country != row.leader.country:",
        replacement="if wishes:",
        caught_by=(
            f"{WEB}/test_preferences.py::test_a_weekend_that_was_set_by_hand_stays_while_the_country_does",
        ),
    ),
    Mutant(
        name="an_unchanged_first_day_moves_the_beginning",
        module="service/domain/wishes.py",
        fragment='if name != "starts_at" or not same_day}',
        replacement="if name or not same_day}",
        caught_by=(f"{WEB}/test_preferences.py::test_the_whole_page_sent_back_unchanged_changes_nothing",),
    ),
    Mutant(
        name="a_member_is_shown_others",
        module="service/jobs/members.py",
        fragment="if one.pair_id == pair.id]",
        replacement="if one.pair_id]",
        caught_by=(f"{WEB}/test_members.py::test_of_others_it_shows_nothing",),
    ),
)
