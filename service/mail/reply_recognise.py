"""Which words of a reply are ours: the questions first, then every longer stretch we sent."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.domain.reflections import Question
from service.mail.reply_words import Word, lines_of, words_of

SHORTEST = 3  # words in a row that may be ours; fewer coincide by chance
SURE = 8  # words in a row nobody writes by chance
NEAR = 3  # words that may be missing between two stretches that follow one another
CHOICES_WITHIN = 40  # words between a question and its choices, where an answer was put between


@dataclass(frozen=True, slots=True)
class Item:
    """A word, or a question's (or its choices') whole text taken as one.

    `start` and `end` are word positions; `question` is a position in `questions`, and
    `is_choices` set where the item is only what it offers.
    """

    norm: str
    start: int
    end: int
    question: int | None = None
    is_choices: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Items `start`–`end` of the reply that stand from `sent_start` on in the sent text `text`."""

    start: int
    end: int
    text: int
    sent_start: int
    has_question: bool

    @property
    def sent_end(self) -> int:
        """Where it ends in what we sent."""
        return self.sent_start + self.end - self.start

    def follows(self, other: "Stretch", sent: Sequence[Sequence[Item]]) -> bool:
        """Whether what we sent goes on from the other's end with this one's start; a word or
        two may be missing between, a question not."""
        if self.text != other.text or not 0 <= self.sent_start - other.sent_end <= NEAR:
            return False
        missing = sent[self.text][other.sent_end : self.sent_start]
        return all(item.question is None for item in missing)


def items_of(words: Sequence[Word], questions: Sequence[Question]) -> list[Item]:
    """The words, with every question found among them made one item."""
    norms = [word.norm for word in words]
    spans = {span.start: span for span in _question_spans(norms, questions)}
    items, place = [], 0
    while place < len(norms):
        item = spans.get(place) or Item(norms[place], place, place + 1)
        items.append(item)
        place = item.end
    return items


def _question_spans(norms: Sequence[str], questions: Sequence[Question]) -> list[Item]:
    """Where the questions stand, and their choices: those only if all are there, since what
    is left of a list somebody has shortened is the answer."""
    asked = sorted(_asked(norms, questions), key=lambda span: span.start)
    asked = [span for n, span in enumerate(asked) if n == 0 or span.start >= asked[n - 1].end]
    spans = list(asked)
    for position, span in enumerate(asked):
        question = questions[span.question or 0]
        limit = asked[position + 1].start if position + 1 < len(asked) else len(norms)
        choices = _plain(" ".join(question.choices))
        near = norms[span.end : min(limit, span.end + CHOICES_WITHIN)]
        for place in _places(near, choices)[:1]:
            start = span.end + place
            norm = f"\0choices{span.question}"
            spans.append(Item(norm, start, start + len(choices), span.question, is_choices=True))
    return spans


def _asked(norms: Sequence[str], questions: Sequence[Question]) -> Iterator[Item]:
    """Every question's place, with its number, or, where its number is gone, by its words alone."""
    for index, question in enumerate(questions):
        ask = _plain(question.ask)
        length = len(ask) + 1
        places = _places(norms, [str(question.number), *ask])
        if not places and len(ask) >= SHORTEST:
            once = _places(norms, ask)
            places, length = (once if len(once) == 1 else []), len(ask)
        yield from (Item(f"\0question{index}", place, place + length, index) for place in places)


def _plain(text: str) -> list[str]:
    return [word.norm for word in words_of(lines_of(text))]


def _places(norms: Sequence[str], words: Sequence[str]) -> list[int]:
    if not words:
        return []
    firsts = (place for place, norm in enumerate(norms) if norm == words[0])
    return [place for place in firsts if list(norms[place : place + len(words)]) == list(words)]


