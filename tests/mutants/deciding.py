"""Broken promises of what is recognised as what, and of which mails follow."""

from tests.mutants.mutant import Mutant

DOMAIN, PLANS, JOBS = "tests/unit/domain", "tests/unit/domain/plans", "tests/unit/jobs"
STORAGE, STORIES = "tests/unit/storage", "tests/integration"

KEYS = (
    Mutant(
        name="a_prep_key_without_its_occurrence",
        module="service/domain/plans/prep.py",
        fragment='f"prep:{meeting.key}" if',
        replacement='f"prep:{meeting.pair_id}" if',
        caught_by=(f"{JOBS}/test_passes.py::test_the_same_pair_is_prepared_and_asked_anew_every_week",),
    ),
    Mutant(
        name="a_reflection_key_without_its_occurrence",
        module="service/domain/plans/reflection.py",
        fragment='return f"reflection:{meeting.key}"',
        replacement='return f"reflection:{meeting.pair_id}"',
        caught_by=(f"{JOBS}/test_passes.py::test_the_same_pair_is_prepared_and_asked_anew_every_week",),
    ),
    Mutant(
        name="a_meetings_name_without_its_occurrence",
        module="service/storage/people.py",
        fragment="member_key(pair.member), uid, occurrence)",
        replacement="member_key(pair.member), uid)",
        caught_by=(f"{STORAGE}/test_meetings.py::test_the_name_is_the_same_whatever_was_seen_before",),
    ),
    Mutant(
        name="a_digest_key_without_its_month",
        module="service/domain/plans/month.py",
        fragment='f"digest:{leader_key}:{month:%Y-%m}"',
        replacement='f"digest:{leader_key}"',
        caught_by=(f"{PLANS}/test_month.py::test_each_month_has_one",),
    ),
    Mutant(
        name="a_taken_key_is_given_another_number",
        module="service/storage/outbox.py",
        fragment='"key": new.key,',
        replacement='"key": new.key + secrets.token_hex(2),',
        caught_by=(f"{STORAGE}/test_outbox.py::test_a_key_is_taken_once",),
    ),
)

