"""What mail programs add around a person's words: attributions, header blocks, banners, signatures."""

import re
from collections.abc import Sequence

from service.mail.reply_words import Line

_WROTE = (
    r"wrote|writes|schrieb|schreibt|a écrit|écrit|escribió|escribe|escreveu|ha scritto|scritto|skrev|schreef"
    r"|napisał(?:\(?a\)?)?|napsala?|napísala?|написал[аи]?|пишет|написав|kirjoitti|írta|a scris|έγραψε|yazdı"
    r"|写道|寫道|のメール|님이 작성|va escriure|je napisao|reagerade|viết|menulis"
)
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\d年")
_SAYS = re.compile(rf"(?:{_WROTE})\s*[:：.]?\s*$", re.IGNORECASE)

_FIELD = re.compile(r"\s*[*_]{0,2}([^\W\d_][\w .()-]{0,24}?)\s*[*_]{0,2}\s*[:：]\s*[*_]{0,2}\s*\S?")
_FROM = frozenset(
    [
        *(
            "from",
            "von",
            "de",
            "da",
            "van",
            "från",
            "fra",
            "od",
            "от",
            "від",
            "发件人",
            "寄件者",
            "差出人",
            "보낸 사람",
        ),
        *("mittente", "expéditeur", "remitente", "afzender", "lähettäjä", "feladó", "gönderen", "reply-to"),
    ]
)
_OTHER_FIELDS = re.compile(
    r"(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado(?: el)?|enviada(?: em)?"
    r"|fecha|para|asunto|assunto|data|inviato|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til"
    r"|emne|wysłano|do|temat|отправлено|кому|тема|дата|копия|копія|发送时间|收件人|主题|日期|送信日時|宛先|件名|reply-to"
    r"|importance)",
    re.IGNORECASE,
)
_DIVIDER = re.compile(
    r"\s*[-_*=\s]{2,}\s*(?:(?:original|forwarded|ursprüngliche|weitergeleitete|message|nachricht|mensagem"
    r"|mensaje"
    r"|messaggio|oorspronkelijk|bericht|ursprungligt|meddelande|reply|e-?mail|d'origine|original[ea]?)\W*\s*)"
    r"[\w\s']*[-_*=\s]{0,}\s*$|\s*(?:begin forwarded message|anfang der weitergeleiteten).*$",
    re.IGNORECASE,
)

_DEVICE = re.compile(
    r"\W*(?:sent (?:from (?:my|a|mail|outlook|yahoo|gmail|samsung|proton|iphone|android|mobile|the all)"
    r"|via|using|with (?:proton|mailbird|spark|shift|unibox|superhuman|airmail))\b|(?:get|obter o"
    r"|baixar o|obtener|obtén|descargar) outlook (?:for|para)\b"
    r"|von meine[mr] .*gesendet|gesendet (?:von|mit)\b"
    r"|envoyé (?:de|depuis|à partir)\b|enviad[oa] (?:do|da|desde|a partir|de meu|de mi|con|através)\b"
    r"|inviato da\b|verzonden (?:vanaf|met|via)\b|skickat från\b|sendt fra\b|wysłane (?:z|ze)\b|lähetetty\b"
    r"|отправлено (?:с|из)\b|надіслано (?:з|із)\b|发自我的|从我的|iPhoneから送信|get bluemail"
    r"|download outlook).{0,90}$",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"\W*(?:(?:caution|external|warning|attention|achtung|extern|atenção|attenzione|atención|avertissement"
    r"|vorsicht)"
    r"\s*(?:[]:!*–-]|e-?mail|mail\b|sender|message)"
    r"|this (?:e-?mail|message) (?:originated|came|was sent|is) from (?:outside|an external)"
    r"|(?:you|some people who received this message) don't often get e-?mail from)"
    r"(?=.*(?:organi[sz]|sender|click|links?\b|attachments?|absender|anhänge|remetente|expéditeur|remitente"
    r"|mittente|learn why|outside))",
    re.IGNORECASE | re.DOTALL,
)

_CLOSING = re.compile(
    r"\W*(?:(?:all |my )?(?:the )?best|thanks(?: (?:a lot|again|so much|in advance))?|thank you|many thanks"
    r"|cheers|(?:(?:kind|best|warm|many|with kind|warmest|kindest) )?regards|best wishes|br|kr|rgds"
    r"|sincerely|warmly|yours(?: \w+)?|take care|talk soon|lg|vg|gruß|mfg"
    r"|(?:viele|liebe|beste|herzliche|schöne|mit freundlichen) grüße|saudações|(?:um )?abraço|abs|att"
    r"|abraços|atenciosamente|cordialmente|cumprimentos|(?:muito )?obrigad[oa]|grat[oa]|valeu|até (?:mais"
    r"|logo|breve)"
    r"|(?:un )?saludos?(?: cordiales)?|(?:un cordial saludo|un abrazo|abrazos)|(?:muchas )?gracias"
    r"|atentamente"
    r"|cordialement|bien à (?:vous|toi)"
    r"|merci|cordiali saluti|saluti|grazie|met vriendelijke groet(?:en)?|groeten?|mvh"
    r"|(?:med )?vänliga? hälsning(?:ar)?|pozdrawiam|ciao)\W*(?P<who>(?:[-–\w.]+ ?){0,4})\W*$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?:\+|\b)(?:\(?\d\)?[ /.-]?){8,}")
