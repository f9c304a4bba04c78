"""Join the pages to the tables."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from service.assembly import House
from service.clock import utc_now
from service.domain.people import LeaderState
from service.storage import people
from service.storage.migrate import require_current
from service.web.connect import connect_pages
from service.web.pages import create_app
from service.web.push import push_pages
from service.web.reconnecting import Reconnecting
from service.web.site import Site


def pages_of(house: House, now: Callable[[], datetime] = utc_now) -> Flask:
    """The pages of this house; `now` is the clock."""

    def show(token: str) -> str | None:
        with house.database.read() as tx:
            row = people.by_unsubscribe_token(tx, token)
        return row.leader.person.first_name if row else None

    def unsubscribe(token: str) -> bool:
        with house.database.begin() as tx:
            row = people.by_unsubscribe_token(tx, token)
            if row is None:
                return False
            people.set_state(tx, row.leader.id, LeaderState.STOPPED)
        return True

    def healthy() -> bool:
        require_current(house.database.engine)
        return True

    settings = house.settings
    push = push_pages(house.database, secret_keys=settings.secret_keys, mailboxes=settings.mailboxes)
    site = Site(settings.name, settings.base_url, settings.secret_keys, settings.proxies)
    more = [connect_pages(Reconnecting(house, now)), push]
    return create_app(unsubscribe, show, healthy, site=site, more=more)
