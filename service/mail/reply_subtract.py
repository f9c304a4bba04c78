"""What a person wrote: the reply, less what we sent; each answer under its question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.domain.answers import understand
from service.domain.reflections import Question
from service.mail.reply_marks import quote_marks, split_signature, without_additions
from service.mail.reply_numbered import by_line, numbered
from service.mail.reply_recognise import Item, items_of, recognise
from service.mail.reply_words import Line, Word, lines_of, links_of, text_between, words_of


@dataclass(frozen=True, slots=True)
class Answers:
    """What a reply says. `by_question` maps question numbers to answers; `free_text` is what
    fits no question; `signature` the person's, kept apart. `confidence` (0 to 1) is how sure
    the placing is: 1 under the questions, less by number, by order, or where one-word
    questions have answers that are none.
    """

    by_question: dict[int, str] = field(default_factory=dict)
    free_text: str = ""
    confidence: float = 1.0
    signature: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of words that are not ours. `question` is a position in the questions, None
    where it stands under none; `above` whether it stands before any of ours."""

    text: str
    question: int | None
    above: bool
    quoted: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    pieces: list[_Piece]
    asked: frozenset[int]


def subtract(
    received_texts: Sequence[str],
    sent_texts: Sequence[str],
    questions: Sequence[Question],
    *,
    name: str = "",
) -> Answers:
    """The person's words in a reply, each answer under its question, the rest as free text.

    `received_texts` are the reply's own (plain, and HTML as text): the one that shows more of
    the questions is read, the first of equals. `sent_texts` are those of every mail of the
    thread, best both the text and `text_of_html` of each. `name` is the person's own, to know
    a signature by. No word is dropped but ours, a program's, and what others' mails quote.
    """
    readings = [_read(text, sent_texts, questions) for text in received_texts if text.strip()]
    if not readings:
        return Answers()
    best = max(readings, key=lambda reading: len(reading.asked))
    return _answers(best, questions, name)


def _read(text: str, sent_texts: Sequence[str], questions: Sequence[Question]) -> _Reading:
    lines = lines_of(text)
    marks, quote = quote_marks(lines)
    links = frozenset().union(*(links_of(sent) for sent in sent_texts)) if sent_texts else frozenset()
    words = words_of(lines, marks, links)
    items = items_of(words, questions)
    sent = [items_of(words_of(lines_of(one), (), links), questions) for one in sent_texts]
    depths = [min(lines[word.line].depth for word in words[item.start : item.end]) for item in items]
    stretches = recognise(items, sent, [depth > 0 for depth in depths])
    ours = {place for stretch in stretches for place in range(stretch.start, stretch.end)}
    pieces = _pieces(lines, words, items, ours, questions, marks)
    asked = frozenset(item.question for item in items if item.question is not None)
    return _Reading(list(_persons(pieces, known=bool(ours), quote=quote)), asked)


def _pieces(
    lines: Sequence[Line],
    words: Sequence[Word],
    items: Sequence[Item],
    ours: set[int],
    questions: Sequence[Question],
    marks: frozenset[int],
) -> Iterator[tuple[_Piece, int]]:
    """The runs between our words, each with the line it begins on."""
    question: int | None = None
    place = 0
    while place < len(items):
        item = items[place]
        if place in ours:
            question = _now_under(question, item, questions)
            place += 1
            continue
        end = place
        while end < len(items) and end not in ours and not _marked_between(words, items, place, end, marks):
            end += 1
        first, last = words[item.start], words[items[end - 1].end - 1]
        quoted = all(lines[words[i.start].line].depth for i in items[place:end])
        text = text_between(lines, first, last, marks)
        above = not any(n in ours for n in range(place))
        yield _Piece(text, question, above, quoted), first.line
        place = end


def _marked_between(
    words: Sequence[Word], items: Sequence[Item], place: int, end: int, marks: frozenset[int]
) -> bool:
    """Whether a program's line stands between the run's start and this item."""
    if end == place:
        return False
    before, here = words[items[end - 1].start].line, words[items[end].start].line
    return any(line in marks for line in range(before, here))


def _now_under(question: int | None, item: Item, questions: Sequence[Question]) -> int | None:
    """Which question the next words answer. After a meeting's last question words of ours
    (the next heading, the closing) end it."""
    if item.question is not None or question is None:
        return item.question
    following = questions[question + 1] if question + 1 < len(questions) else None
    same = following is not None and following.subject == questions[question].subject
    return question if same else None


