"""The visavis.toml that `visavis init` writes."""

import json
import secrets

_NEW_SETTINGS = """\
# The settings of Vis-à-vis. A line that starts with # is a note, or a setting left at its default.

[service]
# Where everything is kept: a file beside this one.
database = "sqlite:///visavis.db"

# Where the two web pages can be reached. Links in the mails start with it.
base_url = {base_url}

# Locks what leaders write. Keep a copy in a safe place: without it, nobody can read
# their reflections again. To change it, put the new one in front: ["new", "old"].
secret_key = {secret_key}

# What the service calls itself.
# name = "Vis-à-vis"

# Your own wording of the three weeks: a file beside this one.
# playbook = "playbook.toml"

# How many leaders are worked on at once.
# workers = 8

[mail]
# Mails leave into mail/outbox, replies are read from mail/inbox.
mailbox = {mailbox}

# Who the mails come from.
from = {sender}

# How many mails may leave in a day.
# daily_cap = 2000
"""


def new_settings_text(
    sender: str = "Vis-à-vis <visavis@localhost>",
    mailbox: str = "maildir:mail",
    base_url: str = "http://127.0.0.1:8080",
) -> str:
    """A fresh visavis.toml with a secret key of its own."""
    return _NEW_SETTINGS.format(
        sender=json.dumps(sender, ensure_ascii=False),
        mailbox=json.dumps(mailbox, ensure_ascii=False),
        base_url=json.dumps(base_url, ensure_ascii=False),
        secret_key=json.dumps(secrets.token_urlsafe(32)),
    )
