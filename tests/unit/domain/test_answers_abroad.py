"""One-word answers as people write them in Portuguese and Spanish, on a phone without accents too."""

import unicodedata

import pytest

from service.domain.answers import (
    Answer3,
    Outcome,
    Talked,
    read_outcome,
    read_talked,
    read_yes_no,
    says_more,
    says_nothing,
)


def without_accents(text: str) -> str:
    """As it is typed in a hurry."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def forms(texts: str) -> list[str]:
    """Each as it is, in capitals, and without its accents."""
    listed = [" ".join(text.split()) for text in texts.split("|")]
    return [form for text in listed for form in (text, text.upper(), without_accents(text) + ".")]


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (
            Answer3.YES,
            (
                """sim | Sim, um pouco | claro | com certeza | acho que sim | Sim, ela me contou da mudança |
            um pouco | bastante | muito | s | já cumpri | cumpri | fiz | teve | houve | isso mesmo |
            só um pouco | no geral, sim | mais do que antes | em parte | aham | simm | pode pausar |
            claro que sim | acredito que sim | até que sim"""
            ),
        ),
        (
            Answer3.NO,
            (
                """não | Não muito | acho que não | ainda não | nem um pouco | nunca | muito pouco |
            bem pouco | quase nada | quase não | claro que não | com certeza não | não se abriu |
            infelizmente não | dessa vez não | esqueci | n | naum | de jeito nenhum | igual | menos |
            na verdade não | nenhum | por enquanto não"""
            ),
        ),
        (
            Answer3.UNSURE,
            (
                """não sei | talvez | mais ou menos | sei lá | não tenho certeza | difícil dizer | depende |
            não sei ainda | ainda não sei | nem sei | acho que talvez | sim e não | quem sabe |
            cedo demais | não faço ideia | não lembro"""
            ),
        ),
        (
            Answer3.YES,
            (
                """sí | Sí, un poco | claro | por supuesto | creo que sí | un poco | bastante | mucho |
            desde luego | hubo | lo cumplí | ya lo hice | en parte | claro que sí |
            sí, me contó lo de la mudanza | más que antes | vale | se abrió mucho | creo que un poco |
            de hecho sí | ya | solo un poco | la verdad es que sí | en general sí"""
            ),
        ),
        (
            Answer3.NO,
            (
                """no | todavía no | aún no | para nada | nunca | casi nada | muy poco | claro que no |
            creo que no | no mucho | no se abrió mucho | apenas | tampoco | en absoluto |
            la verdad es que no | ya no | se me olvidó | me olvidé | lo olvidé | esta vez no |
            lo mismo | como siempre | ninguna | no creo | poco"""
            ),
        ),
        (
            Answer3.UNSURE,
            (
                """no sé | no sé si mucho | no lo sé | más o menos | tal vez | quizás | quizá | a lo mejor |
            no estoy segura | depende | no estoy seguro | difícil de decir | ni idea |
            todavía no lo sé | demasiado pronto | puede ser | sí y no | no me acuerdo |
            no tengo idea | la verdad, no sé | no lo tengo claro | es difícil decirlo"""
            ),
        ),
    ],
)
def test_yes_no_and_unsure(expected: Answer3, texts: str) -> None:
    assert {text: read_yes_no(text) for text in forms(texts)} == dict.fromkeys(forms(texts), expected)


def test_with_its_accent_no_se_is_always_a_doubt() -> None:
    assert read_yes_no("No sé, hubo de todo") is Answer3.UNSURE
    assert read_yes_no("No se abrió") is Answer3.NO


@pytest.mark.parametrize(
    "text",
    [
        "Ela me contou da mudança",
        "A equipe está bem",
        "Da próxima vez, ouvir mais",
        "Me contó que se muda",
        "La próxima vez escuchar más",
        "Da igual",
    ],
)
def test_what_is_neither_yes_nor_no_is_not_guessed(text: str) -> None:
    assert read_yes_no(text) is None


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (
            Outcome.HELD,
            (
                """sim | aconteceu | nos reunimos | conversamos | a gente se encontrou | rolou |
            foi realizada | foi ótima | sim, mas começou atrasada | tivemos sim | a gente conversou"""
            ),
        ),
        (
            Outcome.HELD,
            (
                """sí | nos vimos | nos reunimos | tuvo lugar | se hizo | hablamos | sí, pero llegó tarde |
            la hicimos | hubo | se realizó | ya hablamos"""
            ),
        ),
        (
            Outcome.MOVED,
            (
                """remarcamos | foi remarcada | remarcada | adiamos | foi adiada para sexta | já remarcamos |
            não, remarcamos | ela pediu para remarcar, remarcamos | mudamos para quinta |
            ficou para a semana que vem | reagendamos | passamos para sexta | antecipamos |
            outro dia | a reunião foi transferida | mudou de dia"""
            ),
        ),
        (
            Outcome.MOVED,
            (
                """la movimos | se movió | se movió al viernes | ya la movimos | reprogramamos |
            la reprogramé | se reprogramó | aplazada | la aplazamos | pospuesta | la pospusimos |
            se pospuso | cambiamos de día | la pasamos al jueves | no, la movimos |
            quedó para el lunes | se aplazó | la cambiamos para el viernes | postergada | otro día"""
            ),
        ),
        (
            Outcome.LEADER_CANCELLED,
            (
                """eu cancelei | cancelei | eu desmarquei | desmarquei | não, eu cancelei |
            tive que cancelar | tive que desmarcar | precisei cancelar | cancelada por mim |
            infelizmente eu tive que cancelar | quem cancelou fui eu"""
            ),
        ),
        (
            Outcome.LEADER_CANCELLED,
            (
                """cancelé | cancelé yo | yo cancelé | la cancelé | tuve que cancelar | tuve que cancelarla |
            no, la cancelé | la suspendí | cancelada por mí"""
            ),
        ),
        (
            Outcome.MEMBER_CANCELLED,
            (
                """ela cancelou | cancelou | ele desmarcou | Ana cancelou | desmarcou |
            ela teve que cancelar | precisou desmarcar | a outra pessoa cancelou | cancelaram |
            cancelada por ela | não, ela cancelou | me cancelou de última hora"""
            ),
        ),
        (
            Outcome.MEMBER_CANCELLED,
            (
                """canceló | ella canceló | él canceló | canceló la otra persona | me canceló | Ana canceló |
            tuvo que cancelar | pidió cancelar | ella la canceló | cancelada por ella"""
            ),
        ),
        (
            Outcome.NO_SHOW,
            (
                """ninguém veio | ninguém apareceu | ela não apareceu | não veio | me deu um bolo |
            levei um bolo | ele faltou | ela esqueceu | esqueci"""
            ),
        ),
        (
            Outcome.NO_SHOW,
            (
                """nadie vino | no vino nadie | no vino | no apareció | no se presentó | me dejó plantado |
            me plantó | no se conectó | se me olvidó | ella faltó"""
            ),
        ),
    ],
)
def test_what_happened(expected: Outcome, texts: str) -> None:
    assert {text: read_outcome(text) for text in forms(texts)} == dict.fromkeys(forms(texts), expected)


def test_an_outcome_that_does_not_say_whose_doing_it_was_is_not_guessed() -> None:
    texts = forms(
        """não | no | foi cancelada | se canceló | fue cancelada | cancelamos | nós cancelamos | talvez |
        la cancelamos | não sei | no sé | a gente cancelou | tal vez | não aconteceu |
        no se hizo | cancelada"""
    )
    assert {text: read_outcome(text) for text in texts} == dict.fromkeys(texts)


@pytest.mark.parametrize(
    "text",
    [
        "Mudamos o formato e funcionou bem",
        "Ela mudou de ideia",
        "Passamos muito tempo no projeto",
        "Cambiamos el formato",
        "Ella cambió de opinión",
        "La pasamos bien",
        "Adelante con todo",
    ],
)
def test_words_about_the_talk_are_no_moved_meeting(text: str) -> None:
    assert read_outcome(text) is None


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (
            Talked.LEADER,
            (
                """eu | mais eu | eu mais do que ela | eu, infelizmente | 80% eu | falei mais |
            eu falei mais | acho que eu | yo | yo más que ella | hablé más | más yo | el 80% yo |
            yo, lamentablemente | creo que yo"""
            ),
        ),
        (
            Talked.MEMBER,
            (
                """ela | ele | a outra pessoa | ela mais do que eu | ele falou mais | falou mais ela |
            eu ouvi mais | eu escutei | falei menos | ella | él | la otra persona | ella más que yo |
            habló más ella | yo escuché más | hablé menos"""
            ),
        ),
        (
            Talked.EVEN,
            (
                """os dois | as duas | igual | meio a meio | metade cada | nós dois | ambos |
            tanto eu quanto ela | a mesma coisa | los dos | las dos | por igual | mitad y mitad |
            ambas | más o menos igual | parejo | tanto ella como yo"""
            ),
        ),
    ],
)
def test_who_talked_more(expected: Talked, texts: str) -> None:
    assert {text: read_talked(text) for text in forms(texts)} == dict.fromkeys(forms(texts), expected)


def test_an_answer_that_only_says_there_is_nothing() -> None:
    texts = forms(
        """nada | nada demais | nenhuma | não prometi nada | nada por enquanto | nada de especial |
            nenhuma promessa | nada, obrigado | ainda nada | nada que eu lembre | sem promessas |
            não houve | ninguna | nada en especial | no prometí nada | nada por ahora |
            ninguna promesa | por ahora nada | sin promesas | no hubo | nada en particular |
            nada, gracias"""
    )
    assert [text for text in texts if not says_nothing(text)] == []


def test_an_answer_that_begins_with_nothing_and_says_something() -> None:
    texts = forms(
        """Nada além do silêncio | Não interromper | Ouvir mais | Nenhuma reunião depois das cinco |
            Sem telas | No prometí mucho | No interrumpir | Sin pantallas | Nada más que silencio"""
    )
    assert [text for text in texts if says_nothing(text)] == []


def test_words_beyond_the_plain_answer_are_noticed() -> None:
    plain = forms(
        """Sim! | não muito | eu cancelei | sí | no mucho | los dos | ainda não | todavía no |
            creo que sí | acho que não | com certeza | más o menos | remarcamos | la movimos |
            não sei | no vino nadie | ninguém apareceu"""
    )
    more = forms("sim, pediu um retorno|remarcamos para sexta|Ana cancelou|sí, me contó de su hijo")
    assert [text for text in plain if says_more(text)] == []
    assert [text for text in more if not says_more(text)] == []
