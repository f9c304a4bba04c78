"""What a person sees in a delivered mail, however its times are written."""

from datetime import UTC, datetime

import pytest

from service.demo.delivered import Delivered
from service.domain.letters import Kind

FORM = """\
Five minutes on your one-on-ones with Ana and Ben

Ana Silva
{ana}

1. Did it happen? (yes / moved / nobody came)

2. What worked?

Your promise of 3 November:
  Ask Ben for a second reviewer

3. Did you keep it? (yes / no)

Ben Okafor
{ben}

4. Did you meet? (yes / moved)
"""


def mail(text: str) -> Delivered:
    return Delivered(
        "reflection:1", Kind.REFLECTION, "", datetime(2026, 11, 10, tzinfo=UTC), "", "", "", "", 1, text, ""
    )


@pytest.mark.parametrize(
    ("ana", "ben"),
    [
        ("Tuesday 10 November, 14:00–14:30", "Tuesday 10 November, 14:30–15:00"),
        ("Tuesday, November 10, 2:00 PM–2:30 PM", "Tuesday, November 10, 2:30 PM–3:00 PM"),
        ("mardi 10 novembre, 14 h 00", "mardi 10 novembre, 14 h 30"),
    ],
)
def test_each_question_belongs_to_whom_its_section_is_about(ana: str, ben: str) -> None:
    asked = mail(FORM.format(ana=ana, ben=ben)).questions(["Ana", "Ben"])
    assert [(one.number, one.ask, one.about) for one in asked] == [
        (1, "Did it happen?", "Ana"),
        (2, "What worked?", "Ana"),
        (3, "Did you keep it?", "Ana"),
        (4, "Did you meet?", "Ben"),
    ]


def test_a_mails_name_in_addresses_is_hexadecimal() -> None:
    assert len(bytes.fromhex(mail("").ident)) == 12
