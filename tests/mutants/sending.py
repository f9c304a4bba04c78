"""Broken promises of what leaves, once, and of what comes in."""

from tests.mutants.mutant import Mutant

JOBS, STORAGE, MAILBOXES = "tests/unit/jobs", "tests/unit/storage", "tests/unit/mailboxes"

OUTBOX = (
    Mutant(
        name="no_check_again_before_the_send",
        module="service/jobs/delivery.py",
        fragment="verdict = _check_again(delivery)",
        replacement="verdict = None",
        caught_by=(f"{JOBS}/test_delivery.py::test_what_is_not_wanted_any_more_is_taken_back",),
    ),
    Mutant(
        name="what_is_wanted_later_leaves_now",
        module="service/jobs/delivery.py",
        fragment="decision.planned and decision.due <= now for",
        replacement="decision.planned for",
        caught_by=(f"{JOBS}/test_delivery.py::test_what_is_wanted_later_is_taken_back_and_leaves_then",),
    ),
    Mutant(
        name="only_what_is_due_this_very_moment_leaves",
        module="service/storage/outbox.py",
        fragment="emails.c.available_at <= now)\n    query = (\n",
        replacement="emails.c.available_at == now)\n    query = (\n",
        caught_by=(
            f"{STORAGE}/test_outbox.py::test_deliverable_is_what_is_due_and_what_was_left_in_sending_oldest_first",
        ),
    ),
    Mutant(
        name="a_leader_is_looked_at_this_very_moment_or_never",
        module="service/storage/people.py",
        fragment="leaders.c.next_due_at <= now)",
        replacement="leaders.c.next_due_at == now)",
        caught_by=(f"{STORAGE}/test_people.py::test_a_leader_is_due_when_the_time_has_come_or_is_unknown",),
    ),
    Mutant(
        name="what_was_put_off_leaves_at_once",
        module="service/storage/outbox.py",
        fragment="emails.c.available_at <= now)\n    query = (\n",
        replacement="emails.c.due_at <= now)\n    query = (\n",
        caught_by=(f"{STORAGE}/test_outbox.py::test_what_is_put_off_waits_and_counts_its_tries",),
    ),
    Mutant(
        name="a_claim_without_its_fence",
        module="service/storage/outbox.py",
        fragment="        emails.c.fence == email.fence,\n        emails.c.status.in_(",
        replacement="        emails.c.status.in_(",
        caught_by=(f"{STORAGE}/test_outbox.py::test_of_two_claimers_one_wins",),
    ),
    Mutant(
        name="who_lost_the_lease_may_write",
        module="service/storage/outbox.py",
        fragment="        emails.c.fence == email.fence,\n        emails.c.status == Status.SENDING,\n",
        replacement="        emails.c.status == Status.SENDING,\n",
        caught_by=(f"{STORAGE}/test_outbox.py::test_who_lost_the_lease_changes_nothing",),
    ),
    Mutant(
        name="a_dead_owners_lease_is_waited_for",
        module="service/jobs/send_due.py",
        fragment='return email.lease_until <= now or office.owners.is_gone(email.lease_owner or "")',
        replacement="return email.lease_until <= now",
        caught_by=(f"{JOBS}/test_delivery.py::test_who_dies_anywhere_is_followed_by_one_who_finishes_it",),
    ),
    Mutant(
        name="a_living_owners_lease_is_taken",
        module="service/jobs/send_due.py",
        fragment="return email.lease_until <= now or ",
        replacement="return True or ",
        caught_by=(f"{JOBS}/test_delivery.py::test_a_lease_that_still_runs_is_respected",),
    ),
    Mutant(
        name="a_paused_owner_is_held_to_be_dead",
        module="service/storage/owners.py",
        fragment="        except OSError:\n            return False\n",
        replacement="        except OSError:\n            return True\n",
        caught_by=(f"{STORAGE}/test_owners.py::test_the_living_are_not_gone_and_have_names_of_their_own",),
    ),
    Mutant(
        name="a_drafts_id_is_not_committed",
        module="service/jobs/delivery.py",
        fragment="kept = outbox.keep_draft(tx, delivery.email, draft)",
        replacement="kept = True",
        caught_by=(f"{JOBS}/test_delivery.py::test_who_dies_anywhere_is_followed_by_one_who_finishes_it",),
    ),
    Mutant(
        name="a_receipt_is_not_committed",
        module="service/jobs/delivery.py",
        fragment="begin() as tx:\n        kept = outbox.mark_sent(",
        replacement="read() as tx:\n        kept = outbox.mark_sent(",
        caught_by=(f"{JOBS}/test_delivery.py::test_a_due_mail_leaves_and_its_receipt_is_kept",),
    ),
    Mutant(
        name="what_may_have_left_is_not_looked_for",
        module="service/jobs/delivery.py",
        fragment="    receipt = _left_already(delivery)\n",
        replacement="    receipt = None\n",
        caught_by=(
            f"{JOBS}/test_delivery.py::test_what_left_counts_as_sent_though_it_is_not_wanted_any_more",
        ),
    ),
    Mutant(
        name="what_was_sent_may_be_opened_again",
        module="service/storage/outbox.py",
        fragment="emails.c.id == email.id, emails.c.status == Status.SKIPPED, **values",
        replacement="emails.c.id == email.id, **values",
        caught_by=(f"{STORAGE}/test_outbox.py::test_only_what_was_skipped_is_opened_again",),
    ),
    Mutant(
        name="a_maildir_delivers_again_under_another_name",
        module="service/mailboxes/maildir.py",
        fragment='hashlib.sha256(key.encode("utf-8", "surrogatepass"))',
        replacement="hashlib.sha256(os.urandom(8))",
        caught_by=(
            "tests/contract/test_mailbox.py::test_a_second_delivery_of_the_same_mail_leaves_one_mail_and_the_same_receipt",
        ),
    ),
    Mutant(
        name="a_maildir_delivers_again_what_was_read",
        module="service/mailboxes/maildir.py",
        fragment="if not _is_delivered(self._outbox, name):",
        replacement="if True:",
        caught_by=(f"{MAILBOXES}/test_maildir.py::test_a_mail_a_reader_has_moved_is_not_delivered_again",),
    ),
)

