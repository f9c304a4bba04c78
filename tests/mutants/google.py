"""Broken promises of how Google's calendars are asked, and of what is made of the answers."""

from tests.mutants.mutant import Mutant

GOOGLE, CALENDARS = "tests/unit/google", "tests/unit/calendars"
DOMAIN, JOBS = "tests/unit/domain", "tests/unit/jobs"

CALENDAR = (
    Mutant(
        name="a_sync_token_that_is_too_old_is_swallowed",
        module="service/calendars/google.py",
        fragment="return True  # the token is too old",
        replacement="return False  # the token is too old",
        caught_by=(
            f"{CALENDARS}/test_google_news.py::TestTokenTooOld::test_what_changed_meanwhile_is_found",
        ),
    ),
    Mutant(
        name="what_is_known_is_given_up_before_the_refill",
        module="service/calendars/google.py",
        fragment="                listing = self._listing = self._list(window)",
        replacement="                self._listing = None\n"
        "                listing = self._listing = self._list(window)",
        caught_by=(
            f"{CALENDARS}/test_google_news.py::TestTokenTooOld::test_a_refill_that_fails_in_the_middle_loses_nothing",
        ),
    ),
    Mutant(
        name="a_token_moves_on_though_the_refill_failed",
        module="service/calendars/google.py",
        fragment='                if page.get("items") or _zone_in',
        replacement='                listing.token = page.get("nextSyncToken", listing.token)\n'
        '                if page.get("items") or _zone_in',
        caught_by=(
            f"{CALENDARS}/test_google_news.py::TestSomethingNew::test_news_whose_whole_cannot_be_read_yet_are_read_later",
        ),
    ),
    Mutant(
        name="a_sync_token_goes_with_a_window",
        module="service/calendars/google.py",
        fragment="self._pages(syncToken=listing.token)",
        replacement="self._pages(syncToken=listing.token, timeMin=listing.span.start.isoformat())",
        caught_by=(
            f"{CALENDARS}/test_google_news.py::TestNothingNew::test_no_token_goes_with_what_it_must_not_go_with",
        ),
    ),
    Mutant(
        name="a_token_is_believed_beyond_what_was_listed",
        module="service/calendars/google.py",
        fragment="inside = self.span.start <= window.start and window.end <= self.span.end",
        replacement="inside = True or window",
        caught_by=(f"{CALENDARS}/test_google_news.py::TestDay::test_after_one_the_window_is_listed_whole",),
    ),
    Mutant(
        name="only_the_first_page_is_read",
        module="service/calendars/google.py",
        fragment="            if request is None:\n",
        replacement="            if True:\n",
        caught_by=(f"{CALENDARS}/test_google.py::TestWindow::test_pages_may_be_short_or_empty",),
    ),
    Mutant(
        name="a_calendar_that_is_not_found_is_read_as_empty",
        module="service/calendars/google.py",
        fragment="        answer = self._caller.read(self._account, request)\n",
        replacement="        try:\n"
        "            answer = self._caller.read(self._account, request)\n"
        "        except GoogleError as error:\n"
        "            if error.trouble is not Trouble.NOT_FOUND:\n"
        "                raise\n"
        "            answer = {}\n",
        caught_by=(
            f"{CALENDARS}/test_google_refused.py::TestAccessLost::test_the_whole_calendar_is_refused_and_says_nothing_of_its_events",
        ),
    ),
    Mutant(
        name="of_a_lost_calendar_no_event_is_known",
        module="service/calendars/google.py",
        fragment="if None in found.values():",
        replacement="if False:",
        caught_by=(f"{CALENDARS}/test_google_look_up.py::TestAccessLost::test_is_no_event_that_vanished",),
    ),
    Mutant(
        name="free_and_busy_times_are_read_as_events",
        module="service/calendars/google.py",
        fragment='if page.get("accessRole") in _BLIND:',
        replacement="if False:",
        caught_by=(
            f"{CALENDARS}/test_google_refused.py::TestAccessLost::test_free_and_busy_alone_are_no_calendar",
        ),
    ),
    Mutant(
        name="a_tombstone_is_overlooked",
        module="service/calendars/google.py",
        fragment="tombstones.add(id_of(entry))",
        replacement="pass",
        caught_by=(f"{CALENDARS}/test_google_news.py::TestCancelled::test_so_is_a_single_event_by_its_id",),
    ),
    Mutant(
        name="what_a_tombstone_says_of_a_meeting_is_ignored",
        module="service/jobs/sightings.py",
        fragment="    } | read.tombstones\n",
        replacement="    }\n",
        caught_by=(f"{JOBS}/test_sync_calendars.py::test_a_tombstone_speaks_of_the_meeting_on_record",),
    ),
    Mutant(
        name="absence_cancels_and_nobody_is_asked",
        module="service/jobs/sync_calendars.py",
        fragment="read = read if same else _with_lost_ones(office, row, read, now)",
        replacement="read = read if same else read",
        caught_by=(
            f"{JOBS}/test_sync_calendars.py::test_one_that_moved_out_of_the_window_is_no_cancellation",
        ),
    ),
    Mutant(
        name="no_answer_at_google_declines",
        module="service/calendars/google_events.py",
        fragment='entry.get("responseStatus", ""), Response.NEEDS_ACTION)',
        replacement='entry.get("responseStatus", ""), Response.DECLINED)',
        caught_by=(f"{CALENDARS}/test_google.py::TestAnswers::test_no_answer_yet_is_no_refusal",),
    ),
    Mutant(
        name="what_nobody_needs_to_know_is_asked_for",
        module="service/calendars/google_events.py",
        fragment='"visibility,organizer(',
        replacement='"visibility,description,organizer(',
        caught_by=(
            f"{CALENDARS}/test_google.py::TestPrivacy::test_no_description_place_attachment_or_link_is_asked_for",
        ),
    ),
)