_LONGEST_MARK = 400  # characters; no program writes more into one line, and patterns stay cheap
_RULE = re.compile(r"\s*(?:--|—|––|__)\s*$")


def quote_marks(lines: Sequence[Line]) -> tuple[frozenset[int], int | None]:
    """The lines a program wrote above a quote, and the first of them (None: there is none)."""
    marked: set[int] = set()
    for number, line in enumerate(lines):
        if len(line.text) > _LONGEST_MARK:
            continue
        marked.update(_attribution(lines, number) or _header_block(lines, number))
        if _DIVIDER.match(line.text):
            marked.add(number)
    return frozenset(marked), min(marked, default=None)


def _attribution(lines: Sequence[Line], last: int) -> range:
    """`On …, … <…> wrote:` over up to four lines that end at `last`."""
    end = lines[last].text.rstrip()
    if not (end.endswith((":", "：")) or _SAYS.search(end)):
        return range(0)
    joined = ""
    for first in range(last, max(last - 4, -1), -1):
        joined = f"{lines[first].text} {joined}".strip()
        if not lines[first].text.strip() or len(joined) > _LONGEST_MARK:
            break
        opens_quote = _OPENS.match(joined) and _quote_follows(lines, last)
        signs = (_ADDRESS.search(joined), _SAYS.search(joined), _DATE.search(joined), opens_quote)
        if sum(bool(sign) for sign in signs) >= 2:
            return range(_whole_attribution(lines, first), last + 1)
    return range(0)


_OPENS = re.compile(
    r"\W*(?:on|am|le|el|em|il|op|den|på|w dniu|dnia|в|no dia|den|pe|στις|a las|at)\b", re.IGNORECASE
)


def _quote_follows(lines: Sequence[Line], last: int) -> bool:
    """Whether the next words after a line of the person's own are quoted."""
    following = (line for line in lines[last + 1 :] if line.text.strip())
    deeper = next((line.depth for line in following), 0)
    return deeper > lines[last].depth


def _whole_attribution(lines: Sequence[Line], first: int) -> int:
    """Where it really begins: a wrapped one has its "On Monday," on the line above."""
    if _OPENS.match(lines[first].text) or first == 0:
        return first
    above = lines[first - 1].text
    return first - 1 if _OPENS.match(above) and _DATE.search(above) else first


def _header_block(lines: Sequence[Line], first: int) -> range:
    """From:, Sent:, To:, Subject: as Outlook puts them above what it quotes."""
    name = _field(lines[first])
    if name not in _FROM:
        return range(0)
    last, others = first, 0
    for number in range(first + 1, min(first + 12, len(lines))):
        field = _field(lines[number])
        if field and _OTHER_FIELDS.fullmatch(field):
            last, others = number, others + 1
        elif others and not lines[number].text.strip():
            break
    return range(first, last + 1) if others >= 2 else range(0)


def _field(line: Line) -> str:
    match = _FIELD.match(line.text)
    return match.group(1).strip().casefold() if match else ""


def without_additions(text: str) -> str:
    """A person's text without a gateway's banner and a device's "Sent from …"."""
    paragraphs = [p for p in re.split(r"\n\s*\n", text) if not _BANNER.match(p)]
    rows = "\n\n".join(paragraphs).split("\n")
    return "\n".join(row for row in rows if not _DEVICE.fullmatch(row)).strip()


def split_signature(text: str, name: str = "") -> tuple[str, str]:
    """The words and the signature under them ("" where none is told): by its mark, a closing
    word, the person's own name, or a telephone number in a last short block. A text that
    would be all signature ("Thanks!") is words."""
    rows = text.split("\n")
    for number, row in enumerate(rows):
        last_rows = number >= max(1, len(rows) - 9)
        if _RULE.match(row) or (last_rows and _begins_signature(rows, number, name)):
            return "\n".join(rows[:number]).strip(), "\n".join(rows[number:]).strip()
    return text, ""


def _begins_signature(rows: Sequence[str], number: int, name: str) -> bool:
    below = [row for row in rows[number + 1 :] if row.strip()]
    if len(below) > 6 or any(len(row.split()) > 9 for row in below):
        return False
    if _closes(rows[number]) and (below or not _bare(rows[number])):
        return True
    bare = rows[number].strip(" \t-–—~,.").casefold()
    if bare and bare in {name.casefold(), *name.casefold().split()[:1]}:
        return True
    last_block = not rows[number - 1].strip() and all(row.strip() for row in rows[number:])
    return (
        last_block
        and len(rows[number].split()) <= 5
        and any(_PHONE.search(row) for row in below if len(row) < 80)
    )


def _bare(row: str) -> bool:
    """A closing without a name: with nothing under it, it is said, not signed."""
    match = _CLOSING.match(row)
    return match is not None and not match["who"]


def _closes(row: str) -> bool:
    match = _CLOSING.match(row) if len(row) < 80 else None
    if match is None:
        return False
    who = match["who"].split()
    return all(word[0].isupper() or not word[0].isalpha() for word in who)