REPLIES_AND_PEOPLE = (
    Mutant(
        name="a_reply_is_done_before_its_commit",
        module="service/jobs/read_replies.py",
        fragment="outcome = _deal_with(office, incoming, now)",
        replacement="outcome = office.mailbox.done(incoming.handle) or _deal_with(office, incoming, now)",
        caught_by=(
            f"{JOBS}/test_read_replies.py::test_a_crash_before_the_commit_leaves_the_reply_in_the_mailbox",
        ),
    ),
    Mutant(
        name="a_known_reply_is_read_again",
        module="service/jobs/read_replies.py",
        fragment="if replies.known(tx, opened.digest):",
        replacement="if False:",
        caught_by=(f"{JOBS}/test_read_replies.py::test_a_crash_after_the_commit_takes_nothing_in_twice",),
    ),
    Mutant(
        name="anybody_may_answer",
        module="service/jobs/replies/sender.py",
        fragment="return sender in row.leader.addresses and",
        replacement="return bool(sender) and",
        caught_by=(f"{JOBS}/test_read_replies.py::test_a_reply_from_elsewhere_is_held_and_changes_nothing",),
    ),
    Mutant(
        name="automatic_mail_is_read",
        module="service/jobs/read_replies.py",
        fragment="    if automatic is not None:\n",
        replacement="    if False:\n",
        caught_by=(f"{JOBS}/test_read_replies.py::test_automatic_mail_is_never_read",),
    ),
    Mutant(
        name="one_leaders_failure_ends_the_pass",
        module="service/jobs/passes.py",
        fragment="except Exception as error:  # noqa: BLE001 - one leader's failure",
        replacement="except LookupError as error:  # noqa: BLE001 - one leader's failure",
        caught_by=(f"{JOBS}/test_passes.py::test_even_a_fault_that_nobody_foresaw_is_one_line",),
    ),
    Mutant(
        name="a_pass_that_raises_ends_the_worker",
        module="service/worker.py",
        fragment="except Exception:  # the ticker",
        replacement="except LookupError:  # the ticker",
        caught_by=("tests/unit/test_worker.py::test_a_pass_that_raises_does_not_end_it",),
    ),
    Mutant(
        name="secrets_stored_as_they_are",
        module="service/accounts/vault.py",
        fragment='return self._fernet(purpose).encrypt(_to_bytes(text)).decode("ascii")',
        replacement='return base64.b64encode(_to_bytes(text)).decode("ascii")',
        caught_by=(
            "tests/unit/accounts/test_vault.py::test_a_sealed_text_does_not_show_its_content_and_never_looks_the_same_twice",
        ),
    ),
)
