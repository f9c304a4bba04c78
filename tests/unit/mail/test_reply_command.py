"""Pause, resume, stop: only where the whole text is the command."""

from datetime import date

import pytest

from service.mail.reply import Command, command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pause", Command("pause")),
        ("Pause, please.", Command("pause")),
        ("PAUSE!", Command("pause")),
        ("Hi, please pause these emails. Thanks!", Command("pause")),
        ("pause until 2026-12-01", Command("pause", until=date(2026, 12, 1))),
        ("Pause until 1 December 2026.", Command("pause", until=date(2026, 12, 1))),
        ("please pause until December 1st, 2026", Command("pause", until=date(2026, 12, 1))),
        ("pause until Friday", Command("pause")),
        ("pause for 2 weeks", Command("pause", days=14)),
        ("Pause for three days", Command("pause", days=3)),
        ("pause for a month", Command("pause", days=30)),
        ("resume", Command("resume")),
        ("Please resume.", Command("resume")),
        ("stop", Command("stop")),
        ("STOP.", Command("stop")),
        ("Unsubscribe", Command("stop")),
        ("please stop sending me these emails", Command("stop")),
        ("Stop\n\n-- \nDana Reis\nHead of Sales", Command("stop")),
        ("Stop\n\nDana Reis\nHead of Sales", Command("stop")),
        ("stop\n\nBest,\nDana", Command("stop")),
        ("Pause\n\nSent from my iPhone", Command("pause")),
    ],
)
def test_a_command_is_understood_with_its_manners(text: str, expected: Command) -> None:
    assert command(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please stop interrupting him",
        "I should stop talking so much",
        "Stop, look, listen",
        "We should pause until she has settled in with the new team and its ways",
        "Stop.\n\nThat is what she said to me, and I was surprised!",
        "pause for breath",
        "resume reading",
        "1. yes\n2. stop",
        "pause for 2000 weeks",
    ],
)
def test_words_of_a_reflection_are_no_command(text: str) -> None:
    assert command(text) is None


def test_an_empty_mail_with_a_command_as_its_subject_is_one() -> None:
    assert command("", subject="stop") == Command("stop")
    assert command("We talked.", subject="stop") is None
    assert command("", subject="Re: Your one-on-one with Ana") is None


TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (
            Command("pause"),
            """pausar | pausa | PAUSA. | Pausar, por favor | pode pausar? | quero uma pausa |
            pausem os e-mails |
            pausar até a primavera
            | pausen los correos | hola, pausen los correos por favor, gracias | quiero una pausa""",
        ),
        (
            Command("pause", until=date(2026, 12, 1)),
            """pausa até 1 de dezembro | pausar até 1º de dezembro de 2026, por favor | pausa até 01/12 |
            pausar os e-mails até terça-feira, 1 de dezembro | pausa até dezembro | pausa ate 1 dez
            | pausar hasta el 1 de diciembre | pausa hasta el martes 1 de diciembre | pausa hasta el 1/12 |
            pausa hasta el 1 de diciembre del 2026 | pausa hasta diciembre
            | pause until 1 December | pause until Dec 1st | pause until December""",
        ),
        (
            Command("pause", until=date(2026, 11, 27)),
            "pausa até sexta | pausar até sexta-feira | pausa hasta el viernes | pause until Friday",
        ),
        (
            Command("pause", until=date(2026, 12, 3)),
            "pausa até quinta | pausa hasta el jueves | pause until Thursday",
        ),
        (
            Command("pause", until=date(2027, 1, 5)),
            "pausa até 5 de janeiro | pausa até 5/1 | pausa hasta el 5 de enero | pause until 5 January",
        ),
        (
            Command("pause", days=14),
            """pausar por duas semanas | pausa de 2 semanas | pausar duas semanas | pausa por dos semanas |
            pausar dos semanas | pausa de dos semanas""",
        ),
        (
            Command("pause", days=30),
            "Oi! Pode pausar por um mês? Obrigada | pausa por un mes | pausa durante un mes, gracias",
        ),
        (
            Command("resume"),
            """retomar | Retomar, por favor | volta | voltar | quero voltar a receber os e-mails |
            continuar | reanudar | Reanuda los correos, por favor | volver |
            quiero volver a recibir correos""",
        ),
        (
            Command("stop"),
            """parar | PARE | parar os e-mails | cancelar inscrição | cancelar a minha inscrição |
            quero sair |
            não quero mais receber esses e-mails | me tire da lista | descadastrar |
            parem de me enviar e-mails
            | parar, por favor | darme de baja | quiero darme de baja | no quiero recibir más correos |
            dejen de enviarme correos | cancelar mi suscripción | baja""",
        ),
    ],
)
def test_a_command_in_portuguese_or_spanish(expected: Command, texts: str) -> None:
    listed = [" ".join(text.split()) for text in texts.split("|")]

    assert {text: command(text, today=TODAY) for text in listed} == dict.fromkeys(listed, expected)


def test_words_of_a_reflection_are_no_command_in_portuguese_or_spanish() -> None:
    texts = [
        "Parar de interromper ",
        " Preciso parar de falar tanto ",
        " não quero ",
        " Para a próxima, ouvir mais ",
        "\n    Pausas mais longas ",
        " pausa para o café ",
        " fazer uma pausa antes de responder ",
        " pausar antes de responder ",
        "\n    cancelar ",
        " Deixar de interromper ",
        " voltar a perguntar ",
        " sair mais para caminhar ",
        " continuar assim ",
        "\n    Retomar o tema do salário ",
        " pausa de três segundos ",
        " remover obstáculos ",
        " parar e ouvir ",
        "\n    Suspender o julgamento ",
        " quero ouvir mais ",
        " não quero mais ",
        " Dejar de interrumpir ",
        " volver a preguntar ",
        "\n    salir a caminar ",
        " continuar así ",
        " retomar el tema ",
        " no quiero ",
        " no quiero hablar tanto ",
        " para ella ",
        "\n    Baja energía ",
        " suspender el juicio ",
        " hacer una pausa antes de responder",
    ]

    assert {text.strip(): command(text, today=TODAY) for text in texts} == {
        text.strip(): None for text in texts
    }


@pytest.mark.parametrize(
    "text", ["pausa até 31 de fevereiro", "pause until 12/1", "pausa hasta cuando pueda"]
)
def test_a_day_that_nobody_can_tell_leaves_the_end_open(text: str) -> None:
    assert command(text, today=TODAY) == Command("pause")


def test_without_today_only_a_whole_date_ends_a_pause() -> None:
    assert command("pausa até sexta") == Command("pause")
    assert command("pausa até 1 de dezembro") == Command("pause")
    assert command("pausa até 1 de dezembro de 2026") == Command("pause", until=date(2026, 12, 1))
