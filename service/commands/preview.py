"""preview: the mails as people will see them."""

import argparse
import tempfile
import webbrowser
from pathlib import Path

from service.commands.browser import show_in_browser
from service.commands.common import say
from service.commands.speech import _
from service.domain.letters import Kind
from service.errors import UsageError


def preview(args: argparse.Namespace) -> int:
    """One sample: text here, HTML in a file. Or all of them in a gallery, or their words in a file."""
    from service.web.gallery_mails import languages

    if args.language is not None and args.language not in languages():
        known = ", ".join(languages())
        raise UsageError(
            _("--language {language}: the mails are written in {known}.", language=args.language, known=known)
        )
    if args.words:
        return _write_words(args.words)
    return _one(args) if args.kind else _gallery(args)


def _one(args: argparse.Namespace) -> int:
    from service.web.gallery_mails import sample_mail

    mail = sample_mail(Kind(args.kind), args.language or "en")
    path = Path(tempfile.mkdtemp(prefix="visavis-")) / f"{args.kind}.html"
    path.write_text(mail.html, encoding="utf-8")
    say(_("Subject: {subject}", subject=mail.subject) + f"\n\n{mail.text}\n")
    say(_("As it looks: {path}", path=path))
    if args.open:
        webbrowser.open(path.as_uri())
    return 0


def _gallery(args: argparse.Namespace) -> int:
    from service.web.gallery import make_gallery
    from service.web.server import serve
    from service.worker import stop_on_signals

    def ready(port: int) -> None:
        where = f"http://127.0.0.1:{port}/{f'?language={args.language}' if args.language else ''}"
        say(_("Every mail, as its templates have it now: {where}  Stop with Ctrl-C.", where=where))
        show_in_browser(args, where)

    serve(make_gallery(), "127.0.0.1", args.port or 0, stop_on_signals(), ready=ready)
    return 0


def _write_words(path: Path) -> int:
    from service.web.gallery_words import words_page

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words_page(), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            _("Cannot write {path} ({strerror}): choose another place.", path=path, strerror=error.strerror)
        ) from error
    say(_("Every word of the mails, to be read aloud: {path}", path=path))
    return 0
