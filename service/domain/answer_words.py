"""The words by which answers are told, in every language known; accents are off, all is lower case.

Each group ends with what Portuguese and Spanish say beside the words they share with others. A
further language adds its own words to the groups, with examples in tests/unit/domain.
"""

import re


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _begins(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(phrases)})(?![\w'])")


# What people put before an answer.
LEAD_IN = re.compile(
    r"^(?:(?:well|hm+|mm+|oh|um(?! pou[cq])|uh|ah|so|i think|i guess|i'd say|i would say|i believe"
    r"|actually|honestly"
    r"|probably|ich glaube|je crois"
    r"|(?:eu )?(?:acho|creio|penso|suponho|imagino|diria)(?: que)?|acredito que|(?:me )?parece que|bom|bem"
    r"|olha|entao|na verdade|sinceramente|infelizmente|felizmente|no geral|no fundo|provavelmente|por favor"
    r"|desta vez|dessa vez|hoje|por enquanto|ate agora"
    r"|(?:yo )?(?:creo|pienso|supongo|imagino|diria)(?: que)?|pues|bueno|la verdad(?: es)?(?: que)?"
    r"|en general"
    r"|de hecho|en realidad|lamentablemente|por desgracia|por suerte|probablemente|esta vez|hoy|por ahora"
    r"|de momento|hasta ahora)\s+)+(?=\S)"
)

_NO_SE = (  # "no sé", which phones write as "no se"; "no se abrió" is a no
    r"no (?:lo )?se(?=$| (?:si|que|bien|muy|la verdad|aun|todavia|exactamente|decir|realmente|cuanto|como|por"
    r"|tal vez|quizas?|creo|pero)\b)"
)
UNSURE = _begins(
    r"\?", "unsure", "not (?:so |quite |too |really |entirely |at all )?(?:sure|certain)", "i'm not sure",
    "i am not sure", "maybe", "perhaps", "possibly", "dunno",
    "(?:i )?(?:do not|don't|dont) (?:really )?know", "(?:it's |it is )?hard to (?:say|tell)",
    "(?:i )?(?:can't|cannot|can not|couldn't) (?:say|tell)", "(?:it's |it is )?too (?:early|soon)",
    "no idea", "no clue", "unclear", "kind of", "kinda", "sort of", "yes and no", "yes/no", "so so",
    "mixed", "50/50", "vielleicht", "weiss nicht", "unsicher", "keine ahnung", "peut etre",
    "je ne sais pas", "forse", "non so", "misschien", "kanske", "talvez",
    "(?:eu )?(?:ainda )?(?:nao|nem|n) sei", "sei la", "(?:eu )?nao (?:tenho|estou com) (?:muita )?certeza",
    "nao (?:tenho|faco) (?:a menor )?ideia", "nao saberia", "nao (?:me )?lembro",
    "nao da (?:para|pra) (?:dizer|saber)", "(?:e )?(?:muito )?dificil (?:de )?(?:dizer|saber)",
    "mais ou menos", "sim e nao", "(?:e )?(?:muito )?cedo(?: demais)?", "depende", "quem sabe",
    "pode ser", "(?:estou )?em duvida", "meio a meio", _NO_SE,
    "(?:yo )?no (?:estoy|lo tengo)(?: muy| tan| del todo)? (?:segur[oa]|claro)", "no (?:lo )?tengo claro",
    "quizas?", "tal vez", "a lo mejor", "(?:todavia|aun) no (?:lo )?se$", "mas o menos", "si y no",
    "puede ser", "(?:es )?(?:muy )?dificil (?:de )?(?:decir|saber)(?:lo)?", "(?:no tengo )?(?:ni )?idea",
    "quien sabe", "(?:es )?(?:muy|demasiado) (?:pronto|temprano)", "no sabria", "no (?:lo )?recuerdo",
    "no me acuerdo", "no estoy segur[oa]",
)  # fmt: skip

_NOT = r"(?:n't|nt| not)"
_IN_THE = "(?:geral|fundo|comeco|inicio|fim|final|entanto|momento)"  # Portuguese "no" is "in the"
NO = _begins(
    rf"no(?! {_IN_THE}\b)", "nope?", "nah", "n", "not", "never", "none", "nothing", "nada", "nein", "non",
    "nee", "nej", "nei", "nie", "neither", "hardly", "barely", "negative", "i forgot",
    rf"(?:i |it |he |she |they |we |that )?(?:did|do|does|was|were|is|are|has|have|had|could){_NOT}",
    "i don't think so", "don't", "please don't", "keep", "please keep", "false", "wrong",
    "(?:eu |ele |ela |eles |elas |a gente |ainda |claro que |com certeza |certamente "
    "|acho que )?n(?:ao|aum)", "nem", "nunca", "jamais", "quase n(?:ao|ada|enhum|enhuma)",
    "de (?:jeito|modo|forma) nenhuma?", "negativo", "(?:muito |bem |tao |so )?pouc[oa](?! a pouco)",
    "nenhuma?", "(?:eu )?(?:me )?esqueci", "ja nao", "(?:tudo )?(?:igual|na mesma)",
    "(?:foi )?(?:o|a) mesm[oa]", "como sempre", "menos",
    "(?:yo |el |ella |ellos |ellas |todavia |aun |ya |claro que |seguro que |desde luego que "
    "|creo que )no", "ni", "para nada", "en absoluto", "jamas", "casi n(?:ada|ada de)", "casi no",
    "apenas(?! um)", "tampoco", "que va", "(?:muy |bien |tan )?poc[oa](?! a poco)", "ningun[oa]?",
    "(?:se )?(?:me |lo )?olvid[eo]", "lo mismo", "como siempre", "seguir", "sigue", "sigan", "continuar",
    "continua(?:r|e)?", "manter", "mantener",
)  # fmt: skip

# A yes that is also an answer to "Did it happen?".
_PLAIN_YES = (
    "yes", "yess+", "yeah", "yea", "yep", "yup", "aye", "sure", "definitely", "absolutely", "indeed",
    "of course", "certainly", "totally", "very much", "clearly", "ok", "okay", "true", "correct", "right",
    "exactly", "done", "kept", "si+", "sip", "oui", "jawohl", "da$", "tak", "hai", "claro",
    r"ya(?! (?:se|la|lo|los|me|nos|no|fue|esta|est[ao]ba|\w+(?:mos|ad[oa]|id[oa]))\b)",
    r"y(?! (?:no|si|el|ella|la|lo|se|me|nos|tambien|eso|que|yo|nos)\b)",
    r"ja(?! (?:nao|se|a|o|me|nos|foi|foram|\w+(?:mos|ei|ad[oa]|id[oa]))\b)",
    "(?:a |quite a )?(?:little|bit)", "somewhat", "a lot", "mostly", "partly", "think so", "so", "pause",
    "please pause", "please do",
    "(?:i|it|he|she|they|we|that) (?:really |sure |certainly )?(?:did|does|do)", "it (?:was|is|has)",
    "i have", "we have", "they have", "she has", "he has", "👍", "✅", "✔", "✓", "sim+", "s", "com certeza",
    "certamente", "certeza", "claro que sim", "aham", "uhum", "isso(?: mesmo)?", "exato", "exatamente",
    "sem duvida", "positivo", "beleza", "por supuesto", "desde luego", "exacto", "exactamente", "asi es",
    "sin duda", "obvio", "efectivamente", "correcto", "afirmativo", "vale", "dale", "seguro", "totalmente",
    "definitivamente", "ciertamente",
)  # fmt: skip
PLAIN_YES = _begins(*_PLAIN_YES)
YES = _begins(
    *_PLAIN_YES, "(?:so )?(?:um |1 )pou(?:co|quinho)", "bastante", "muit[oa]s?", "demais", "em parte",
    "de certa forma", "ate que sim", "(?:muito )?mais (?:do )?que", "(?:bem |muito )?mais",
    "(?:eu |ele |ela |a gente |ja |nos )?"
    "(?:se abriu|trouxe|fiz|fez|fizemos|cumpri|cumprimos|mantive|houve|teve|tive|tivemos|surgi(?:u|ram)"
    "|aparece(?:u|ram))", "feito", "cumprid[oa]", "(?:pode |pode sim |quero )?paus(?:a|ar|e|em)",
    "pode(?: sim)?", "quero", "fui eu", "era eu", "e minha", "(?:solo )?un po(?:co|quito)", "much[oa]s?",
    "muchisim[oa]", "en parte", "de cierta (?:forma|manera)", "(?:mucho |bastante )?mas",
    "(?:yo |el |ella |ya |nosotros )?(?:(?:se |me |lo |la )?(?:abrio|trajo|hice"
    "|hizo|hicimos|cumpli|cumplimos|mantuve|hubo|tuve|surgi(?:o|eron)|aparecio|aparecieron))", "hecho",
    "cumplid[oa]", "(?:puedes |si puedes |quiero )?paus(?:a|ar|en)", "puedes?", "quiero", "fui yo",
    "era yo", "es mia",
)  # fmt: skip

HELD = _begins(
    "(?:it |we |i |the meeting )?(?:was |were )?(?:just |have |did |has )?"
    "(?:held|happened|happen|met|took place)", "aconteceu", "houve", "teve", "tivemos", "rolou", "ocorreu",
    "foi (?:realizada?|feit[oa]|sim|otim[oa]|bo[ma]|muito)", "foi$", "realizad[oa]",
    "(?:a gente |nos )?(?:se |nos )?(?:encontr(?:amos|ou)|reuni(?:mos|u)|convers(?:amos|ou)"
    "|fal(?:amos|ou)|fizemos)", "sucedio", "ocurrio", "ya hablamos", "tuvo lugar",
    "se (?:hizo|realizo|dio)", "hubo(?! que)", "(?:si )?nos (?:reunimos|vimos|juntamos|encontramos)",
    "hablamos", "conversamos", "(?:la |lo )?(?:hicimos|tuvimos)(?! que)",
)  # fmt: skip

_CANCEL = (
    r"(?:cancel(?:l?ed|l?ing|s)?\b|call(?:ed|ing)? (?:it |this )?off|scrapp?ed|abgesagt|annul\w*|skipped)"
)
_HAD_TO = "(?:tive (?:que|de)|precisei|tuve que)"
_HAS_TO = "(?:teve (?:que|de)|precisou|pediu (?:para|pra)|tuvo que|pidio|necesito|prefirio|preferiu)"
_TO_CANCEL = "(?:cancelar|desmarcar|suspender|anular)(?:la|lo)?"
# Which sense the first pattern found anywhere gives; "it was cancelled" does not say whose doing it was.
OUTCOMES = (
    (
        "no_show",
        re.compile(
            r"\bno ?shows?\b|\bnobody\b|\bno ?one\b|\bstood me up\b|\bniemand\b|\bforgot\b|\bpersonne\b"
            rf"|\b(?:did{_NOT}|never) (?:show|come|came|turn|join|appear|attend)"
            r"|\bninguem\b|\bnao (?:apareceu|apareceram|apareci|veio|vieram|compareceu|entrou|foi ninguem"
            r"|fui)\b"
            r"|\b(?:deu|levei) (?:um )?bolo\b|\bfaltou\b|\besquec(?:i|eu|emos)\b"
            r"|\bnadie\b|\bno (?:vino|vinieron|aparecio|aparecieron|llego|se presento|se conecto|asistio"
            r"|fui)\b"
            r"|\bplantad[oa]\b|\bme planto\b|\bfalto\b|\bolvid(?:e|o|amos)\b"
        ),
    ),
    (
        "moved",
        re.compile(
            r"\b(?:moved?|moving|rescheduled?|postponed?|pushed|shifted|delayed|brought forward|verschoben"
            r"|reportee?|deplacee?|spostat[oa]|rinviat[oa]|another (?:day|time)"
            r"|(?:remarc|reagend|adi|antecip)(?:ad[oa]s?|amos|ou|ei|aram)|adiant(?:ad[oa]|amos|ou|ei)"
            r"|transfer(?:id[oa]|imos|iu|i)|mudad[oa]|mud(?:amos|ou|ei)(?: \w+){0,2} (?:para|pra"
            r"|de (?:dia|data|hora))"
            r"|(?:passamos|passou|passei|ficou)(?: \w+){0,2} (?:para|pra)(?! tras)"
            r"|ou?tr[oa] (?:dia|data|horario|hora)"
            r"|movid[oa]|(?:la|lo|se|nos) (?:movi|movio|movimos|movieron|corrimos|corri|corrio|cambio"
            r"|cambiamos|cambie|adelanto|adelante|(?:paso|pasamos|pase)(?= (?:al?|para|el)\b))"
            r"|reprogram(?:ad[oa]"
            r"|amos|e|o|aron)|adelantad[oa]|adelantamos"
            r"|(?:aplaz|posterg|traslad)(?:ad[oa]|amos|o|aron)|aplace|postergue|traslade|pospus(?:imos|e"
            r"|o|ieron)|pospuest[oa]"
            r"|cambi(?:amos|o|e) (?:de|la|el) (?:dia|fecha|hora)|quedo para|otra fecha)\b"
        ),
    ),
    (
        "leader_cancelled",
        re.compile(
            rf"\bi (?:\w+ ){{0,3}}?{_CANCEL}|{_CANCEL} by me\b"
            rf"|\bich (?:\w+ ){{0,2}}?abgesagt\b|\bj'ai (?:\w+ ){{0,2}}?annul\w*|\bho (?:\w+ )?annul\w*"
            rf"|\b(?:cancelei|desmarquei|suspendi|cancelou fui eu)\b|\bcancelad[oa] por mim?\b"
            rf"|\b{_HAD_TO} {_TO_CANCEL}\b"
            r"|\b(?:cancele|anule|desconvoque|cancelo fui yo)\b"
        ),
    ),
    (
        "member_cancelled",
        re.compile(
            rf"\b(?!(?:i|we|it|was|is|got|been|meeting|had|to|not|and|then|just|be)\b)[\w']+ "
            rf"(?:(?:had to|has|have|have to|just|also|ha|hat|a|needed to|decided to) )*{_CANCEL}"
            rf"|{_CANCEL} by (?:him|her|them|the (?:other|member)|[a-z]+)\b"
            rf"|(?<!\bse )(?<!\bgente )\b(?:cancel(?:ou|aram|o|aron)|desmarc(?:ou|aram)|suspendi(?:o|eron"
            rf"|u)|anulo)\b"
            rf"|\b{_HAS_TO} {_TO_CANCEL}\b|\bcancelad[oa] (?:por|pel[oa]) (?!mim?\b)\w+"
        ),
    ),
)  # fmt: skip

_FURTHER = (
    "nothing|none|really|much|at all|special|so far|yet|this time|that i know of|thanks|comes to mind"
    "|i can think of|in particular|a thing|promises?|idea"
    "|demais|nao|(?:de|em) (?:especial|particular|novo)|(?:por )?enquanto|ainda|(?:d|n)?esta vez"
    "|dessa vez|que eu (?:me )?lembre|a declarar|promessas?|prometi|prometido|apoio|ajuda|houve|teve|foi"
    "|nada|mesmo"
    "|obrigad[oa]|(?:en )?(?:especial|particular)|nuevo|por ahora|de momento|todavia|aun|que (?:yo )?recuerde"
    ""
    "|promesas?|apoyo|ayuda|hubo|gracias|realmente"
)
NOTHING = re.compile(
    r"(?:(?:por ahora|por enquanto|ainda|todavia|aun) )?(?:(?:no|not|nope|none|nothing|n/a|na|nil|nada"
    r"|nichts|rien|niente|nein|nao|nenhuma?|ningun[oa]?|sem|sin)"
    rf"(?: (?:{_FURTHER}))*)?"
)

EVEN = re.compile(
    r"\b(?:both|even|evenly|equal|equally|same|half|fifty|balanced?|neither|gleich|beide|les deux|entrambi"
    r"|all of us|each|igual|iguais|igualmente|os dois|as duas|nos dois|ambos|ambas|metade|meio a meio"
    r"|equilibrad[oa]|empat[eo]|parecido|(?:a|o) mesm[ao]|tanto \w+ (?:quanto|como)"
    r"|los dos|las dos|mitad|parej[oa]|lo mismo)\b|\b50\s*%?\s*/?\s*50\b"
)
ME = _words("me i myself mine i'd ich moi io mi je eu mim falei escutei ouvi yo hable escuche mia minha")
THEM = _words(
    """them they him her he she herself himself theirs hers er sie ihn lui elle lei
    ele ela eles elas pessoa outra falou falaram escutou ouviu
    el ella ellos ellas persona otra hablo hablaron"""
)
LESS = re.compile(
    r"\b(?:listened|listen|listening|less|quiet|escut\w+|ouvi|ouviu|menos|quiet[oa]|calad[oa]|escuch\w+"
    r"|callad[oa])\b"
)

PLAIN_WORDS = (
    ME
    | THEM
    | _words(
        """yes yeah yea yep yup ya y sure definitely absolutely indeed of course ok okay true correct
        right no nope nah n not yet really at all never oui ja nein non unsure maybe perhaps
        dunno know don't do did it we that this didn't hard to say tell idea clue think so guess had
        has have cancel cancelled canceled cancelling called off moved move show showed up came come
        nobody one was is happened held met both equally even equal mostly mainly probably more most
        bit a little lot the same about half 50/50 50 fifty kept done please talked talking listened
        than and 👍 ✅ ✔ ✓ ?

        sim nao s n com certeza claro que ainda acho creio talvez sei mais ou menos um pouco muito bem pouca
        nem nunca quase nada foi fui cancelei cancelou desmarquei desmarcou cancelada cancelado remarcada
        remarcado remarcamos adiada adiado adiamos tive teve que cancelar desmarcar ninguem apareceu veio
        os dois as duas igual iguais nos reunimos encontramos conversamos aconteceu houve mesma mesmo o a
        do de falamos gente outra por favor em parte isso bastante tenho

        si se segura seguro quizas quiza tal vez mas menos poco mucho muy casi creo todavia aun para
        cancele cancelo movio movimos reprogramamos reprogramada movida tuve tuvo vino nadie
        los las dos la lo vimos hablamos supuesto en hubo estoy y"""
    )
)
