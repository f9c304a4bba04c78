"""Whose browser this is, as a leader of the house."""

from service.assembly import House
from service.storage import people
from service.storage.people import LeaderRow
from service.web.site import sign_out, signed_in, use_language


def leader_here(house: House) -> LeaderRow | None:
    """The leader who is signed in, whose language the page then speaks; None for nobody."""
    key = signed_in()
    if key is None:
        return None
    with house.database.read() as tx:
        row = people.by_key(tx, key)
    if row is None:
        sign_out()
        return None
    speak_to(row)
    return row


def speak_to(row: LeaderRow) -> None:
    """Use this leader's language for the rest of the request."""
    use_language(row.leader.language, row.leader.country, row.leader.zone.key)
