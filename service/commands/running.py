"""run, worker, web, tick."""

import argparse
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from service.assembly import open_house
from service.commands.common import moment, print_json, say, settings_of, step, warn
from service.commands.progress import watching
from service.commands.speech import _, ngettext
from service.commands.tables import show
from service.commands.words import STATUSES, reason_in_words, when_in_words
from service.errors import UsageError
from service.jobs.office import EmailOutcome, PassReport
from service.worker import moments, stop_on_signals, work
from service.worker import tick as tick_through


def run(args: argparse.Namespace) -> int:
    """The worker, and the pages on a thread beside it."""
    from service.web.server import serve
    from service.web.wiring import pages_of

    stop, ready = stop_on_signals(), threading.Event()
    with open_house(settings_of(args)) as house, ThreadPoolExecutor(1, thread_name_prefix="web") as beside:
        host, port = house.settings.listen
        pages = beside.submit(serve, pages_of(house), host, port, stop, ready=lambda _port: ready.set())
        pages.add_done_callback(lambda _: _end(ready, stop))  # without its pages it ends
        ready.wait()
        if not stop.is_set():
            say(
                _(
                    "Vis-à-vis is at work; its pages are on {base_url}. Stop with Ctrl-C.",
                    base_url=house.settings.base_url,
                )
            )
            work(house.office, house.pool, stop)
        pages.result()
    return 0


def _end(*flags: threading.Event) -> None:
    for flag in flags:
        flag.set()


def worker(args: argparse.Namespace) -> int:
    """The worker alone."""
    stop = stop_on_signals()
    with open_house(settings_of(args)) as house:
        say(_("The worker is at work. Stop with Ctrl-C."))
        work(house.office, house.pool, stop)
    return 0


def web(args: argparse.Namespace) -> int:
    """The pages alone."""
    from service.web.server import serve
    from service.web.wiring import pages_of

    stop = stop_on_signals()
    with open_house(settings_of(args)) as house:
        host, port = house.settings.listen
        words = _("The pages are on {base_url}. Stop with Ctrl-C.", base_url=house.settings.base_url)
        serve(pages_of(house), host, port, stop, ready=lambda _port: say(words))
    return 0


def tick(args: argparse.Namespace) -> int:
    """One pass, or a stretch of virtual time."""
    start = moment(args.now)
    until = moment(args.until, "--until") if args.until else None
    every = step(args.every)
    if until is not None and until < start:
        raise UsageError(_("--until lies before --now: give a later time."))
    count = (until - start) // every + 1 if until is not None else 1
    virtual = args.now is not None or until is not None
    with open_house(settings_of(args), virtual=virtual) as house, watching(count, _("virtual time")) as watch:
        report = tick_through(house.office, house.pool, moments(start, until, every), watch)
    if args.json:
        print_json(_as_json(report))
    else:
        _tell(report)
    return 1 if report.failed else 0


def _as_json(report: PassReport) -> dict[str, Any]:
    return {
        "now": report.now.isoformat(timespec="seconds"),
        "passes": report.passes,
        "calendars": {
            "read": report.calendars_read,
            "failed": [
                {"leader": f.leader, "error": f.error, "permanent": f.permanent} for f in report.failures
            ],
        },
        "emails": [
            {
                "kind": email.kind,
                "to": email.to,
                "key": email.key,
                "subject": email.subject,
                "status": email.status,
                "reason": email.reason,
                "at": email.at.isoformat(timespec="seconds"),
            }
            for email in report.emails
        ],
        "replies": [
            {"message_id": reply.message_id, "status": reply.status, "reason": reply.reason}
            for reply in report.replies
        ],
        "troubles": report.troubles,
    }


def _tell(report: PassReport) -> None:
    """For people; what went wrong beside calendars and mails the log has said already."""
    if report.emails:
        show((_("when"), _("status"), _("mail"), _("to"), _("why")), (_row(email) for email in report.emails))
    for reply in report.replies:
        why = reason_in_words(reply.reason)
        status = _(STATUSES[reply.status])
        said = _("A reply was {status}: {why}.", status=status, why=why)
        say(said if why else _("A reply was {status}.", status=status))
    sent = sum(email.status == "sent" for email in report.emails)
    passes = ngettext("{count} pass", "{count} passes", report.passes)
    read = ngettext("calendars read {count} time", "calendars read {count} times", report.calendars_read)
    mails = ngettext("{count} mail sent", "{count} mails sent", sent)
    say(_("{passes}, {read}, {mails}.", passes=passes, read=read, mails=mails))
    for failure in report.failures:
        warn(f"{failure.leader}: {failure.error}")


def _row(email: EmailOutcome) -> tuple[str, ...]:
    return (
        when_in_words(email.at),
        _(STATUSES[email.status]),
        email.kind,
        email.to,
        reason_in_words(email.reason),
    )
