"""What the people of the sample mails wrote, in each language; they are made up."""

from collections.abc import Mapping

_EN = {
    "better": "Leave the roadmap at my desk, and wait out the silence.",
    "promised": "Ask the platform team for a second reviewer",
    "catch_up": "Marta / Ben catch-up",
    "worked": "Two quiet minutes. She told me about the handover on her own.",
    "on_time": "Start on time.",
    "mentor": "Find a mentor in the data team",
    "moving": "She is moving house in January.\nAsk how it went.",
    "perhaps": "3 – perhaps, let me think about it",
    "noticed": "She told me what she really thinks of the reorganisation",
    "silence": "Two minutes of silence, and then the real topic",
    "walked": "We walked instead of sitting",
    "explained": "I explained for ten minutes what he already knew",
    "finance": "Talk to finance about the course",
    "reviewer": "Ask for a second reviewer",
}
_PT = {
    "better": "Deixar o roadmap na minha mesa, e esperar o silêncio passar.",
    "promised": "Pedir à equipe de plataforma uma segunda pessoa na revisão",
    "catch_up": "Papo Marta / Ben",
    "worked": "Dois minutos em silêncio. Ela contou por conta própria sobre a passagem de bastão.",
    "on_time": "Começar na hora.",
    "mentor": "Encontrar uma mentora na equipe de dados",
    "moving": "Ela se muda em janeiro.\nPerguntar como foi.",
    "perhaps": "3 – talvez, deixe-me pensar",
    "noticed": "Ela me disse o que realmente pensa da reorganização",
    "silence": "Dois minutos de silêncio, e então o assunto de verdade",
    "walked": "Andamos em vez de ficar sentados",
    "explained": "Passei dez minutos explicando o que ele já sabia",
    "finance": "Falar com o financeiro sobre o curso",
    "reviewer": "Pedir uma segunda pessoa na revisão",
}
_ES = {
    "better": "Dejar el plan en mi mesa, y aguantar el silencio.",
    "promised": "Pedir al equipo de plataforma una segunda persona que revise",
    "catch_up": "Charla Marta / Ben",
    "worked": "Dos minutos en silencio. Me contó por su cuenta lo del traspaso.",
    "on_time": "Empezar a tiempo.",
    "mentor": "Buscar una mentora en el equipo de datos",
    "moving": "Se muda en enero.\nPreguntar cómo fue.",
    "perhaps": "3 – quizás, déjame pensarlo",
    "noticed": "Me dijo lo que de verdad piensa de la reorganización",
    "silence": "Dos minutos de silencio, y después el tema de verdad",
    "walked": "Caminamos en vez de sentarnos",
    "explained": "Pasé diez minutos explicando lo que ya sabía",
    "finance": "Hablar con finanzas sobre el curso",
    "reviewer": "Pedir una segunda persona que revise",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": _EN, "pt-BR": _PT, "es": _ES}