def recognise(
    received: Sequence[Item], sent: Sequence[Sequence[Item]], quoted: Sequence[bool]
) -> list[Stretch]:
    """The stretches of the reply that are ours, in order; `quoted` tells it of each item.

    A stretch is ours if it holds a question, is quoted, follows or precedes another in what
    we sent, or is too long for chance and stands nowhere else in the reply.
    """
    stretches = _stretches(received, sent)
    ours = {n for n, s in enumerate(stretches) if s.has_question or all(quoted[s.start : s.end])}
    for order in (range(1, len(stretches)), range(len(stretches) - 2, -1, -1)):
        for n in order:
            before = n > 0 and stretches[n].follows(stretches[n - 1], sent)
            after = n + 1 < len(stretches) and stretches[n + 1].follows(stretches[n], sent)
            long = stretches[n].end - stretches[n].start >= SURE
            if (before and (n - 1 in ours or long)) or (after and (n + 1 in ours or long)):
                ours.add(n)
    first_question = next((n for n, stretch in enumerate(stretches) if stretch.has_question), 0)
    said = {_norms(received, stretches[n]) for n in ours}
    for n, stretch in enumerate(stretches):
        norms = _norms(received, stretch)
        once = not any(norms in other for other in said)
        if n not in ours and stretch.end - stretch.start >= SURE and (n < first_question or once):
            ours.add(n)
            said.add(norms)
    return [stretches[n] for n in sorted(ours)]


def _norms(received: Sequence[Item], stretch: Stretch) -> str:
    """A stretch's words in one string, to find it in others."""
    return f" {' '.join(item.norm for item in received[stretch.start : stretch.end])} "


def _stretches(received: Sequence[Item], sent: Sequence[Sequence[Item]]) -> list[Stretch]:
    """From left to right the longest stretch each time; of equal ones that which goes on."""
    index = _index(sent)
    found: list[Stretch] = []
    place = 0
    while place < len(received):
        candidates = [
            _trimmed(_extended(received, sent, place, text, start), received, sent)
            for text, start in index.get(_seed(received, place), ())
        ]
        last = found[-1] if found else None
        best = max(
            (c for c in candidates if c.end > c.start),
            key=lambda c: (c.end - c.start, last is not None and c.follows(last, sent)),
            default=_lone_question(received, place),
        )
        if best is None:
            place += 1
            continue
        found.append(best)
        place = best.end
    return found


def _lone_question(received: Sequence[Item], place: int) -> Stretch | None:
    """A question is ours even if no sent text is at hand."""
    return None if received[place].question is None else Stretch(place, place + 1, -1, 0, has_question=True)


def _seed(items: Sequence[Item], place: int) -> tuple[str, ...]:
    """What a stretch is looked up by: a question alone, else the shortest row of words."""
    if items[place].question is not None:
        return (items[place].norm,)
    row = items[place : place + SHORTEST]
    for length, item in enumerate(row):
        if item.question is not None:  # a heading of a word or two, straight before a question
            return tuple(i.norm for i in row[: length + 1])
    return tuple(item.norm for item in row)


def _index(sent: Sequence[Sequence[Item]]) -> dict[tuple[str, ...], list[tuple[int, int]]]:
    index = defaultdict(list)
    for text, items in enumerate(sent):
        for place in range(len(items)):
            index[_seed(items, place)].append((text, place))
    return index


def _extended(
    received: Sequence[Item], sent: Sequence[Sequence[Item]], place: int, text: int, start: int
) -> Stretch:
    items, length = sent[text], 0
    while (
        place + length < len(received)
        and start + length < len(items)
        and received[place + length].norm == items[start + length].norm
    ):
        length += 1
    asks = any(item.question is not None for item in received[place : place + length])
    return Stretch(place, place + length, text, start, asks)


def _trimmed(stretch: Stretch, received: Sequence[Item], sent: Sequence[Sequence[Item]]) -> Stretch:
    """Without a word or two at an end that break off in the middle of ours: they may be an answer's."""
    head = _words_at(received[stretch.start : stretch.end])
    items = sent[stretch.text]
    whole_head = stretch.sent_start == 0 or items[stretch.sent_start - 1].question is not None
    if stretch.has_question and 0 < head < SHORTEST and not whole_head:
        stretch = replace(stretch, start=stretch.start + head, sent_start=stretch.sent_start + head)
    tail = _words_at(received[stretch.start : stretch.end][::-1])
    end = stretch.sent_end
    whole_tail = end == len(items) or items[end].question is not None
    if stretch.has_question and 0 < tail < SHORTEST and not whole_tail:
        stretch = replace(stretch, end=stretch.end - tail)
    return stretch


def _words_at(items: Sequence[Item]) -> int:
    """How many plain words stand before the first question."""
    return next((n for n, item in enumerate(items) if item.question is not None), len(items))
