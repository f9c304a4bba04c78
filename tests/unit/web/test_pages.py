from dataclasses import dataclass, field

import pytest
from flask import Blueprint
from flask.testing import FlaskClient

from service.errors import StorageError
from service.web.pages import create_app
from service.web.site import Site

TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass
class Subscriptions:
    """Two tokens at most; remembers which were stopped, and can be broken."""

    known: dict[str, str] = field(default_factory=lambda: {TOKEN: "Ada <ada@example.org>"})
    stopped: list[str] = field(default_factory=list)
    broken: bool = False
    well: bool = True

    def unsubscribe(self, token: str) -> bool:
        if self.broken:
            raise StorageError("the database is locked")
        if token in self.known:
            self.stopped.append(token)
        return token in self.known

    def show(self, token: str) -> str | None:
        return self.known.get(token)

    def healthy(self) -> bool:
        if self.broken:
            raise StorageError("the database is locked")
        return self.well


@pytest.fixture
def subscriptions() -> Subscriptions:
    return Subscriptions()


@pytest.fixture
def client(subscriptions: Subscriptions) -> FlaskClient:
    app = create_app(
        subscriptions.unsubscribe, subscriptions.show, subscriptions.healthy, site=Site("The Lab")
    )
    return app.test_client()


def test_looking_shows_whose_mails_and_a_button(client: FlaskClient) -> None:
    answer = client.get(f"/u/{TOKEN}")
    assert answer.status_code == 200
    assert "Ada &lt;ada@example.org&gt;" in answer.text
    assert '<form method="post">' in answer.text
    assert "The Lab" in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(client: FlaskClient, subscriptions: Subscriptions, method: str) -> None:
    client.open(f"/u/{TOKEN}", method=method)
    assert subscriptions.stopped == []


def test_the_button_stops_the_mails(client: FlaskClient, subscriptions: Subscriptions) -> None:
    answer = client.post(f"/u/{TOKEN}")
    assert answer.status_code == 200
    assert "The mails have stopped" in answer.text
    assert subscriptions.stopped == [TOKEN]


def test_a_mail_program_stops_them_with_one_click(client: FlaskClient, subscriptions: Subscriptions) -> None:
    answer = client.post(f"/u/{TOKEN}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert subscriptions.stopped == [TOKEN]


@pytest.mark.parametrize("path", ["/u/unknown", "/", "/u/", "/u/a/b", "/static/x", f"/u/{TOKEN}<script>"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_unknown_is_a_page_in_the_same_look(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert "style.css" in answer.text
    assert "<script>" not in answer.text


def test_a_failure_is_a_kind_page_without_its_details(
    client: FlaskClient, subscriptions: Subscriptions
) -> None:
    subscriptions.broken = True
    answer = client.post(f"/u/{TOKEN}")
    assert answer.status_code == 503
    assert "Please try again in a minute" in answer.text
    assert "locked" not in answer.text


def test_another_method_is_refused(client: FlaskClient, subscriptions: Subscriptions) -> None:
    assert client.delete(f"/u/{TOKEN}").status_code == 405
    assert subscriptions.stopped == []


def test_whoever_is_stopped_is_named_without_markup(
    client: FlaskClient, subscriptions: Subscriptions
) -> None:
    subscriptions.known["x"] = "<img src=x>"
    assert "<img" not in client.get("/u/x").text


@pytest.mark.parametrize(("well", "status"), [(True, 200), (False, 503)])
def test_health(client: FlaskClient, subscriptions: Subscriptions, well: bool, status: int) -> None:
    subscriptions.well = well
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (status, {"healthy": well})


def test_a_health_check_that_fails_is_an_answer_too(
    client: FlaskClient, subscriptions: Subscriptions
) -> None:
    subscriptions.broken = True
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (503, {"healthy": False})


@pytest.mark.parametrize("path", [f"/u/{TOKEN}", "/u/unknown", "/health", "/style.css"])
def test_pages_load_nothing_foreign_and_set_no_cookie(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "http" not in answer.text


@pytest.mark.parametrize(("path", "style"), [(f"/u/{TOKEN}", '"../style.css"'), ("/nothing", '"style.css"')])
def test_the_style_is_found_under_any_address(client: FlaskClient, path: str, style: str) -> None:
    assert f"href={style}" in client.get(path).text
    assert client.get("/style.css").mimetype == "text/css"


def test_pages_of_another_subject_have_the_same_look_and_headers(subscriptions: Subscriptions) -> None:
    more = Blueprint("more", "more")
    more.add_url_rule("/more/<one>", view_func=lambda one: f"more of {one}")
    pages = (subscriptions.unsubscribe, subscriptions.show, subscriptions.healthy)
    client = create_app(*pages, more=[more]).test_client()
    answer = client.get("/more/it")
    assert answer.text == "more of it"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Nothing here" in client.get("/more/").text
