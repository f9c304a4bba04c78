"""Whole replies in Portuguese and Spanish, as Gmail, Outlook and Apple Mail write them around ours."""

import pytest

from service.domain.answers import Answer3, Outcome, Talked
from service.domain.reflections import Question, Reflection, form, interpret
from service.mail.reply import subtract
from service.playbooks import load_playbook

PORTUGUESE = form(load_playbook("pt-BR"), 7, 1, 0, ask_kept=False)
SPANISH = form(load_playbook("es"), 7, 1, 0, ask_kept=False)
SHOWN = {
    PORTUGUESE: ("Olá, Dana,", "São cinco minutos, enquanto está fresco. Uma palavra já basta.", "Até logo!"),
    SPANISH: (
        "Hola, Dana:",
        "Son cinco minutos, mientras está fresco. Con una palabra basta.",
        "¡Hasta pronto!",
    ),
}
GMAIL = "<lab@example.org>"

HEADINGS = {
    "gmail pt": f"Em seg., 2 de nov. de 2026 às 14:45, One-on-One Lab {GMAIL}\nescreveu:",
    "apple pt": f"Em 2 de nov. de 2026, à(s) 14:45, One-on-One Lab {GMAIL} escreveu:",
    "outlook pt": """De: One-on-One Lab <lab@example.org>
Enviado: segunda-feira, 2 de novembro de 2026 14:45
Para: Dana Reis <dana@example.com>
Assunto: Como foi com a Ana?""",
    "outlook pt, bold": """________________________________
*De:* One-on-One Lab <lab@example.org>
*Enviada em:* segunda-feira, 2 de novembro de 2026 14:45
*Para:* Dana Reis
*Assunto:* Como foi com a Ana?""",
    "old outlook pt": """-----Mensagem original-----
De: One-on-One Lab [mailto:lab@example.org]
Enviada em: segunda-feira, 2 de novembro de 2026 14:45
Para: Dana Reis
Assunto: Como foi com a Ana?""",
    "gmail es": f"El lun, 2 nov 2026 a las 14:45, One-on-One Lab ({GMAIL}) escribió:",
    "apple es": f"El 2 nov 2026, a las 14:45, One-on-One Lab {GMAIL} escribió:",
    "outlook es": """De: One-on-One Lab <lab@example.org>
Enviado el: lunes, 2 de noviembre de 2026 14:45
Para: Dana Reis <dana@example.com>
Asunto: ¿Cómo te fue con Ana?""",
    "old outlook es": """-----Mensaje original-----
De: One-on-One Lab [mailto:lab@example.org]
Enviado el: lunes, 2 de noviembre de 2026 14:45
Para: Dana Reis
Asunto: ¿Cómo te fue con Ana?""",
}


def mailed(questions: tuple[Question, ...], answers: dict[str, str] | None = None) -> str:
    """The form as our mail shows it, with answers typed under their questions."""
    hello, opening, goodbye = SHOWN[questions]
    rows = [hello, "", opening, ""]
    for question in questions:
        choices = f" ({' / '.join(question.choices)})" if question.choices else ""
        rows += [f"{question.number}. {question.ask}{choices}", (answers or {}).get(question.key, ""), ""]
    return "\n".join([*rows, goodbye])


def quoted(text: str) -> str:
    return "\n".join(f"> {row}" for row in text.split("\n"))


def read(reply: str, questions: tuple[Question, ...]) -> Reflection:
    answers = subtract([reply], [mailed(questions)], questions, name="Dana Reis")
    reflection = interpret(questions, answers.by_question, answers.free_text)["meeting:7"].reflection
    assert reflection is not None
    return reflection


TYPED = {
    PORTUGUESE: {
        "happened": "Sim, mas começou atrasada",
        "worked": "O silêncio no começo",
        "sign.opens_up": "acho que sim",
        "sign.pushback": "ainda não",
        "sign.generative": "mais ou menos",
        "talked": "falei mais eu",
        "promise": "Conversar com o João até sexta",
    },
    SPANISH: {
        "happened": "Sí, pero empezó tarde",
        "worked": "El silencio del principio",
        "sign.opens_up": "creo que sí",
        "sign.pushback": "todavia no",
        "sign.generative": "más o menos",
        "talked": "hablé más yo",
        "promise": "Hablar con Juan antes del viernes",
    },
}


@pytest.mark.parametrize(("questions", "typed"), TYPED.items(), ids=["pt", "es"])
@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS)
def test_answers_typed_into_the_quote_are_read(
    questions: tuple[Question, ...], typed: dict[str, str], heading: str
) -> None:
    said = read(f"{heading}\n\n{quoted(mailed(questions, typed))}", questions)

    assert said.outcome is Outcome.HELD
    assert (said.worked, said.promise, said.better) == (typed["worked"], typed["promise"], None)
    assert [answer for _, answer in said.signs] == [Answer3.YES, Answer3.NO, Answer3.UNSURE]
    assert said.talked is Talked.LEADER
    assert said.free_text == typed["happened"]


@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS)
@pytest.mark.parametrize(
    ("said", "questions", "outcome"),
    [
        ("Não, ela cancelou de última hora.", PORTUGUESE, Outcome.MEMBER_CANCELLED),
        ("Remarcamos para quinta\n\nEnviado do meu iPhone", PORTUGUESE, Outcome.MOVED),
        ("Eu desmarquei.\n\nUm abraço,\nDana", PORTUGUESE, Outcome.LEADER_CANCELLED),
        ("No vino nadie.\n\nUn saludo,\nDana Reis", SPANISH, Outcome.NO_SHOW),
        ("La movimos al jueves\n\nEnviado desde mi iPhone", SPANISH, Outcome.MOVED),
        ("Tuve que cancelar.\n\nObtener Outlook para iOS", SPANISH, Outcome.LEADER_CANCELLED),
    ],
)
def test_what_happened_is_read_above_the_quote(
    said: str, questions: tuple[Question, ...], outcome: Outcome, heading: str
) -> None:
    assert read(f"{said}\n\n{heading}\n\n{quoted(mailed(questions))}", questions).outcome is outcome
    assert read(f"{said}\n\n{heading}\n\n{mailed(questions)}", questions).outcome is outcome


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("1. sim 2. o silêncio 5. acho que não 8. a outra pessoa", PORTUGUESE),
        ("1) sí\n2) el silencio\n5) creo que no\n8) la otra persona", SPANISH),
    ],
    ids=["pt", "es"],
)
def test_answers_by_number_are_read(text: str, questions: tuple[Question, ...]) -> None:
    said = read(text, questions)

    assert (said.outcome, said.signs[0][1], said.talked) == (Outcome.HELD, Answer3.NO, Talked.MEMBER)


@pytest.mark.parametrize(
    ("marked", "questions", "answer"),
    [
        ("sim / não / *não sei*", PORTUGUESE, Answer3.UNSURE),
        ("sim / [não] / não sei", PORTUGUESE, Answer3.NO),
        ("sí / no / x no sé", SPANISH, Answer3.UNSURE),
        ("*sí* / no / no sé", SPANISH, Answer3.YES),
    ],
)
def test_a_choice_marked_among_those_offered_is_the_answer(
    marked: str, questions: tuple[Question, ...], answer: Answer3
) -> None:
    plain = " / ".join(questions[4].choices)
    before, _, behind = mailed(questions, TYPED[questions] | {"sign.opens_up": ""}).partition(f"({plain})")
    said = read(quoted(f"{before}({marked}){behind}"), questions)

    assert dict(said.signs)["opens_up"] is answer
