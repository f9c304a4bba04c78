"""Broken promises of how mail leaves by Gmail, and of which replies are believed."""

from tests.mutants.mutant import Mutant

MAILBOXES, JOBS = "tests/unit/mailboxes", "tests/unit/jobs"

MAIL = (
    Mutant(
        name="a_draft_that_had_left_is_written_anew",
        module="service/jobs/delivery.py",
        fragment="email.draft is not None and not mailbox.withdraw(email.draft):",
        replacement="email.draft is not None and mailbox.withdraw(email.draft) is None:",
        caught_by=(
            f"{JOBS}/test_delivery.py::test_a_draft_that_leaves_while_it_is_looked_for_does_not_leave_again",
        ),
    ),
    Mutant(
        name="a_draft_that_is_gone_counts_as_taken_back",
        module="service/mailboxes/gmail_send.py",
        fragment="                return False\n            raise\n        return True\n",
        replacement="                return True\n            raise\n        return True\n",
        caught_by=(f"{MAILBOXES}/test_gmail_find.py::test_a_draft_that_was_taken_back_has_surely_not_left",),
    ),
    Mutant(
        name="the_sent_folder_is_the_witness",
        module="service/mailboxes/gmail_witness.py",
        fragment="for message_id in history.sent if history else self._last_sent():",
        replacement="for message_id in self._last_sent():",
        caught_by=(
            f"{MAILBOXES}/test_gmail_find.py::test_a_cut_after_acceptance_is_found_at_once_and_never_sent_again",
        ),
    ),
    Mutant(
        name="our_own_message_id_is_kept",
        module="service/mailboxes/gmail_send.py",
        fragment="return read.receipt if read else Receipt(",
        replacement="return Receipt(",
        caught_by=(f"{MAILBOXES}/test_gmail_send.py::test_the_receipt_has_the_ids_that_gmail_gave_not_ours",),
    ),
    Mutant(
        name="what_may_have_left_is_sent_again_without_its_thread",
        module="service/mailboxes/gmail_send.py",
        fragment="if not refused or error.may_have_happened:",
        replacement="if not refused:",
        caught_by=(
            f"{MAILBOXES}/test_gmail_send.py::test_a_follow_up_whose_answer_cannot_be_read_is_not_sent_again",
        ),
    ),
    Mutant(
        name="a_follow_up_names_no_thread",
        module="service/mailboxes/gmail_send.py",
        fragment='{**message, "threadId": mail.thread}',
        replacement="message",
        caught_by=(
            f"{MAILBOXES}/test_gmail_send.py::test_a_follow_up_joins_its_thread_by_its_id_its_references_and_its_subject",
        ),
    ),
    Mutant(
        name="one_mailboxs_full_day_is_everybodys",
        module="service/jobs/send_due.py",
        fragment="people.by_id(tx, email.leader_id).mailbox if office.senders else None",
        replacement="None",
        caught_by=(
            f"{JOBS}/test_send_due.py::test_one_that_is_full_for_the_day_holds_up_its_own_leaders_alone",
        ),
    ),
    Mutant(
        name="a_mailbox_that_is_full_is_asked_on",
        module="service/mailboxes/gmail_send.py",
        fragment="if error.trouble is Trouble.RATE_LIMITED and error.retry_after:",
        replacement="if False:",
        caught_by=(f"{MAILBOXES}/test_gmail_send.py::test_a_full_day_stops_the_mailbox_until_google_says",),
    ),
    Mutant(
        name="drafts_of_other_people_are_swept",
        module="service/mailboxes/gmail_send.py",
        fragment="return KEY.lower() in names and made < before",
        replacement="return made < before",
        caught_by=(
            f"{MAILBOXES}/test_gmail_find.py::test_only_our_own_old_drafts_that_nobody_knows_are_swept",
        ),
    ),
    Mutant(
        name="the_cursor_is_saved_before_the_rows",
        module="service/mailboxes/gmail_replies.py",
        fragment="if not self._waiting and self.seen is not None",
        replacement="if self.seen is not None",
        caught_by=(
            f"{MAILBOXES}/test_gmail_replies.py::test_the_cursor_moves_on_only_when_all_before_it_is_done",
        ),
    ),
    Mutant(
        name="the_mark_is_taken_after_the_inbox_was_read",
        module="service/mailboxes/gmail_replies.py",
        fragment="        mark = self._calls.history_id()\n"
        "        return self._recent(_A_MONTH if start else _A_WEEK), mark\n",
        replacement="        return self._recent(_A_MONTH if start else _A_WEEK), self._calls.history_id()\n",
        caught_by=(
            f"{MAILBOXES}/test_gmail_replies.py::test_a_reply_that_comes_right_after_the_inbox_was_read_is_told_by_the_history",
        ),
    ),
    Mutant(
        name="a_forgotten_history_ends_the_reading",
        module="service/mailboxes/gmail_replies.py",
        fragment="_TOO_OLD = {Trouble.NOT_FOUND, Trouble.GONE, Trouble.REFUSED}",
        replacement="_TOO_OLD = {Trouble.GONE, Trouble.REFUSED}",
        caught_by=(
            f"{MAILBOXES}/test_gmail_replies.py::test_after_a_long_stop_the_inbox_is_read_and_nothing_is_lost",
        ),
    ),
    Mutant(
        name="what_we_sent_is_read_as_a_reply",
        module="service/mailboxes/gmail_replies.py",
        fragment='frozenset({"SENT", ',
        replacement='frozenset({"NOTE", ',
        caught_by=(f"{MAILBOXES}/test_gmail_replies.py::test_only_what_came_in_is_handed_out",),
    ),
    Mutant(
        name="spam_is_read",
        module="service/mailboxes/gmail_replies.py",
        fragment='"DRAFT", "SPAM", ',
        replacement='"DRAFT", "NOTE", ',
        caught_by=(f"{MAILBOXES}/test_gmail_replies.py::test_only_what_came_in_is_handed_out",),
    ),
    Mutant(
        name="a_failed_dmarc_vouches",
        module="service/mail/authenticity.py",
        fragment='return all(one.verdict == "pass" and',
        replacement='return all(one.verdict != "" and',
        caught_by=(
            f"{MAILBOXES}/test_gmail_replies.py::test_gmails_own_stamp_alone_says_whether_the_sender_is_real",
        ),
    ),
    Mutant(
        name="a_stamp_that_came_with_the_mail_vouches",
        module="service/mail/authenticity.py",
        fragment="for name, value in _headers(message):",
        replacement="for name, value in reversed(list(_headers(message))):",
        caught_by=(
            "tests/unit/mail/test_authenticity.py::test_a_stamp_that_came_with_the_mail_counts_for_nothing",
        ),
    ),
    Mutant(
        name="nobody_has_to_vouch_for_a_sender",
        module="service/jobs/replies/sender.py",
        fragment=" and opened.vouched is not False",
        replacement="",
        caught_by=(f"{JOBS}/test_read_replies.py::test_a_reply_that_nobody_vouches_for_is_held",),
    ),
    Mutant(
        name="every_leader_hears_from_the_first_mailbox",
        module="service/mailboxes/pool.py",
        fragment="return mail.via if mail.via in self._mailboxes else self._first",
        replacement="return self._first",
        caught_by=(f"{MAILBOXES}/test_pool.py::test_a_mail_leaves_by_the_mailbox_its_leader_hears_from",),
    ),
    Mutant(
        name="a_leaders_mailbox_changes",
        module="service/storage/people.py",
        fragment="none = or_(leaders.c.mailbox.is_(None), leaders.c.mailbox.not_in(mailboxes))",
        replacement="none = leaders.c.id.is_not(None) if mailboxes else or_()",
        caught_by=(
            f"{JOBS}/test_assign_mailboxes.py::test_who_has_one_keeps_it_though_another_has_room_again",
        ),
    ),
)