CALENDAR = (
    Mutant(
        name="a_suddenly_empty_calendar_is_taken_as_whole",
        module="service/jobs/sync_calendars.py",
        fragment="if not read.events:",
        replacement="if False:",
        caught_by=(
            f"{JOBS}/test_sync_calendars.py::test_a_suddenly_empty_calendar_is_an_error_and_no_cancellation",
        ),
    ),
    Mutant(
        name="a_failed_reading_is_taken_as_whole",
        module="service/jobs/sync_calendars.py",
        fragment="        _note_failure(office, row, error, now)\n        raise\n",
        replacement='        read = CalendarRead((), f"failed: {error}")\n',
        caught_by=(
            f"{JOBS}/test_sync_calendars.py::test_a_reading_that_fails_changes_nothing_is_kept_and_heals",
        ),
    ),
    Mutant(
        name="absence_beyond_the_window_cancels",
        module="service/domain/meetings.py",
        fragment="inside = window.start <= meeting.start and meeting.end <= window.end",
        replacement="inside = True or window",
        caught_by=(
            f"{DOMAIN}/test_meetings.py::TestAbsenceIsNotAlwaysCancellation::test_what_has_left_the_window_is_not_missed",
        ),
    ),
    Mutant(
        name="absence_at_the_windows_edge_cancels",
        module="service/domain/meetings.py",
        fragment="return gone.what is What.VANISHED and gone",
        replacement="return False and gone",
        caught_by=(
            f"{DOMAIN}/test_meetings.py::TestAbsenceIsNotAlwaysCancellation::test_what_may_have_moved_behind_the_far_edge_is_waited_for",
        ),
    ),
    Mutant(
        name="a_tidied_history_cancels",
        module="service/domain/meetings.py",
        fragment="return inside and ours and self.reading.last_saw(meeting) < meeting.start",
        replacement="return inside and ours",
        caught_by=(
            f"{DOMAIN}/test_meetings.py::TestAbsenceIsNotAlwaysCancellation::test_what_had_begun_while_it_was_there_is_presumed_held",
        ),
    ),
    Mutant(
        name="moved_is_cancelled_and_new",
        module="service/domain/identity.py",
        fragment="by_slot = _by_slot(unplaced, candidates, half, set(by_id), reading)",
        replacement="by_slot = _by_slot((), candidates, half, set(by_id), reading)",
        caught_by=(f"{STORIES}/test_calendar_stories.py::test_deleted_and_made_anew_is_rescheduled",),
    ),
    Mutant(
        name="a_whole_series_that_shifts_is_cancelled",
        module="service/domain/identity.py",
        fragment="half = {pair: cadence / 2 for",
        replacement="half = {pair: cadence / 20 for",
        caught_by=(f"{DOMAIN}/test_identity.py::test_a_whole_series_moved_by_some_days_is_paired_in_order",),
    ),
    Mutant(
        name="a_series_end_is_many_cancellations",
        module="service/domain/meetings.py",
        fragment="if key in carried_on or not self._series_ended(group):",
        replacement="if True:",
        caught_by=(
            f"{DOMAIN}/test_meetings_called_off.py::TestSeriesEnd::test_a_series_that_vanishes_is_one_event",
        ),
    ),
    Mutant(
        name="no_answer_yet_declines",
        module="service/domain/authorship.py",
        fragment="return guest.response is Response.DECLINED",
        replacement="return guest.response is not Response.ACCEPTED",
        caught_by=(f"{DOMAIN}/test_authorship.py::test_no_answer_yet_never_means_no",),
    ),
    Mutant(
        name="the_end_itself_is_not_yet_the_end",
        module="service/domain/outcomes.py",
        fragment="or meeting.end > now:\n        return None",
        replacement="or meeting.end >= now:\n        return None",
        caught_by=(
            f"{DOMAIN}/test_outcomes.py::TestTimePasses::test_a_meeting_is_presumed_held_from_its_end",
        ),
    ),
)

CYCLE_AND_TIMES = (
    Mutant(
        name="the_week_advances_on_every_meeting",
        module="service/domain/cycle.py",
        fragment="position += meeting.state in ADVANCES",
        replacement="position += 1",
        caught_by=(f"{DOMAIN}/test_cycle.py::test_a_meeting_that_was_not_held_skips_nothing",),
    ),
    Mutant(
        name="the_week_advances_by_the_date",
        module="service/domain/cycle.py",
        fragment="yield position, meeting\n",
        replacement="yield (meeting.start - min(m.start for m in counted)).days // 7, meeting\n",
        caught_by=(
            f"{DOMAIN}/test_cycle.py::test_the_second_meeting_of_a_calendar_week_gets_the_next_structure",
        ),
    ),
    Mutant(
        name="local_rules_in_utc",
        module="service/domain/workdays.py",
        fragment="wall = datetime.combine(day, clock, tzinfo=zone)",
        replacement="zone, wall = UTC, datetime.combine(day, clock, tzinfo=UTC)",
        caught_by=(f"{DOMAIN}/test_timing.py::test_the_clock_is_the_leaders_also_when_clocks_change",),
    ),
    Mutant(
        name="quiet_hours_ignored",
        module="service/domain/timing.py",
        fragment="return quiet[1] if quiet is not None else moment.astimezone(UTC)",
        replacement="return moment.astimezone(UTC)",
        caught_by=(f"{DOMAIN}/test_timing.py::test_quiet_hours_last_from_eight_to_seven_unless_set",),
    ),
)

