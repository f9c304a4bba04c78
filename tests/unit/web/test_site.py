"""What all pages share: whose visits count together, and cookies that give nothing away."""

import pytest
from flask.testing import FlaskClient

from service.web.pages import create_app
from service.web.site import A_MINUTE, Site

MOST = int(A_MINUTE.split()[0])
ADA, BEN = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}


def pages(proxies: int) -> FlaskClient:
    site = Site(base_url="https://lab.example.org", proxies=proxies)
    return create_app(lambda _: True, lambda _: "Ada", lambda: True, site=site).test_client()


def visits(client: FlaskClient, headers: dict[str, str], times: int) -> list[int]:
    return [client.get("/u/x", headers=headers).status_code for _ in range(times)]


def test_behind_a_server_of_ours_each_visitor_has_a_limit_of_their_own() -> None:
    client = pages(proxies=1)
    assert set(visits(client, ADA, MOST)) == {200}
    busy = client.get("/u/x", headers=ADA)
    assert (busy.status_code, "One moment" in busy.text) == (429, True)
    assert visits(client, BEN, 1) == [200]


def test_without_one_nobody_gets_another_limit_by_saying_so() -> None:
    client = pages(proxies=0)
    visits(client, ADA, MOST)
    assert visits(client, BEN, 1) == [429]


@pytest.mark.parametrize("path", ["/health", "/ready", "/style.css"])
def test_who_watches_the_machine_is_never_too_busy(path: str) -> None:
    client = pages(proxies=0)
    visits(client, {}, MOST + 1)
    assert client.get(path).status_code == 200
