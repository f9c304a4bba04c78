"""preview: the mails as people will see them."""

import argparse
import tempfile
import webbrowser
from pathlib import Path

from service.commands.browser import show_in_browser
from service.commands.common import say
from service.domain.letters import Kind
from service.errors import UsageError


def preview(args: argparse.Namespace) -> int:
    """One sample: text here, HTML in a file. Or all of them in a gallery, or their words in a file."""
    from service.web.gallery_mails import languages

    if args.language is not None and args.language not in languages():
        known = ", ".join(languages())
        raise UsageError(f"--language {args.language}: the mails are written in {known}.")
    if args.words:
        return _write_words(args.words)
    return _one(args) if args.kind else _gallery(args)


def _one(args: argparse.Namespace) -> int:
    from service.web.gallery_mails import sample_mail

    mail = sample_mail(Kind(args.kind), args.language or "en")
    path = Path(tempfile.mkdtemp(prefix="visavis-")) / f"{args.kind}.html"
    path.write_text(mail.html, encoding="utf-8")
    say(f"Subject: {mail.subject}\n\n{mail.text}\n")
    say(f"As it looks: {path}")
    if args.open:
        webbrowser.open(path.as_uri())
    return 0


def _gallery(args: argparse.Namespace) -> int:
    from service.web.gallery import make_gallery
    from service.web.server import serve
    from service.worker import stop_on_signals

    def ready(port: int) -> None:
        where = f"http://127.0.0.1:{port}/{f'?language={args.language}' if args.language else ''}"
        say(f"Every mail, as its templates have it now: {where}  Stop with Ctrl-C.")
        show_in_browser(args, where)

    serve(make_gallery(), "127.0.0.1", args.port or 0, stop_on_signals(), ready=ready)
    return 0


def _write_words(path: Path) -> int:
    from service.web.gallery_words import words_page

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words_page(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"Cannot write {path} ({error.strerror}): choose another place.") from error
    say(f"Every word of the mails, to be read aloud: {path}")
    return 0
