"""From a letter to the finished mail."""

from collections.abc import Collection
from dataclasses import dataclass

from service.accounts.signing import Purpose
from service.domain.letters import Frame, Kind
from service.domain.ports import Outgoing
from service.jobs.letters.case import Case, Content
from service.languages import locale_of
from service.mail.compose import compose, make_message_id, reply_address
from service.mail.render import render
from service.mail.reply import text_of_html
from service.storage import emails
from service.storage.emails import Email


@dataclass(frozen=True, slots=True)
class Posting:
    """A finished mail and what is kept of it.

    `text` holds the words of both parts: a reply may quote either.
    """

    mail: Outgoing
    subject: str
    text: str
    week: int | None


def prepare_posting(case: Case, content: Content) -> Posting:
    """Render and compose; the same facts give the same bytes, so that a retry is the same mail."""
    email, office = case.email, case.office
    frame = frame_of(case)
    rendered = render(email.kind, content.letter, frame)
    subject, root = _thread(case, rendered.subject)
    thread = root.message_id if root is not None else None
    sender = office.sender_of(case.row)
    place = case.desk.places.get(email.meeting_id or 0)
    week = place.week if place else email.week
    message_id = make_message_id(email.key, sender)
    mime = compose(
        kind=email.kind,
        key=email.key,
        to=case.leader.email,
        to_name=case.leader.name,
        sender=sender,
        token=email.token,
        rendered_subject=subject,
        text=rendered.text,
        html=rendered.html,
        date=case.local(case.now),
        message_id=message_id,
        unsubscribe_url=frame.unsubscribe_url,
        week=week,
        in_reply_to=thread,
        references=(thread,) if thread else (),
        attachment=content.attachment,
    )
    text = f"{rendered.text}\n\n{text_of_html(rendered.html)}"
    return Posting(_outgoing(case, message_id, mime, root), subject, text, week)


def frame_of(case: Case) -> Frame:
    """What every mail of this leader carries, this one's own links included."""
    leader, office, token = case.leader, case.office, case.email.token
    return Frame(
        leader_first_name=leader.person.first_name,
        language=leader.language,
        reference=token,
        unsubscribe_url=f"{office.base_url}/u/{case.row.unsubscribe_token}",
        service_name=office.service_name,
        locale=locale_of(leader.language, leader.country, leader.zone.key),
        reply_to=reply_address(office.sender_of(case.row), token),
        form_url=_page(case, Purpose.FORM, token, {Kind.REFLECTION, Kind.REMINDER, Kind.CONFIRM}),
        month_url=_page(case, Purpose.MONTH, token, {Kind.DIGEST}),
        pages_url=_page(case, Purpose.DOOR, leader.key),
    )


def _page(case: Case, purpose: Purpose, subject: str, kinds: Collection[Kind] = frozenset(Kind)) -> str:
    """A page's whole address; "" where this mail has none. Signed as of the mail's due time, so
    that a second try has the same bytes."""
    office = case.office
    if not office.has_pages or case.email.kind not in kinds:
        return ""
    return office.base_url + office.signer.path(purpose, subject, case.email.due_at)


def _outgoing(case: Case, message_id: str, mime: bytes, root: Email | None) -> Outgoing:
    return Outgoing(
        key=case.email.key,
        to=case.leader.email,
        message_id=message_id,
        mime=mime,
        via=case.row.mailbox or "",
        thread=root.provider_thread if root is not None else None,
    )


def _thread(case: Case, subject: str) -> tuple[str, Email | None]:
    """A follow-up goes into its thread: Re: the same subject, and the mail it answers."""
    if case.email.thread_of is None:
        return subject, None
    root = emails.one(case.tx, case.email.thread_of)
    if root.message_id is None:
        return subject, None
    return f"Re: {root.subject}", root
