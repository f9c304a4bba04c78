"""The Maildir: one file a mail, no reply lost, nothing in the way."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.domain.ports import Outgoing
from service.errors import MailboxError
from service.mailboxes import maildir
from service.mailboxes.maildir import MaildirMailbox, file_name, is_mail

MAIL = Outgoing("prep:1:a", "dana@example.com", "<a@example.org>", b"Subject: hi\r\n\r\nhello\r\n")
REPLY = b"From: dana@example.com\n\nyes\n"


@pytest.fixture
def mailbox(tmp_path: Path) -> MaildirMailbox:
    mailbox = MaildirMailbox(tmp_path)
    mailbox.fetch()
    return mailbox


def _put(folder: Path, name: str, content: bytes = REPLY, *, at: int = 1000) -> Path:
    path = folder / "inbox" / "new" / name
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def _aside(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "inbox" / ".Aside").iterdir())


def test_folders_are_made_for_their_owner_only(tmp_path: Path, mailbox: MaildirMailbox) -> None:
    assert mailbox.prepare(MAIL) is None
    for folder in ("outbox", "inbox", "inbox/new", "outbox/cur"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700


@pytest.mark.parametrize("moved_to", ["cur/{}:2,S", "cur/{}", "cur/{}:2,RS", ".Archive/cur/{}:2,S"])
def test_a_mail_a_reader_has_moved_is_not_delivered_again(
    tmp_path: Path, mailbox: MaildirMailbox, moved_to: str
) -> None:
    name = mailbox.deliver(MAIL, None).provider_id
    target = tmp_path / "outbox" / moved_to.format(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "outbox" / "new" / name).rename(target)
    mailbox.deliver(MAIL, None)
    assert list((tmp_path / "outbox" / "new").iterdir()) == []


def test_the_half_written_file_of_a_crash_is_never_in_the_way(
    tmp_path: Path, mailbox: MaildirMailbox
) -> None:
    name = file_name(MAIL.key)
    (tmp_path / "outbox" / "tmp" / f"{name}.99999999").write_bytes(b"Subj")
    mailbox.deliver(MAIL, None)
    assert (tmp_path / "outbox" / "new" / name).read_bytes() == b"Subject: hi\n\nhello\n"
    assert list((tmp_path / "outbox" / "tmp").iterdir()) == []


@pytest.mark.parametrize("key", ["../../etc/passwd", "a:2,S", ".hidden", "", "é\n/", "k" * 999])
def test_any_key_makes_a_plain_file_name(key: str) -> None:
    name = file_name(key)
    assert not name.startswith(".")
    assert not set(name) & set("/:\n")
    assert len(name) < 120


def test_replies_come_oldest_first_from_new_and_cur(tmp_path: Path, mailbox: MaildirMailbox) -> None:
    _put(tmp_path, "b", b"From: b\n\n", at=2000)
    _put(tmp_path, "c", b"From: c\n\n", at=1000).rename(tmp_path / "inbox" / "cur" / "c:2,S")
    _put(tmp_path, "a", b"From: a\n\n", at=2000)
    assert [mail.raw for mail in mailbox.fetch()] == [b"From: c\n\n", b"From: a\n\n", b"From: b\n\n"]


def test_a_reply_moved_by_a_reader_keeps_its_handle(tmp_path: Path, mailbox: MaildirMailbox) -> None:
    path = _put(tmp_path, "1.host")
    handle = mailbox.fetch()[0].handle
    path.rename(tmp_path / "inbox" / "cur" / "1.host:2,S")
    mailbox.done(handle)
    assert [p.name for p in (tmp_path / "inbox" / ".Done" / "cur").iterdir()] == ["1.host:2,S"]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x89PNG\r\n\x1a\n\0\0", b"just a sentence\n", b"Fro", b"From: a\0b\n\nx"]
)
def test_what_is_no_mail_is_set_aside_and_the_others_are_read(
    tmp_path: Path, mailbox: MaildirMailbox, content: bytes
) -> None:
    _put(tmp_path, "1.junk", content)
    _put(tmp_path, "2.mail")
    assert [mail.handle for mail in mailbox.fetch()] == ["2.mail"]
    assert _aside(tmp_path) == ["1.junk"]
    assert (tmp_path / "inbox" / ".Aside" / "1.junk").read_bytes() == content


def test_a_folder_a_link_and_a_giant_are_set_aside(
    tmp_path: Path, mailbox: MaildirMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir, "MOST_BYTES", 100)
    secret = tmp_path / "secret"
    secret.write_bytes(REPLY)
    new = tmp_path / "inbox" / "new"
    (new / "folder").mkdir()
    (new / "link").symlink_to(secret)
    os.mkfifo(new / "pipe")
    _put(tmp_path, "giant", b"From: a\n\n" + b"x" * 200)
    assert mailbox.fetch() == []
    assert _aside(tmp_path) == ["folder", "giant", "link", "pipe"]
    assert secret.read_bytes() == REPLY


def test_setting_aside_never_writes_over_what_is_there(tmp_path: Path, mailbox: MaildirMailbox) -> None:
    for content in (b"one", b"two"):
        _put(tmp_path, "junk", content)
        mailbox.fetch()
    kept = {path.read_bytes() for path in (tmp_path / "inbox" / ".Aside").iterdir()}
    assert kept == {b"one", b"two"}


def test_dot_files_and_half_written_mails_are_left_alone(tmp_path: Path, mailbox: MaildirMailbox) -> None:
    _put(tmp_path, ".nfs0001")
    (tmp_path / "inbox" / "tmp" / "half").write_bytes(b"From: a")
    assert mailbox.fetch() == []
    assert (tmp_path / "inbox" / "new" / ".nfs0001").exists()
    assert (tmp_path / "inbox" / "tmp" / "half").exists()


def test_a_file_that_cannot_be_read_nor_moved_is_passed_over(
    tmp_path: Path, mailbox: MaildirMailbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _put(tmp_path, "1.bad")
    _put(tmp_path, "2.good")
    read = maildir._read_regular

    def refuse(path: Path) -> bytes | None:
        if path.name == "1.bad":
            raise PermissionError(13, "Permission denied")
        return read(path)

    def stay(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(maildir, "_read_regular", refuse)
    monkeypatch.setattr(maildir, "_move", stay)
    assert [mail.handle for mail in mailbox.fetch()] == ["2.good"]
    assert "cannot be set aside" in caplog.text


def test_file_names_of_any_bytes_have_a_plain_handle(tmp_path: Path, mailbox: MaildirMailbox) -> None:
    name = os.fsdecode(b"1.\xff\xfe.host")
    _put(tmp_path, name)
    handle = mailbox.fetch()[0].handle
    assert handle.isascii()
    mailbox.done(handle)
    assert mailbox.fetch() == []


def test_a_full_disk_is_a_passing_error_and_leaves_nothing_half_written(
    tmp_path: Path, mailbox: MaildirMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(MailboxError, match="No space left on device") as caught:
            mailbox.deliver(MAIL, None)
    assert not caught.value.permanent
    assert list((tmp_path / "outbox" / "new").iterdir()) == []
    assert list((tmp_path / "outbox" / "tmp").iterdir()) == []
    mailbox.deliver(MAIL, None)
    assert len(list((tmp_path / "outbox" / "new").iterdir())) == 1


def test_a_file_where_the_folder_should_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("not a folder")
    with pytest.raises(MailboxError, match="Cannot read the mailbox"):
        MaildirMailbox(tmp_path / "mail").fetch()


def test_old_done_mails_are_removed_and_younger_ones_kept(tmp_path: Path, mailbox: MaildirMailbox) -> None:
    _put(tmp_path, "old", at=1000)
    _put(tmp_path, "young", at=3000)
    for mail in mailbox.fetch():
        mailbox.done(mail.handle)
    assert mailbox.purge_done(datetime.fromtimestamp(2000, UTC)) == 1
    assert [p.name for p in (tmp_path / "inbox" / ".Done" / "cur").iterdir()] == ["young:2,S"]


def test_a_mail_may_begin_with_an_mbox_line_or_a_byte_order_mark() -> None:
    assert is_mail(b"From dana@example.com Mon Nov 2\nFrom: dana@example.com\n\nyes")
    assert is_mail(b"\xef\xbb\xbfFrom: dana@example.com\r\n\r\nyes")
