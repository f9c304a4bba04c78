"""The words that titles, names and addresses are judged by.

All are matched against text that `recognition_title.plain` has made plain: lower case,
Latin accents folded, every dash "-". The lists follow the design's table and extend it
to the languages calendars are kept in; a new word belongs into the test's labelled set too.
"""

import re

_DASH = "[ -]?"
_EDGE_BEFORE = r"(?<![\w:.,/])(?<!\d-)(?<!\d - )"
_EDGE_AFTER = r"(?!\w)(?!\s?[:.,/-]\s?\d)"

_NUMBERED = (
    r"1 ?[:-] ?1s?",
    rf"1{_DASH}(?:on|to|zu|op|a|na|на|la|til|x|×|:on:|para|pra){_DASH}1s?",
    r"1[- :]2[- :]1s?",
    r"1s ?[:&] ?1s",
)
_SPELLED = (
    rf"one{_DASH}(?:on|to|2|:){_DASH}one",
    rf"eins{_DASH}(?:zu|on|auf){_DASH}eins",
    rf"een{_DASH}op{_DASH}een",
    rf"en{_DASH}til{_DASH}en",
    rf"jeden{_DASH}na{_DASH}jed(?:en|noho|nego)",
    r"um (?:a|para|pra) um",
    r"uno a uno",
    r"un a un",
    r"unu la unu",
    r"o3s?(?! ?-?(?:mini|pro|model|api))",
    rf"tete{_DASH}a{_DASH}tete",
    r"a tu per tu",
    r"cara a cara",
    r"einzelgesprache?",
    r"zweiergesprach",
    rf"(?:vier|4){_DASH}augen(?:{_DASH}gesprach)?",
    r"entretiens? individuels?",
    r"points? individuels?",
    r"colloqui[oo]? individual[ei]",
    r"reuniao individual",
    r"reunion individual",
    r"bila(?:atjes?)?",
    r"bilat(?:s|eral|erale|eraal|eralen)?",
    rf"skip{_DASH}levels?",
    r"individuellt samtal",
    r"enskilt samtal",
    r"kahdenkeskinen",
    r"negyszemkozti",
    r"empat mata",
    rf"bire{_DASH}bir",
    r"один[ -]на[ -]один",
    r"[ив]ч[ -]на[ -][ив]ч",
    r"віч[ -]на[ -]віч",
)
_UNSPACED = (
    r"一対一|一对一|一對一|ワンオンワン|個人面談|일대일|원온원|(?<!\d)1(?:対|对|對|대)1(?!\d)",
    # A bare 121 is a room or a ticket more often than a talk.
    r"^121s?(?= ?(?:with|w/|mit|con|com|avec|-|:|/))|(?<![\w-])121s? (?:with|w/|meeting|catch)",
)

STRONG = re.compile(
    f"{_EDGE_BEFORE}(?:{'|'.join(_NUMBERED)}){_EDGE_AFTER}"
    rf"|(?<!\w)(?:{'|'.join(_SPELLED)})(?!\w)"
    f"|{'|'.join(_UNSPACED)}"
)
"""A title that says one-on-one outright."""

NUMBERING_BEFORE = re.compile(
    r"(?:sprint|room|raum|phase|chapter|kapitel|level|floor|building|section|version|lesson|unit|module|gate|"
    r"track|step|group|final|score|draw|build|release|verse|appendix|figure|table|ticket|saal|sala|salle)\s*$"
)
TECHNICAL_AFTER = re.compile(
    r"\s*(?:mapping|migration|scale|copy|relation\w*|replacement|ratio|backup|match|draw|clone|parity|"
    r"replica\w*|abbildung|correspond\w*)"
)

