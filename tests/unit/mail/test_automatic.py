"""Mail no person wrote, told from a person's reply."""

from email import message_from_string

import pytest

from service.mail.automatic import automatic_reason

PERSON = "From: Dana <dana@example.com>\nSubject: Re: Your one-on-one with Ana\n"


def _reason(headers: str, body: str = "yes\n") -> str | None:
    return automatic_reason(message_from_string(f"{headers}\n{body}"))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("X-Visavis-Kind: prep", "our_own_mail"),
        ("Auto-Submitted: auto-replied", "out_of_office"),
        ("Auto-Submitted: auto-replied; owner-email=dana@example.com", "out_of_office"),
        ("Auto-Submitted: auto-generated", "auto_submitted"),
        ("Auto-Submitted: auto-notified", "auto_submitted"),
        ("Precedence: auto_reply", "out_of_office"),
        ("Precedence: bulk", "bulk"),
        ("Precedence: junk", "bulk"),
        ("Precedence: list", "list"),
        ("List-Id: <news.example.com>", "list"),
        ("Return-Path: <>", "bounce"),
        ("X-Failed-Recipients: dana@example.com", "bounce"),
        ("X-Autoreply: yes", "out_of_office"),
        ("X-Autorespond: Vacation", "out_of_office"),
    ],
)
def test_a_header_that_only_machines_write_gives_the_reason(header: str, reason: str) -> None:
    assert _reason(f"{PERSON}{header}\n") == reason


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@example.com", "Mail System <postmaster@example.com>"])
def test_a_mail_system_is_no_person(sender: str) -> None:
    assert _reason(f"From: {sender}\nSubject: Undelivered\n") == "bounce"


@pytest.mark.parametrize(
    ("kind", "reason"), [("delivery-status", "bounce"), ("disposition-notification", "read_receipt")]
)
def test_reports_are_no_replies(kind: str, reason: str) -> None:
    headers = f"{PERSON}MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary=x\n"
    assert _reason(headers, "--x\n\nhello\n--x--\n") == reason


def test_a_calendar_that_answers_an_invitation_is_no_reply() -> None:
    headers = f"{PERSON}MIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY\n"
    assert _reason(headers, "BEGIN:VCALENDAR\n") == "calendar_answer"


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your one-on-one with Ana",
        "Out of office",
        "Out of Office: back on Monday",
        "Abwesenheitsnotiz: Ihr Gespräch",
        "Automatische Antwort: hallo",
        "Réponse automatique : bonjour",
        "Respuesta automática: hola",
        "Fuera de la oficina: vuelvo el lunes",
        "Estoy de vacaciones",
        "Aviso de ausencia",
        "Resposta automática: olá",
        "Ausência do escritório: volto na segunda",
        "Fora do escritório",
        "Estou de férias",
        "Risposta automatica: ciao",
        "=?utf-8?q?R=C3=A9ponse_automatique?=",
        "Автоответ: да",
        "自動返信: こんにちは",
    ],
)
def test_an_absence_note_is_known_by_how_its_subject_begins(subject: str) -> None:
    assert _reason(f"From: dana@example.com\nSubject: {subject}\n") == "out_of_office"


@pytest.mark.parametrize(
    "headers",
    [
        PERSON,
        "From: dana@example.com\n",
        f"{PERSON}Auto-Submitted: no\nReturn-Path: <dana@example.com>\nPrecedence: normal\n",
        "From: dana@example.com\nSubject: Re: Automatic reply: Your one-on-one\n",
        "From: dana@example.com\nSubject: AW: Out of office\n",
        "From: dana@example.com\nSubject: Out of office next week, so we moved it\n",
        "From: dana@example.com\nSubject: RES: Resposta automática: sua conversa com Ana\n",
        "From: dana@example.com\nSubject: Estou de férias na semana que vem\n",
        f"{PERSON}X-Auto-Response-Suppress: All\n",
        "From: listener@example.com\nSubject: Re: absent minds\n",
    ],
)
def test_a_person_s_reply_passes(headers: str) -> None:
    assert _reason(headers) is None
