"""When leaders are out of office, on each database."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from service.storage import absences, people
from service.storage.database import Database
from service.storage.schema import leaders
from tests.fakes.databases import NOW, add_leader

DAY = timedelta(days=1)


def test_they_come_back_as_they_were_read(database: Database) -> None:
    away = ((NOW, NOW + DAY), (NOW + 9 * DAY, NOW + 12 * DAY))
    with database.begin() as tx:
        add_leader(tx)
        assert people.by_id(tx, 1).absences == ()
        absences.put(tx, 1, away)
        assert people.by_id(tx, 1).absences == away


def test_a_zone_of_their_own_is_no_other_time(database: Database) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    with database.begin() as tx:
        add_leader(tx)
        absences.put(tx, 1, ((NOW.astimezone(berlin), (NOW + DAY).astimezone(berlin)),))
        assert people.by_id(tx, 1).absences == ((NOW, NOW + DAY),)


def test_they_are_one_leaders_alone_sealed_and_gone_when_over(database: Database) -> None:
    with database.begin() as tx:
        add_leader(tx)
        other = add_leader(tx, "bob")
        absences.put(tx, 1, ((NOW, NOW + DAY),))
        found = tx.connection.execute(select(leaders.c.id, leaders.c.absences_sealed))
        sealed = {row.id: row.absences_sealed for row in found}
        assert sealed[other] is None
        assert f"{NOW:%Y-%m-%d}" not in (sealed[1] or "")
        absences.put(tx, 1, ())
        assert tx.connection.execute(select(leaders.c.absences_sealed)).scalars().all() == [None, None]
