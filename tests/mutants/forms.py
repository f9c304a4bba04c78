"""Broken promises of the form's page: what it stores, and to whom it shows it."""

from tests.mutants.mutant import Mutant

JOB, PAGE = "tests/unit/jobs/test_forms.py", "tests/unit/web/test_forms.py"

FORMS = (
    Mutant(
        name="whoever_has_the_link_sees_what_was_answered",
        module="service/jobs/forms.py",
        fragment="    sections = form_sections(parts, may_see=may_see)\n",
        replacement="    may_see = True\n    sections = form_sections(parts, may_see=may_see)\n",
        caught_by=(
            f"{PAGE}::TestStrangers::test_a_link_that_was_passed_on_shows_nothing_of_what_was_written",
        ),
    ),
    Mutant(
        name="who_sent_once_sees_all_that_comes_later",
        module="service/jobs/forms.py",
        fragment='(state != "" and browser.left.get(root.token) == state)',
        replacement="root.token in browser.left",
        caught_by=(f"{PAGE}::TestStrangers::test_who_sent_first_does_not_see_what_the_leader_adds",),
    ),
    Mutant(
        name="sending_opens_the_form_to_a_stranger",
        module="service/jobs/forms.py",
        fragment="may_see = before.may_see or not before.state  #",
        replacement="may_see = True  #",
        caught_by=(f"{PAGE}::TestStrangers::test_sending_does_not_open_it_to_them",),
    ),
    Mutant(
        name="a_stranger_replaces_what_is_there",
        module="service/jobs/forms.py",
        fragment="replacing = before.may_see and entry.seen == before.state",
        replacement="replacing = entry.seen == before.state",
        caught_by=(f"{JOB}::TestWhoMaySee::test_a_stranger_to_an_answered_form_sees_none_of_it_and_adds",),
    ),
    Mutant(
        name="a_reply_that_came_in_meanwhile_is_overwritten",
        module="service/jobs/forms.py",
        fragment="replacing = before.may_see and entry.seen == before.state",
        replacement="replacing = before.may_see",
        caught_by=(f"{JOB}::TestEditing::test_what_came_in_meanwhile_is_added_to_and_nothing_is_lost",),
    ),
    Mutant(
        name="a_stranger_adds_and_nobody_is_told",
        module="service/jobs/forms.py",
        fragment='return f"{name}-{after.state[:8]}" if after.state != before.state else ""',
        replacement="return name",
        caught_by=(f"{JOB}::TestWhoMaySee::test_one_who_adds_unseen_is_told_to_the_leader_each_time",),
    ),
    Mutant(
        name="a_newer_promise_shows_through_an_old_link",
        module="service/jobs/form_parts.py",
        fragment="        if may_see or _squeezed(promise.text) in shown\n",
        replacement="",
        caught_by=(
            f"{JOB}::TestWhoMaySee::test_a_promise_stands_in_the_form_as_in_the_mail_and_no_newer_one",
        ),
    ),
    Mutant(
        name="another_site_sends_the_form",
        module="service/web/forms.py",
        fragment="return Tell.NOTHING if is_genuine() else Tell.STALE",
        replacement="return Tell.NOTHING",
        caught_by=(f"{PAGE}::TestSending::test_nobody_else_can_send_it_for_the_leader",),
    ),
    Mutant(
        name="what_is_cleared_still_counts",
        module="service/jobs/replies/keep.py",
        fragment="_change(keeping, unsaid(meeting, keeping.now))",
        replacement="pass",
        caught_by=(f"{JOB}::TestEditing::test_an_outcome_that_is_cleared_counts_no_more",),
    ),
    Mutant(
        name="a_promise_that_is_cleared_stays",
        module="service/jobs/replies/keep.py",
        fragment="        reflections.forget_promise(keeping.tx, meeting_id)\n",
        replacement="        pass\n",
        caught_by=(f"{JOB}::TestEditing::test_what_is_sent_takes_the_place_of_what_was_shown",),
    ),
)
