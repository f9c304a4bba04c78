"""The visavis.toml that `visavis init` writes."""

import json
import secrets

_NEW_SETTINGS = """\
# The settings of Vis-à-vis. A line that starts with # is a note, or a setting left at its default.

[service]
# Where everything is kept: a file beside this one.
database = "sqlite:///visavis.db"

# Where the web pages can be reached. Links in the mails start with it.
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
# Mails leave into mail/outbox, replies are read from mail/inbox. Or "gmail:lab@example.org".
mailbox = {mailbox}

# Who the mails come from.
from = {sender}

# How many mails may leave in a day.
# daily_cap = 2000

# With several Gmail mailboxes ("gmail:a@example.org,b@example.org"): how many leaders each writes to.
# leaders_per_mailbox = 600

[google]
# How to get these two files from Google stands in the README: one of them is enough.
# client_file = "client.json"
# service_account = "service-account.json"

# Whether the domain's admin lets the service account act for its people.
# delegation = false

# How many calls a minute; Google allows 10000 to a project.
# queries_per_minute = 9000

# Whether calendars and mailboxes tell of changes by themselves; base_url must be https then.
# push = false
# pubsub_topic = ""

# Other places than Google's own, for an emulator.
# endpoint = ""
# token_uri = ""
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
