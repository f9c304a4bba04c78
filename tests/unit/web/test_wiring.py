"""Whether the service is well, and whether it should be given work, by the real tables."""

from dataclasses import replace

from sqlalchemy import text

from service.accounts.vault import Vault
from service.storage.database import Database
from service.web.wiring import pages_of
from tests.fakes.web_house import WebHouse


def test_a_house_that_is_set_up_is_well_and_ready(web: WebHouse) -> None:
    web.little.add_leader()
    visitor = web.visitor()
    assert visitor.get("/health").json == {"healthy": True}
    assert visitor.get("/ready").json == {"ready": True}


def test_with_a_key_that_fits_nothing_it_lives_but_is_not_ready(web: WebHouse) -> None:
    web.little.add_leader()
    url = str(web.little.database.engine.url)
    other = Database(url, Vault(["a key that nothing in the database was sealed with"]))
    visitor = pages_of(replace(web.house, database=other), lambda: web.now).test_client()
    well, ready = visitor.get("/health"), visitor.get("/ready")
    other.close()
    assert (well.status_code, well.json) == (200, {"healthy": True})
    assert (ready.status_code, ready.json) == (503, {"ready": False})


def test_tables_of_another_version_are_neither(web: WebHouse) -> None:
    with web.little.database.begin() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    visitor = web.visitor()
    assert visitor.get("/health").status_code == visitor.get("/ready").status_code == 503
