"""The desk behind the preferences: what the page shows, and what its forms do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import abort, render_template

from service.accounts.signing import Purpose
from service.assembly import House, usual_weekend
from service.assembly.countries import countries_by_name, countries_with_holidays
from service.domain.people import Leader, Pair
from service.domain.wishes import (
    Problems,
    Typed,
    WrongError,
    of_pair,
    pair_changes,
    pause_end,
    stepped,
    typed_pair,
    typed_wishes,
    wishes_of,
)
from service.jobs.members import subject_of
from service.jobs.outlook import coming_from
from service.jobs.preferences import change_pairs, keep_wishes, members_of, pause, resume
from service.languages import LANGUAGES
from service.storage import people
from service.storage.people import LeaderRow
from service.web.site import current_locale

HERE = "/me/preferences"
STEPS = {"skip": 1, "repeat": -1}
EVERYONE = "everyone"


@dataclass
class Refused(Exception):  # noqa: N818 - it is no error of the program
    """What was typed in the form called `form` cannot be taken: nothing was changed."""

    form: str
    typed: Typed
    problems: Problems = field(default_factory=Problems)


class Preferring:
    """A leader's own hand on their settings; `now` is the clock."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house, self._now = house, now

    def page(self, row: LeaderRow, refused: Refused | None = None) -> str:
        """The whole page; a form that was refused as it was filled in."""
        office, now, leader = self._house.office, self._now(), row.leader
        with self._house.database.read() as tx:
            members, desk = members_of(tx, office, row, now)
        values = {"times": typed_wishes(leader), "pause": {"until": ""}, EVERYONE: {}}
        values |= {str(one.pair.id): typed_pair(one.pair, leader.zone) for one in members}
        if refused is not None:
            values[refused.form] = {**values.get(refused.form, {}), **refused.typed}
        return render_template(
            "preferences.html",
            row=row,
            leader=leader,
            members=members,
            coming=coming_from(desk, now),
            values=values,
            refused=refused,
            countries=countries_by_name(current_locale()),
            weeks=[(week.number, week.job) for week in office.playbook_of(leader.language).weeks],
            links={one.pair.id: self._link(leader, one.pair, now) for one in members},
        )

    def save(self, row: LeaderRow, typed: Typed) -> None:
        """What holds for all mails."""
        wishes, problems = wishes_of(typed, row.leader, LANGUAGES, countries_with_holidays())
        if wishes is None:
            raise Refused("times", typed, problems)
        if wishes.country != row.leader.country:
            weekend = usual_weekend(row.leader.zone.key, wishes.country)
            wishes = replace(wishes, preferences=replace(wishes.preferences, weekend=weekend))
        with self._house.database.begin() as tx:
            keep_wishes(tx, row, wishes, self._now())

    def pause(self, row: LeaderRow, until: str) -> None:
        """No mails until a day, or "" until the leader goes on."""
        today = self._now().astimezone(row.leader.zone).date()
        try:
            end = pause_end(until, today, row.leader.zone)
        except WrongError as error:
            raise Refused("pause", {"until": until}, {"until": error.problem}) from error
        with self._house.database.begin() as tx:
            pause(tx, row, end)

    def resume(self, row: LeaderRow) -> None:
        """Mails again."""
        with self._house.database.begin() as tx:
            resume(tx, row)

    def change_pairs(self, row: LeaderRow, pair_id: int | None, typed: Typed) -> None:
        """What the fields say, and a week skipped or repeated: for one pair, or None for all of them."""
        weeks = len(self._house.office.playbook_of(row.leader.language).weeks)
        changes, problems = pair_changes(typed, weeks, row.leader.zone, everyone=pair_id is None)
        if problems:
            raise Refused(EVERYONE if pair_id is None else str(pair_id), typed, problems)
        step = STEPS.get(typed.get("step", ""), 0)
        with self._house.database.begin() as tx:
            people.locked(tx, row.leader.id)  # a shift is read, then written
            pairs = [pair for pair in people.pairs_of(tx, row.leader.id) if pair_id in {None, pair.id}]
            if not pairs:
                abort(404)
            change_pairs(
                tx,
                row.leader.id,
                [(pair, of_pair(pair, changes, row.leader.zone) | stepped(pair, step)) for pair in pairs],
            )

    def _link(self, leader: Leader, pair: Pair, now: datetime) -> str:
        """The page about this member, to pass on."""
        office = self._house.office
        return office.base_url + office.signer.path(Purpose.MEMBER, subject_of(leader, pair), now)
