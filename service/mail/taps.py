"""Answers to tap: each opens the page with that answer chosen, or a reply with it written in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from service.domain.letters import ConfirmLetter, Frame, Letter, ReflectionLetter
from service.domain.reflections import Question

LONGEST = 1600  # characters of a mailto link that even cautious mail programs take whole
_ROOM = "\r\n\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Taps:
    """The links of one mail. `subject` is the mail's own."""

    letter: Letter
    frame: Frame
    subject: str

    @property
    def ready(self) -> bool:
        """Whether there is anything to open: a page, or an address to reply to."""
        return bool(self.frame.form_url or self.frame.reply_to)

    def link(self, question: Question, choice: int) -> str:
        """Where a tap on the `choice`-th (from 0) of a question's choices leads."""
        if self.frame.form_url:
            return f"{self.frame.form_url}?q={question.number}&a={choice}"
        parts = self._parts()
        together = next(part for part in parts if question in part)
        room = LONGEST // len(parts)  # all of them together are a mail's weight
        links = (self._reply(body) for body in _bodies(question, question.choices[choice], together))
        return next((link for link in links if len(link) <= room), self._reply(f"{question.number}."))

    def _parts(self) -> list[tuple[Question, ...]]:
        """The questions that go into one reply together: a meeting's, or a matter to confirm."""
        if isinstance(self.letter, ReflectionLetter):
            return [section.questions for section in self.letter.sections]
        if isinstance(self.letter, ConfirmLetter):
            return [(item.question,) for item in self.letter.items]
        return []

    def _reply(self, body: str) -> str:
        to = quote(self.frame.reply_to, safe="@")
        return f"mailto:{to}?subject={_said(f'Re: {self.subject}')}&body={_said(body)}"


def _bodies(question: Question, answer: str, together: Sequence[Question]) -> Iterator[str]:
    """The reply's words, the fullest first. The answer stands under its question, as replies are read."""
    answered = f"{question.number}. {question.ask}\r\n{answer}"
    others = [_line(other) for other in together if other != question]
    yield _ROOM.join([answered, *others])
    yield answered
    yield f"{question.number}. {answer}"


def _line(question: Question) -> str:
    choices = f" ({' / '.join(question.choices)})" if question.choices else ""
    return f"{question.number}. {question.ask}{choices}"


def _said(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="")
