import pytest
from sqlalchemy import create_engine, text

from tests.fakes.postgres import give_up


@pytest.mark.postgresql
def test_a_fresh_database_takes_tables_and_rows(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE word (word TEXT)"))
        connection.execute(text("INSERT INTO word VALUES ('größer')"))
        assert connection.scalar(text("SELECT word FROM word")) == "größer"
    engine.dispose()


@pytest.mark.postgresql
@pytest.mark.parametrize("turn", [1, 2])
def test_the_next_test_finds_nothing_of_the_one_before(postgresql_url: str, turn: int) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_once (turn INTEGER)"))
        connection.execute(text("INSERT INTO only_once VALUES (:turn)"), {"turn": turn})
        assert connection.scalars(text("SELECT turn FROM only_once")).all() == [turn]
    engine.dispose()


def test_without_a_server_the_tests_are_skipped_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not installed"):
        give_up("not installed")


def test_where_ci_is_set_they_fail_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="not installed"):
        give_up("not installed")