WEAK = re.compile(
    r"(?<!\w)(?:catch[ -]?ups?|check[ -]?ins?|jour[ -]?fixe|jf|weekly|bi-?weekly|fortnightly|monthly|coffee|"
    r"feedback|sync(?:[ -]?up)?|touch[ -]?(?:base|point)s?|connect|chat|mentoring|coaching|career|"
    r"development talk|growth talk|kaffee|austausch|abstimmung|rucksprache|regeltermin|mitarbeitergesprach|"
    r"wochentlich|feedbackgesprach|cafe(?:zinho|cito)?|alinhamento|bate[ -]papo|conversa|semanal|quinzenal|"
    r"quincenal|charla|seguimiento|puesta al dia|point|hebdo\w*|echange|suivi|allineamento|caffe|settimanale|"
    r"aggiornamento|chiacchierata|bijpraten|bijpraat|overleg|koffie|wekelijks|avstamning|avstemming|fika|"
    r"medarbetarsamtal|medarbejdersamtale|kawa|rozmowa|созвон|синк|встреча|кофе|розмова|gorusme|kahve)(?!\w)"
    r"|定例|雑談|面談|コーヒー|聊天|谈话|커피|면담"
)
"""A title that one-on-ones often have, and other meetings too."""

NEGATIVE = re.compile(
    r"(?<!\w)(?:interviews?|screening|phone screen|candidate|vorstellungsgesprach|bewerbungsgesprach|"
    r"bewerber\w*|kandidat\w*|entrevistas?|entretien d.embauche|colloquio di lavoro|sollicitatiegesprek|"
    r"haastattelu|jobbintervju|собеседование|співбесіда|"
    r"demos?|onboarding|einarbeitung|training|schulung|treinamento|formation|formacion|entrenamiento|"
    r"formazione|opleiding|обучение|workshop|webinar|masterclass|lesson|class|course|exam|"
    r"debrief(?:ing)?|stand[ -]?ups?|daily|scrum|retro(?:spective)?|planning|grooming|refinement|"
    r"kick[ -]?off|all[ -]?hands|town[ -]?hall|office hours?|sprechstunde|"
    r"prep|preparation|vorbereitung|preparacao|preparacion|preparazione|voorbereiding|"
    r"hold|placeholder|platzhalter|blocker|reminder|deadline|"
    r"pairing|pair programming|mob(?:bing)?|on[ -]?call|bereitschaft|handover|hand[ -]?off|ubergabe|"
    r"(?:code|design|sprint|business|pr|architecture|security|contract|budget|pull request) reviews?|"
    r"(?:team|staff|board|committee|steering|all) ?(?:meeting|sync|weekly|lunch|call|besprechung)|"
    r"teammeeting|teamrunde|reuniao de equipe|reunion de equipo|reunion d.equipe|sales|pitch|vendor|"
    r"dentist|doctor|zahnarzt|arzttermin|flight|flug|gym|yoga|physio|haircut|therapy|launch|release|"
    r"incident|post[ -]?mortem|negotiation|audit|migration)(?!\w)"
    r"|面接|研修|説明会|面试|培训|면접"
)
"""A title that names another purpose."""

FORCED_YES = re.compile(r"(?<![\w#])#1on1(?!\w)")
FORCED_NO = re.compile(r"(?<![\w#])#not1on1(?!\w)")

BOT = re.compile(
    r"@(?:[\w-]+\.)*(?:otter\.ai|fireflies\.ai|read\.ai|fathom\.video|fathom\.ai|tldv\.io|gong\.io|chorus\.ai|"
    r"avoma\.com|meetgeek\.ai|sembly\.ai|notta\.ai|circleback\.ai|supernormal\.com|krisp\.ai|airgram\.io|"
    r"grain\.(?:com|co)|fellow\.app|rewatch\.com|spinach\.(?:io|ai)|nyota\.ai|getclockwise\.com|reclaim\.ai|"
    r"calendly\.com|recall\.ai|laxis\.(?:com|tech)|zoom\.us)$"
    r"|^(?:no-?reply|notetaker|note-taker|notes-?bot|scribe-?bot)[^@]*@"
)
BOT_NAME = re.compile(
    r"note ?-?taker|(?:otter|fireflies|fathom|read|tldv)[. ]?(?:ai|pilot|bot)\b|notetaking|"
    r"\bfred from fireflies"
)
ROOM = re.compile(
    r"^(?:conf(?:erence)?|meeting|board)?[._-]?(?:room|raum|sala|salle|saal|zaal)(?:[._-].*|\d*)@"
    r"|@(?:resource|group)\.calendar\.google\.com$"
)
GROUP = re.compile(
    r"^(?:all|everyone|everybody|team|staff|group|alle|equipe|equipo|squad)(?:[._-][^@]*)?@"
    r"|^[^@]+[._-](?:team|all|group|list|staff|everyone|squad)@"
)
