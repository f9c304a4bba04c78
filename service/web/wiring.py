"""Join the pages to the tables."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from service.assembly import House
from service.clock import utc_now
from service.domain.people import LeaderState
from service.storage import people, upkeep
from service.storage.migrate import require_current
from service.web.connect import connect_pages
from service.web.door import door_pages
from service.web.forms import form_pages
from service.web.joining import joining_pages
from service.web.members import member_pages
from service.web.months import month_pages
from service.web.own_data import own_data_pages
from service.web.pages import create_app
from service.web.preferences import preference_pages
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

    def ready() -> bool:
        """As `healthy`, and with the key that what is stored was sealed with."""
        with house.database.read() as tx:
            upkeep.open_anything(tx)
        return healthy()

    settings = house.settings
    push = push_pages(house.database, secret_keys=settings.secret_keys, mailboxes=settings.mailboxes)
    site = Site(settings.name, settings.base_url, settings.secret_keys, settings.proxies)
    own = [make(house, now) for make in _OF_THE_HOUSE]
    more = [connect_pages(Reconnecting(house, now)), push, *own]
    return create_app(unsubscribe, show, healthy, site=site, ready=ready, more=more)


_OF_THE_HOUSE = (
    form_pages,
    door_pages,
    preference_pages,
    month_pages,
    own_data_pages,
    member_pages,
    joining_pages,
)
