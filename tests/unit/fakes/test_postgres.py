import pytest
from sqlalchemy import create_engine, text

pytestmark = pytest.mark.postgresql


def test_a_fresh_database_takes_tables_and_rows(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE word (word TEXT)"))
        connection.execute(text("INSERT INTO word VALUES ('größer')"))
        assert connection.scalar(text("SELECT word FROM word")) == "größer"
    engine.dispose()


@pytest.mark.parametrize("turn", [1, 2])
def test_the_next_test_finds_nothing_of_the_one_before(postgresql_url: str, turn: int) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_once (turn INTEGER)"))
        connection.execute(text("INSERT INTO only_once VALUES (:turn)"), {"turn": turn})
        assert connection.scalars(text("SELECT turn FROM only_once")).all() == [turn]
    engine.dispose()