CALLS = (
    Mutant(
        name="a_refusal_is_told_by_its_status",
        module="service/google/refusals.py",
        fragment="_WORDS.get(answer.reason) or _STATUSES.get(status)",
        replacement="_STATUSES.get(status)",
        caught_by=(f"{GOOGLE}/test_refusals.py::TestAtGoogle::test_a_quota_that_is_used_up",),
    ),
    Mutant(
        name="a_quota_that_is_used_up_is_asked_on",
        module="service/google/calls.py",
        fragment="if trouble.trouble is Trouble.EXHAUSTED:",
        replacement="if False:",
        caught_by=(f"{GOOGLE}/test_calls.py::TestUsedUp::test_other_leaders_calls_are_not_even_made",),
    ),
    Mutant(
        name="google_is_asked_before_it_said",
        module="service/google/calls.py",
        fragment="LONGEST_PAUSE), error.retry_after or 0.0)",
        replacement="LONGEST_PAUSE), 0.0)",
        caught_by=(f"{GOOGLE}/test_calls.py::TestRetryAfter::test_google_is_not_asked_before_it_said",),
    ),
    Mutant(
        name="pauses_grow_without_end",
        module="service/google/calls.py",
        fragment="min(2.0 ** (tried - 1) + self._jitter(), LONGEST_PAUSE)",
        replacement="2.0 ** (tried - 1) + self._jitter()",
        caught_by=(f"{GOOGLE}/test_calls.py::TestReadingAgain::test_no_pause_is_longer_than_about_a_minute",),
    ),
    Mutant(
        name="all_leaders_ask_again_at_once",
        module="service/google/calls.py",
        fragment="(tried - 1) + self._jitter()",
        replacement="(tried - 1)",
        caught_by=(f"{GOOGLE}/test_calls.py::TestReadingAgain::test_the_pauses_grow_and_it_gives_up",),
    ),
    Mutant(
        name="the_projects_limit_is_nobodys",
        module="service/google/calls.py",
        fragment="if not (limiter or self._calendar).take(",
        replacement="if limiter and not limiter.take(",
        caught_by=(f"{GOOGLE}/test_calls.py::TestLimits::test_all_leaders_share_the_projects",),
    ),
    Mutant(
        name="the_service_account_counts_as_one_user",
        module="service/google/calls.py",
        fragment="if account.quota_user is not None and",
        replacement="if False and",
        caught_by=(
            f"{GOOGLE}/test_calls.py::TestQuotaUser::test_it_is_said_where_a_service_account_acts_for_many",
        ),
    ),
    Mutant(
        name="a_write_is_tried_again",
        module="service/google/calls.py",
        fragment="return self._call(account, request, units, limiter, self.pace.now() + PATIENCE)",
        replacement="return self.read(account, request, units=units, limiter=limiter)",
        caught_by=(f"{GOOGLE}/test_calls.py::TestWriting::test_it_is_made_once",),
    ),
    Mutant(
        name="a_cut_call_is_sent_again",
        module="service/google/transport.py",
        fragment="raise GoogleError(Trouble.NO_ANSWER, may_have_happened=True) from None",
        replacement="return self.send(method, uri, body, headers)",
        caught_by=(f"{GOOGLE}/test_calls.py::TestAMailAtGoogle::test_cut_off_after_it_was_taken",),
    ),
    Mutant(
        name="every_thread_fetches_a_token",
        module="service/google/tokens.py",
        fragment="            with self._lock:\n                if not self._credentials.valid:\n",
        replacement="            if True:\n                if not self._credentials.valid:\n",
        caught_by=(f"{GOOGLE}/test_tokens.py::TestFetching::test_many_threads_fetch_one",),
    ),
    Mutant(
        name="what_was_counted_is_counted_again",
        module="service/google/meter.py",
        fragment="calls, self._calls = self._calls, {}",
        replacement="calls = self._calls",
        caught_by=(f"{GOOGLE}/test_meter.py::test_what_was_drained_is_not_counted_again",),
    ),
)

POLLING = (
    Mutant(
        name="near_a_meeting_it_is_asked_as_seldom_as_ever",
        module="service/domain/polling.py",
        fragment="for meeting in agenda if last < meeting.end)",
        replacement="for meeting in ())",
        caught_by=(f"{DOMAIN}/test_polling.py::test_around_a_one_on_one_every_few_minutes",),
    ),
    Mutant(
        name="setbacks_grow_without_end",
        module="service/domain/polling.py",
        fragment="return min(timedelta(minutes=2 ** min(failures - 1, 10)), LONGEST_SETBACK)",
        replacement="return timedelta(minutes=2 ** min(failures - 1, 10))",
        caught_by=(f"{DOMAIN}/test_polling.py::test_failures_in_a_row_wait_ever_longer_up_to_an_hour",),
    ),
    Mutant(
        name="a_calendar_that_fails_is_asked_in_every_pass",
        module="service/jobs/polling.py",
        fragment="(due and not look.failures)",
        replacement="due",
        caught_by=(
            f"{JOBS}/test_polling.py::test_one_that_fails_is_asked_ever_later_even_before_a_mail_leaves",
        ),
    ),
    Mutant(
        name="a_hint_is_ignored",
        module="service/jobs/polling.py",
        fragment=" or _has_news(row, look):",
        replacement=":",
        caught_by=(f"{JOBS}/test_polling.py::test_a_hint_or_a_new_connection_is_followed_at_once",),
    ),
)
