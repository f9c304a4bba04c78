"""From an invitation to the first prep: who it is, the calendar, the one-on-ones, in.

The browser that began is told by a mark in its session; it opens these pages only, and no leader's
own: an invitation can be passed on.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Blueprint, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from service.accounts.links import Invited
from service.accounts.trial import NoAccessError
from service.assembly import House
from service.domain.grants import Way
from service.domain.people import LeaderState
from service.errors import CalendarError
from service.languages import LANGUAGES, zones_by_region
from service.storage.people import LeaderRow
from service.web.connect import A_FEW, to_google
from service.web.joining_desk import Agreed, Joining, NoAddressError, Step
from service.web.site import A_MAIL, current_language, limiter, use_language
from service.web.who import speak_to

MARK, DONE_AT = "joining", "joined_at"
SHOWS_THE_END = timedelta(hours=1)  # what is private goes from a browser that others may use, too
_CALENDAR, _ONE_ON_ONES, _READY = "calendar", "one-on-ones", "ready"


def joining_pages(house: House, now: Callable[[], datetime]) -> Blueprint:
    """The pages; `now` is the clock."""
    pages = Blueprint("joining", __name__)
    _invitation(pages, desk := Joining(house, now))
    _calendar(pages, desk)
    _one_on_ones(pages, desk, now)
    _ready(pages, desk, now)
    return pages


def _invitation(pages: Blueprint, desk: Joining) -> None:
    @pages.get("/join/<token>")
    def look(token: str) -> ResponseReturnValue:
        return _with_invitation(
            desk, token, lambda invited, row: _about(desk, invited, _before(invited, row))
        )

    @pages.post("/join/<token>")
    @limiter.limit(A_FEW)
    def agree(token: str) -> ResponseReturnValue:
        return _with_invitation(desk, token, lambda invited, row: _agree(desk, invited, row))


def _with_invitation(
    desk: Joining, token: str, act: Callable[[Invited, LeaderRow | None], ResponseReturnValue]
) -> ResponseReturnValue:
    """Act for who may still agree, with what there is of them already; else say how it stands."""
    invited = desk.invited(token)
    if invited is None:
        return render_template("join_gone.html"), 404
    row = desk.with_address(invited.email)
    step = desk.step(invited, row, _mark())
    return act(invited, row) if step is Step.AGREE else _not_here(step, invited)


def _agree(desk: Joining, invited: Invited, row: LeaderRow | None) -> ResponseReturnValue:
    agreed = Agreed(" ".join(_field("name").split()), _field("zone"), _field("language"))
    if agreed.problems:
        return _about(desk, invited, agreed, agreed.problems), 400
    session[MARK] = desk.agree(invited, row, agreed)
    session.pop(DONE_AT, None)
    return redirect(_CALENDAR, 303)


def _not_here(step: Step, invited: Invited) -> ResponseReturnValue:
    _speak(invited.language, invited.zone)
    if step is Step.GO_ON:
        return redirect(_ONE_ON_ONES, 303)
    return render_template("join_elsewhere.html" if step is Step.ELSEWHERE else "join_over.html")


def _speak(language: str, zone: str) -> None:
    if language in LANGUAGES:
        use_language(language, zone=zone)


def _before(invited: Invited, row: LeaderRow | None) -> Agreed:
    """What the form holds at first: what was said before in this browser, else what the operator gave."""
    if row is not None and row.leader.key == _mark():
        return Agreed(row.leader.name, row.leader.zone.key, row.leader.language)
    return Agreed(invited.name, invited.zone, invited.language or current_language())


def _about(
    desk: Joining, invited: Invited, said: Agreed, problems: frozenset[str] | set[str] = frozenset()
) -> str:
    _speak(said.language, said.zone)
    regions = zones_by_region()
    known = {zone for zones in regions.values() for zone in zones}
    return render_template(
        "join.html",
        invited=invited,
        inviter=desk.inviter,
        said=said,
        problems=problems,
        regions=regions,
        other_zone=said.zone if said.zone and said.zone not in known and "zone" not in problems else "",
    )


def _calendar(pages: Blueprint, desk: Joining) -> None:
    @pages.get(f"/join/{_CALENDAR}")
    def ways() -> ResponseReturnValue:
        row = _here(desk)
        if row is None or row.leader.state is not LeaderState.JOINING:
            return _lost(row)
        return _ways(desk, row)

    @pages.post(f"/join/{_CALENDAR}")
    @limiter.limit(A_FEW)
    def connect() -> ResponseReturnValue:
        row = _here(desk)
        if row is None or row.leader.state is not LeaderState.JOINING:
            return _lost(row)
        if _field("way") == Way.OAUTH and desk.google.ways().consent:
            return _to_google(desk, desk.choose_google(row))
        try:
            _without_consent(desk, row, _field("way"))
        except NoAccessError as error:
            return _ways(desk, row, hitch=error.hitch, detail=str(error)), 400
        except CalendarError as error:
            no_address = isinstance(error, NoAddressError)
            return _ways(desk, row, address=_field("address"), unread=error, no_address=no_address), 400
        return redirect(_ONE_ON_ONES, 303)


def _without_consent(desk: Joining, row: LeaderRow, way: str) -> None:
    """Raises `NoAccessError` or `CalendarError`."""
    ways = desk.google.ways()
    if way == Way.DELEGATION and ways.delegation:
        desk.by_service(row, Way.DELEGATION)
    elif way == Way.SHARED and ways.share_with:
        desk.by_service(row, Way.SHARED)
    else:
        desk.by_address(row, _field("address"))


def _to_google(desk: Joining, row: LeaderRow) -> ResponseReturnValue:
    link = desk.google.link_for(row)
    case = desk.google.case(link)
    return to_google(desk.google, link, case) if case is not None else _lost(row)


def _ways(desk: Joining, row: LeaderRow, **more: object) -> str:
    told = {"hitch": None, "detail": "", "address": "", "unread": None, "no_address": False} | more
    return render_template("join_calendar.html", row=row, ways=desk.google.ways(), **told)


def _one_on_ones(pages: Blueprint, desk: Joining, now: Callable[[], datetime]) -> None:
    @pages.get(f"/join/{_ONE_ON_ONES}")
    @limiter.limit(A_FEW)
    def candidates() -> ResponseReturnValue:
        row = _here(desk)
        if row is None or row.leader.state is not LeaderState.JOINING:
            return _lost(row)
        if row.connected_at is None:
            return redirect(_CALENDAR, 303)
        try:
            found = desk.candidates(row)
        except CalendarError as error:
            return render_template("join_unread.html", row=row, error=error, said=None), 503
        return render_template("join_one_on_ones.html", row=row, found=found)

    @pages.post(f"/join/{_ONE_ON_ONES}")
    @limiter.limit(A_FEW)
    def finish() -> ResponseReturnValue:
        row = _here(desk)
        if row is None or row.leader.state is not LeaderState.JOINING or row.connected_at is None:
            return _lost(row)
        pace = _field("pace")
        seen, chosen = set(request.form.getlist("seen")), set(request.form.getlist("is"))
        try:
            desk.finish(row, seen, chosen, one_by_one=pace == "one" if pace else None)
        except CalendarError as error:
            said = [(name, value) for name in ("seen", "is", "pace") for value in request.form.getlist(name)]
            return render_template("join_unread.html", row=row, error=error, said=said), 503
        session[DONE_AT] = now().timestamp()
        return redirect(_READY, 303)


def _ready(pages: Blueprint, desk: Joining, now: Callable[[], datetime]) -> None:
    def just_joined() -> LeaderRow | None:
        row = _here(desk)
        since = now().timestamp() - float(session.get(DONE_AT, 0))
        fresh = since < SHOWS_THE_END.total_seconds()
        return row if row is not None and fresh and row.leader.state is not LeaderState.JOINING else None

    @pages.get(f"/join/{_READY}")
    def ready() -> ResponseReturnValue:
        row = just_joined()
        if row is None:
            return render_template("join_over.html") if _mark() else _lost(None)
        return render_template("join_ready.html", row=row, first=desk.first_prep(row))

    @pages.get("/join/prep")
    def prep() -> ResponseReturnValue:
        row = just_joined()
        first = desk.first_prep(row) if row is not None else None
        if first is None:
            return _lost(row)
        response = make_response(first.html)
        response.headers["Content-Security-Policy"] = A_MAIL
        return response


def _here(desk: Joining) -> LeaderRow | None:
    """Who joins, or has just joined, in this browser; the page then speaks their language."""
    row = desk.with_key(_mark()) if _mark() else None
    if row is not None:
        speak_to(row)
    return row


def _lost(row: LeaderRow | None) -> ResponseReturnValue:
    """The page for a browser that is not on its way in, or not any more."""
    if row is not None and row.leader.state is not LeaderState.JOINING:
        return redirect(_READY, 303)
    return render_template("join_lost.html"), 400


def _mark() -> str:
    return str(session.get(MARK, ""))


def _field(name: str) -> str:
    return request.form.get(name, "").strip()
