"""Who plays in the demo: three leaders in three time zones, and the people across from them."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

DOMAIN = "example.org"


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody with a calendar entry and a mail address."""

    name: str

    @property
    def first_name(self) -> str:
        """What others call them."""
        return self.name.split()[0]

    @property
    def email(self) -> str:
        """first.last@example.org, in ASCII."""
        plain = self.name.casefold().translate(_PLAIN)
        return f"{plain.replace(' ', '.')}@{DOMAIN}"

    @property
    def mailbox(self) -> str:
        """As the command line takes it."""
        return f"{self.name} <{self.email}>"


_PLAIN = str.maketrans("áãçéíóúü", "aaceiouu")


@dataclass(frozen=True, slots=True)
class Star:
    """A leader of the demo. `part` says in one line what they show; `members` is the roster."""

    player: Player
    role: str
    city: str
    zone: ZoneInfo
    part: str
    members: tuple[Player, ...]
    one_by_one: bool = False
    country: str | None = None

    @property
    def key(self) -> str:
        """A short name for files: the first name in lower case."""
        return self.player.first_name.lower()

    @property
    def calendar(self) -> str:
        """The calendar's path, relative to visavis.toml."""
        return f"calendars/{self.key}.ics"


ARJUN, SOFIA, KWAME, MEI = (
    Player(name) for name in ("Arjun Mehta", "Sofia Lindqvist", "Kwame Boateng", "Mei Tanaka")
)
GRACE, NOAH, LUIS = (Player(name) for name in ("Grace Kim", "Noah Cohen", "Luis Ortega"))
YUSUF, HANNA, TOMAS, CHLOE = (
    Player(name) for name in ("Yusuf Demir", "Hanna Nowak", "Tomás Silva", "Chloé Martin")
)
BILAL = Player("Bilal Hussain")  # Lena's, but not on her roster
ASSISTANT = Player("Robin Hale")  # answers a mail that was not theirs to answer

PRIYA = Star(
    player=Player("Priya Raman"),
    role="leads customer support",
    city="Bengaluru",
    zone=ZoneInfo("Asia/Kolkata"),
    part="starts one by one: a further person joins each week",
    members=(ARJUN, SOFIA, KWAME, MEI),
    one_by_one=True,
)
MARCUS = Star(
    player=Player("Marcus Webb"),
    role="leads sales",
    city="New York",
    zone=ZoneInfo("America/New_York"),
    part="cancels too often, and wants to change that",
    members=(GRACE, NOAH, LUIS),
    country="US",
)
LENA = Star(
    player=Player("Lena Brandt"),
    role="leads engineering",
    city="Berlin",
    zone=ZoneInfo("Europe/Berlin"),
    part="reorganises her calendar again and again",
    members=(YUSUF, HANNA, TOMAS, CHLOE),
    country="DE",
)
STARS = (PRIYA, MARCUS, LENA)
