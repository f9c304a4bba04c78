"""Broken promises of how access is given, kept, and lost."""

from tests.mutants.mutant import Mutant

ACCOUNTS, STORAGE = "tests/unit/accounts", "tests/unit/storage"
DOMAIN, JOBS = "tests/unit/domain", "tests/unit/jobs"
PUBLIC = "tests/unit/calendars/test_ics_public.py"
JOINING = "tests/unit/web/test_joining.py"

ACCESS = (
    Mutant(
        name="less_was_allowed_than_asked_and_nobody_noticed",
        module="service/accounts/consent.py",
        fragment="missing = [scope for scope in asking.scopes if scope not in scopes]",
        replacement="missing: list[str] = []",
        caught_by=(f"{ACCOUNTS}/test_consent.py::test_an_unticked_box_is_named_and_gives_no_grant",),
    ),
    Mutant(
        name="the_state_is_not_checked",
        module="service/accounts/consent.py",
        fragment='if not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):',
        replacement="if not (hmac and state):",
        caught_by=(f"{ACCOUNTS}/test_consent.py::test_an_answer_to_somebody_elses_question_is_not_taken",),
    ),
    Mutant(
        name="a_code_needs_no_proof",
        module="service/accounts/consent.py",
        fragment="    flow = _flow(client, scopes, redirect_uri)\n",
        replacement="    flow = _flow(client, scopes, redirect_uri, autogenerate_code_verifier=False)\n",
        caught_by=(
            f"{ACCOUNTS}/test_consent.py::test_the_browser_asks_for_lasting_access_with_a_proof_that_nobody_else_has",
        ),
    ),
    Mutant(
        name="a_grant_is_stored_as_it_is",
        module="service/storage/grants.py",
        fragment="tx.sealer.seal(grant.secret, SECRET) if grant.secret is not None else None",
        replacement="grant.secret",
        caught_by=(f"{STORAGE}/test_grants.py::TestGrants::test_its_secret_is_sealed_in_the_table",),
    ),
    Mutant(
        name="a_channels_token_is_not_compared",
        module="service/storage/channels.py",
        fragment="if row is None or not hmac.compare_digest(row.token_hash, _hashed(token)):",
        replacement="if row is None:",
        caught_by=(f"{STORAGE}/test_grants.py::TestChannels::test_only_its_own_token_speaks_for_a_channel",),
    ),
    Mutant(
        name="a_newer_consent_is_overwritten",
        module="service/accounts/credentials.py",
        fragment="if stored is None or stored.secret != self._grant.secret:",
        replacement="if stored is None:",
        caught_by=(
            f"{ACCOUNTS}/test_keyring.py::test_a_newer_consent_is_never_overwritten_by_a_replaced_token",
        ),
    ),
    Mutant(
        name="each_failure_is_told_as_another_loss",
        module="service/jobs/sync_calendars.py",
        fragment="lost = isinstance(error, AccessLostError) and row.reconnect_since is None",
        replacement="lost = isinstance(error, AccessLostError)",
        caught_by=(f"{JOBS}/test_sync_calendars.py::test_access_that_came_back_heals_everything",),
    ),
    Mutant(
        name="each_plan_tells_of_the_loss_anew",
        module="service/domain/plans/reconnect.py",
        fragment="{since:%Y%m%d%H%M%S}",
        replacement="{now:%Y%m%d%H%M%S}",
        caught_by=(f"{DOMAIN}/plans/test_reconnect.py::test_each_loss_is_told_of_once",),
    ),
    Mutant(
        name="a_loss_that_was_mended_is_told_of",
        module="service/jobs/sync_calendars.py",
        fragment="            reconnect_since=None,\n",
        replacement="",
        caught_by=(
            f"{JOBS}/test_sync_calendars.py::test_a_loss_that_was_mended_before_the_mail_left_is_not_told_of",
        ),
    ),
    Mutant(
        name="a_forwarded_invitation_takes_over",
        module="service/web/joining_desk.py",
        fragment="anew = row.connected_at is not None and invited.at > row.connected_at.timestamp()",
        replacement="anew = row.connected_at is not None",
        caught_by=(
            f"{JOINING}::TestTheSameLinkAgain::test_once_a_calendar_is_connected_another_browser_is_sent_back",
        ),
    ),
    Mutant(
        name="an_invitation_that_was_used_opens_a_leader",
        module="service/web/joining_desk.py",
        fragment="        if row.leader.state is not LeaderState.JOINING:\n            return Step.OVER\n",
        replacement="",
        caught_by=(f"{JOINING}::TestTheSameLinkAgain::test_after_joining_it_shows_nothing_private",),
    ),
    Mutant(
        name="the_end_of_joining_stays_open",
        module="service/web/joining.py",
        fragment="fresh = since < SHOWS_THE_END.total_seconds()",
        replacement="fresh = since >= 0",
        caught_by=(f"{JOINING}::TestReady::test_an_hour_later_it_shows_nothing_private",),
    ),
    Mutant(
        name="a_calendar_is_read_before_joining_is_done",
        module="service/jobs/passes.py",
        fragment=" if row.leader.state is not LeaderState.JOINING]",
        replacement=" if LeaderState.JOINING]",
        caught_by=(f"{JOINING}::TestInvitation::test_who_agrees_is_stored_and_not_yet_written_to",),
    ),
    Mutant(
        name="a_visitors_address_reaches_a_neighbour",
        module="service/calendars/ics_public.py",
        fragment='not all(map(is_public, _addresses(parts.hostname or "")))',
        replacement='not all(map(str, _addresses(parts.hostname or "")))',
        caught_by=(f"{PUBLIC}::test_such_an_address_is_refused_in_one_line",),
    ),
    Mutant(
        name="a_name_turns_round_unseen",
        module="service/calendars/ics_public.py",
        fragment="if not is_public(str(connected.getpeername()[0])):",
        replacement="if not connected:",
        caught_by=(f"{PUBLIC}::test_a_name_that_turns_round_after_it_was_looked_up_gets_no_word",),
    ),
)