PLANNING = (
    Mutant(
        name="a_prep_after_its_meeting_began",
        module="service/domain/plans/prep.py",
        fragment="    if meeting.start - now < LAST_MOMENT:\n",
        replacement="    if now - meeting.end > LAST_MOMENT:\n",
        caught_by=(f"{PLANS}/test_prep.py::test_with_nine_minutes_left_it_is_skipped",),
    ),
    Mutant(
        name="a_second_prep_after_every_move",
        module="service/domain/plans/prep.py",
        fragment="return moved_since and last.week != week",
        replacement="return moved_since",
        caught_by=(f"{PLANS}/test_prep.py::test_moved_after_the_prep_left_it_gets_no_second_one",),
    ),
    Mutant(
        name="a_prep_for_a_cancelled_meeting",
        module="service/domain/plans/prep.py",
        fragment="    if meeting.state not in LIVE | COUNTS_AS_HELD:\n",
        replacement="    if False:\n",
        caught_by=(f"{PLANS}/test_prep.py::test_only_a_meeting_that_stands_is_prepared",),
    ),
    Mutant(
        name="a_prep_from_a_calendar_unread_for_days",
        module="service/domain/plans/prep.py",
        fragment="now - desk.calendar_read_at > TRUST_A_READING",
        replacement="False",
        caught_by=(f"{PLANS}/test_prep.py::test_none_from_a_calendar_that_was_not_read_for_three_days",),
    ),
    Mutant(
        name="a_reminder_though_it_was_answered",
        module="service/domain/plans/reflection.py",
        fragment="    if form.answered_at is not None:\n",
        replacement="    if False:\n",
        caught_by=(f"{PLANS}/test_reflection.py::test_an_answered_form_needs_none",),
    ),
    Mutant(
        name="a_bundled_form_also_sent_alone",
        module="service/domain/plans/reflection.py",
        fragment="yield _form(desk, meeting, due, Reason.BUNDLED, carrier=_key(last))",
        replacement="yield _form(desk, meeting, due, None)",
        caught_by=(f"{PLANS}/test_reflection.py::test_two_back_to_back_share_a_form_after_the_last",),
    ),
    Mutant(
        name="what_went_in_another_form_asked_again",
        module="service/domain/desk.py",
        fragment="self.status in LEFT or self.carried or",
        replacement="self.status in LEFT or",
        caught_by=(f"{PLANS}/test_reflection.py::test_what_went_in_another_form_is_not_asked_about_again",),
    ),
    Mutant(
        name="a_form_days_too_late",
        module="service/domain/plans/reflection.py",
        fragment="if now - _base(desk, meeting) > FORM_IS_FRESH:",
        replacement="if False:",
        caught_by=(f"{PLANS}/test_reflection.py::test_after_three_days_nobody_remembers",),
    ),
    Mutant(
        name="more_than_one_rebook_note_a_week",
        module="service/domain/plans/rebook.py",
        fragment="due - latest[meeting.pair_id] < ONE_A_WEEK:",
        replacement="due < latest[meeting.pair_id]:",
        caught_by=(f"{PLANS}/test_rebook.py::test_at_most_one_a_week_per_pair",),
    ),
    Mutant(
        name="a_rebook_note_though_the_member_cancelled",
        module="service/domain/plans/rebook.py",
        fragment="if change.by is not By.LEADER and",
        replacement="if change.by is None and",
        caught_by=(f"{PLANS}/test_rebook.py::test_there_is_no_word_of_it_where_it_was_not_the_leaders_side",),
    ),
    Mutant(
        name="mail_to_one_who_stopped",
        module="service/domain/desk.py",
        fragment="if leader.state in {LeaderState.STOPPED, LeaderState.JOINING}:",
        replacement="if False:",
        caught_by=(f"{DOMAIN}/test_planning.py::test_one_who_stopped_gets_nothing",),
    ),
    Mutant(
        name="mail_in_a_pause",
        module="service/domain/desk.py",
        fragment="if leader.state is LeaderState.PAUSED and",
        replacement="if False and",
        caught_by=(f"{PLANS}/test_prep.py::test_a_pause_holds_back_what_is_due_before_it_ends",),
    ),
)
