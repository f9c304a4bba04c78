"""What a person wrote: the reply, less what we sent; each answer under its question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.domain.reflections import Question
from service.mail.reply_marks import quote_marks, split_signature, without_additions
from service.mail.reply_numbered import by_line, marked_choice, numbered
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


@dataclass(frozen=True, slots=True)
class _Page:
    """One text of the reply; `marks` are the lines a program wrote above a quote."""

    lines: Sequence[Line]
    marks: frozenset[int]
    words: Sequence[Word]
    items: Sequence[Item]

    def quoted(self, place: int) -> bool:
        """Whether an item stands in a quote, wholly."""
        item = self.items[place]
        return all(self.lines[word.line].depth for word in self.words[item.start : item.end])

    def line(self, place: int) -> int:
        """The line an item begins on."""
        return self.words[self.items[place].start].line

    def goes_on(self, place: int) -> bool:
        """Whether an item belongs to one piece with that before it."""
        between = range(self.line(place - 1), self.line(place))
        return self.quoted(place) == self.quoted(place - 1) and not self.marks.intersection(between)

    def around(self, place: int) -> str:
        """An item's text with a mark's width on both sides."""
        item = self.items[place]
        first, last = self.words[item.start], self.words[item.end - 1]
        rows = [line.text for line in self.lines[first.line : last.line + 1]]
        rows[-1] = rows[-1][: last.end + 2]
        rows[0] = rows[0][max(first.start - 2, 0) :]
        return " ".join(rows)

    def text(self, start: int, end: int) -> str:
        """The items' text as it was written."""
        first, last = self.words[self.items[start].start], self.words[self.items[end - 1].end - 1]
        return text_between(self.lines, first, last, self.marks)


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
    links = frozenset(link for sent in sent_texts for link in links_of(sent))
    sent = [items_of(words_of(lines_of(one), (), links), questions) for one in sent_texts]
    lines = lines_of(text)
    marks, quote = quote_marks(lines)
    words = words_of(lines, marks, links)
    page = _Page(lines, marks, words, items_of(words, questions))
    quoted = [page.quoted(place) for place in range(len(page.items))]
    stretches = recognise(page.items, sent, quoted)
    ours = {place for stretch in stretches for place in range(stretch.start, stretch.end)}
    pieces = [
        (piece, line)
        for piece, line in _pieces(page, ours, questions)
        if piece.above or not _is_our_name(piece, lines, marks)
    ]
    asked = frozenset(item.question for item in page.items if item.question is not None)
    return _Reading(_persons(pieces, lines, known=bool(ours), quote=quote), asked)


def _is_our_name(piece: _Piece, lines: Sequence[Line], marks: frozenset[int]) -> bool:
    """Whether a line inside our mail only says who wrote it, as the quote's heading does: our
    HTML begins with the service's name, our text does not."""
    if piece.question is not None:
        return False
    heading = {word.norm for word in words_of([lines[number] for number in sorted(marks)])}
    return all(word.norm in heading for word in words_of(lines_of(piece.text)))


def _pieces(page: _Page, ours: set[int], questions: Sequence[Question]) -> Iterator[tuple[_Piece, int]]:
    """The runs between our words, each with the line it begins on."""
    question: int | None = None
    first_of_ours = min(ours, default=len(page.items))
    place = 0
    while place < len(page.items):
        if place in ours:
            question = _now_under(question, page.items[place], questions)
            yield from _marked(page, place, questions)
            place += 1
            continue
        end = place + 1
        while end < len(page.items) and end not in ours and page.goes_on(end):
            end += 1
        piece = _Piece(page.text(place, end), question, place < first_of_ours, page.quoted(place))
        yield piece, page.line(place)
        place = end


def _marked(page: _Page, place: int, questions: Sequence[Question]) -> Iterator[tuple[_Piece, int]]:
    """The choice that was marked among those our mail offers, as an answer."""
    item = page.items[place]
    if item.question is None or not item.is_choices:
        return
    choice = marked_choice(page.around(place), questions[item.question])
    if choice is not None:
        yield _Piece(choice, item.question, above=False, quoted=False), page.line(place)


def _now_under(question: int | None, item: Item, questions: Sequence[Question]) -> int | None:
    """Which question the next words answer. After a meeting's last question words of ours
    (the next heading, the closing) end it."""
    if item.question is not None or question is None:
        return item.question
    following = questions[question + 1] if question + 1 < len(questions) else None
    same = following is not None and following.subject == questions[question].subject
    return question if same else None


def _persons(
    pieces: Sequence[tuple[_Piece, int]], lines: Sequence[Line], *, known: bool, quote: int | None
) -> list[_Piece]:
    """The pieces a person wrote in this mail: not what it quotes of others, nor, where nothing
    of ours was recognised, an unquoted mail below its heading. Rather too much than nothing."""
    marked = quote is not None and any(line.depth for line in lines[quote:])
    below = None if known or marked else quote

    def foreign(piece: _Piece, line: int) -> bool:
        quoted = piece.quoted and (piece.above or not known)
        return piece.question is None and (quoted or (below is not None and line > below))

    kept = [piece for piece, line in pieces if not foreign(piece, line)]
    return kept or [piece for piece, _ in pieces if not known and not piece.quoted]


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
    return sum(question.read(text) is not None for question, text in asked if question.choices)


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
        split = bool(rest) and bool(question.choices) and question.read(head) is not None
        answer = _out_of_brackets(head if split else text)
        listed = all(choice in answer for choice in question.choices)
        placed[number] = (marked_choice(answer, question) if listed else None) or answer
        more += [rest] if split else []
    asked = [by_number[number] for number in placed if by_number[number].choices]
    fit = sum(question.read(placed[question.number]) is not None for question in asked)
    if asked:
        confidence *= max(fit / len(asked), 0.3)
    return Answers(
        placed, "\n\n".join(text for text in more if text.strip()), round(confidence, 2), signature
    )


def _joined(before: str, text: str) -> str:
    return f"{before}\n{text}" if before else text


def _out_of_brackets(text: str) -> str:
    """What is left of a question's choices, "(yes)", without its brackets."""
    inner = text[1:-1]
    return inner if text[:1] == "(" and text[-1:] == ")" and not {"(", ")"} & set(inner) else text
