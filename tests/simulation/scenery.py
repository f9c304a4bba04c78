"""A world to begin with: leaders in several zones, their pairs, and everything else in their calendars."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from service.domain.events import Event, Guest, Response
from tests.simulation.truth import Leader, Pair, Slot

WEEKS = 13
BACK = timedelta(weeks=3)  # what the calendar held before the leader joined

# Thirteen weeks from each of these mornings meet a change of the clocks somewhere.
BEGINNINGS = (date(2026, 9, 14), date(2026, 8, 31), date(2027, 2, 15), date(2027, 1, 25), date(2026, 10, 5))
ZONES = (
    "Europe/Berlin",
    "Europe/Lisbon",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Santiago",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Africa/Nairobi",
)
LEADERS = ("Lea Stein", "Otto Berg", "Rana Haddad")
MEMBERS = (
    "Ana Silva", "Ben Okafor", "Chiara Rossi", "Dev Patel", "Elif Kaya", "Finn Larsen", "Gita Rao",
    "Hugo Blanc", "Iris Novak", "Jonas Weber", "Kei Tanaka", "Lucia Mora",
)  # fmt: skip
DOUBTFUL_TITLES = ("Alignment", "Pat")
CLOCKS = (
    time(8, 15),
    time(9),
    time(9, 30),
    time(10),
    time(11),
    time(13, 30),
    time(14),
    time(15, 45),
    time(17, 30),
)
LENGTHS = (25, 30, 30, 45, 60)


def wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a clock time, by the zone's own rules."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def make_leaders(random: Random, count: int, begin: date) -> list[Leader]:
    """Leaders with their rosters and thirteen weeks of one-on-ones."""
    names = iter(random.sample(MEMBERS, len(MEMBERS)))
    leaders = []
    for name in LEADERS[:count]:
        zone = ZoneInfo(random.choice(ZONES))
        address = f"{name.split()[0].lower()}@example.org"
        key = f"{random.getrandbits(64):016x}"
        days_off = frozenset(begin + timedelta(days=random.randrange(91)) for _ in range(2))
        leader = Leader(address, name, key, zone, random.random() < 0.25, days_off)
        for position in range(random.choice((1, 1, 1, 2, 2, 3) if count == 1 else (1, 1, 2))):
            leader.pairs.append(_make_pair(random, leader, next(names), position, begin))
        leader.noise = list(_noise(random, leader, begin))
        leaders.append(leader)
    return leaders


def _make_pair(random: Random, leader: Leader, name: str, position: int, begin: date) -> Pair:
    first = name.split()[0]
    address = f"{first.lower()}@example.org"
    organizer = leader.address if random.random() < 0.7 else address
    title = random.choice((f"1:1 {leader.name.split()[0]} / {first}", "1:1", f"One-on-one {first}"))
    every = timedelta(weeks=random.choice((1, 1, 2)))
    pair = Pair(leader, name, address, title, organizer, every, position)
    if random.random() < 0.85:
        pair.slots += _series(random, pair, begin)
    return pair


def _series(random: Random, pair: Pair, begin: date) -> Iterator[Slot]:
    weekday, clock = random.randrange(5), random.choice(CLOCKS)
    if pair.position and random.random() < 0.3 and pair.leader.pairs[0].slots:
        before = pair.leader.local(pair.leader.pairs[0].slots[0].end)  # back to back with the first pair
        weekday, clock = before.weekday(), before.time()
    length = timedelta(minutes=random.choice(LENGTHS))
    uid = f"series-{pair.address}"
    day = begin - BACK + timedelta(days=weekday)
    while day < begin + timedelta(weeks=WEEKS + 10):
        start = wall(day, clock, pair.leader.zone)
        yield Slot(pair, uid, f"{day:%Y%m%d}", start, start + length)
        day += pair.every


def _noise(random: Random, leader: Leader, begin: date) -> Iterator[Event]:
    """Team meetings, focus time, an interview with one person, a doubtful coffee."""
    me = Guest(leader.address, leader.name, Response.ACCEPTED)
    team = tuple(Guest(f"team{number}@example.org", f"Team {number}") for number in range(4))
    doubtful, weak = random.random() < 0.3, random.choice(DOUBTFUL_TITLES)
    for week in range(0, WEEKS, 2):
        monday = begin + timedelta(weeks=week)
        yield _event(leader, "standup", monday, time(9, 45), "Team weekly", (me, *team))
        yield _event(leader, "focus", monday + timedelta(days=1), time(16), "Focus time", ())
        if week % 4 == 2:
            stranger = Guest("candidate@example.com", "Sam Candidate")
            yield _event(
                leader, f"iv{week}", monday + timedelta(days=2), time(12), "Interview Sam", (me, stranger)
            )
        if doubtful and week >= 4:
            other = Guest("pat@example.org", "Pat Doubt")
            yield _event(leader, "coffee", monday + timedelta(days=3), time(12), weak, (me, other))


def _event(leader: Leader, uid: str, day: date, clock: time, title: str, guests: tuple[Guest, ...]) -> Event:
    start = wall(day, clock, leader.zone)
    uid = f"{uid}-{leader.address}"
    end = start + timedelta(minutes=45)
    return Event(
        uid, f"{day:%Y%m%d}", start, end, title, organizer=leader.address, guests=guests, recurring=True
    )