def _persons(pieces: Iterator[tuple[_Piece, int]], *, known: bool, quote: int | None) -> Iterator[_Piece]:
    """The pieces a person wrote in this mail: not what is quoted of others, nor, where
    nothing of ours was recognised, what stands below a quote's heading."""
    for piece, line in pieces:
        foreign = piece.quoted and (piece.above or not known) and piece.question is None
        below = not known and quote is not None and line > quote and piece.question is None
        if foreign or below:
            continue
        yield piece


def _answers(reading: _Reading, questions: Sequence[Question], name: str) -> Answers:
    pieces, signature = _without_signatures(reading.pieces, name)
    under: dict[int, str] = {}
    for piece in pieces:
        if piece.question is not None:
            under[piece.question] = _joined(under.get(piece.question, ""), piece.text)
    loose = [piece.text for piece in pieces if piece.question is None]
    shifted = _written_above(under, pieces, questions)
    if shifted is not None:
        return _finished(shifted, [piece.text for piece in pieces if piece.above], questions, 0.6, signature)
    if len(under) <= 1:
        found = _from_loose([*loose, *under.values()], questions)
        if found is not None:
            answers, rest, confidence = found
            return _finished(answers, rest, questions, confidence, signature)
    answers = {questions[index].number: text for index, text in under.items()}
    return _finished(answers, loose, questions, 1.0 if answers or not loose else 0.5, signature)


def _without_signatures(pieces: Sequence[_Piece], name: str) -> tuple[list[_Piece], str]:
    """Programs' additions go; a signature can end the words above the quote, or the mail."""
    kept, signatures = [], []
    for position, piece in enumerate(pieces):
        text = without_additions(piece.text)
        last = position == len(pieces) - 1
        if last or (piece.above and not pieces[position + 1].above) or "\n--" in text:
            text, signature = split_signature(text, name)
            signatures += [signature] if signature else []
        if text:
            kept.append(_Piece(text, piece.question, piece.above, piece.quoted))
    return kept, "\n".join(signatures)


def _written_above(
    under: dict[int, str], pieces: Sequence[_Piece], questions: Sequence[Question]
) -> dict[int, str] | None:
    """Answers by number if each was written above its question: then the last question has
    nothing under it, something stands above the first, and the one-word questions fit better so."""
    first = next((n for n, piece in enumerate(pieces) if piece.question is not None), 0)
    if first == 0 or not under or len(questions) - 1 in under:
        return None
    shifted = {index + 1: text for index, text in under.items()}
    shifted[0] = pieces[first - 1].text
    if _fits(shifted, questions) <= _fits(under, questions):
        return None
    return {questions[index].number: text for index, text in sorted(shifted.items())}


def _fits(by_index: dict[int, str], questions: Sequence[Question]) -> int:
    asked = ((questions[index], text) for index, text in by_index.items())
    return sum(understand(question.key, text) is not None for question, text in asked if question.choices)


def _from_loose(
    texts: Sequence[str], questions: Sequence[Question]
) -> tuple[dict[int, str], list[str], float] | None:
    """Answers by number, or a line each, in what stands under no question; with what is left over."""
    for position, text in enumerate(texts):
        others = [other for n, other in enumerate(texts) if n != position]
        found = numbered(text, questions)
        if found is not None:
            lead, answers = found
            return answers, [lead, *others], 0.9
        ordered = by_line(text, questions)
        if ordered is not None:
            return ordered, others, 0.7
    return None


def _finished(
    answers: dict[int, str],
    loose: Sequence[str],
    questions: Sequence[Question],
    confidence: float,
    signature: str,
) -> Answers:
    """One-word questions keep their first paragraph where that alone is understood."""
    by_number = {question.number: question for question in questions}
    placed, more = {}, list(loose)
    for number, text in answers.items():
        question = by_number[number]
        head, _, rest = text.partition("\n\n")
        split = bool(rest) and bool(question.choices) and understand(question.key, head) is not None
        placed[number] = head if split else text
        more += [rest] if split else []
    asked = [by_number[number] for number in placed if by_number[number].choices]
    fit = sum(understand(question.key, placed[question.number]) is not None for question in asked)
    if asked:
        confidence *= max(fit / len(asked), 0.3)
    return Answers(
        placed, "\n\n".join(text for text in more if text.strip()), round(confidence, 2), signature
    )


def _joined(before: str, text: str) -> str:
    return f"{before}\n{text}" if before else text
