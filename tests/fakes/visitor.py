"""A person at a browser, as far as Flask's test client goes: who sends a form has looked at it first."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Visitor(FlaskClient):
    """Sends forms with the hidden fields of the page that they stand on, cookies kept."""

    def post(self, *args: Any, **kw: Any) -> TestResponse:
        """Look at the page, then send its form; `data` are the fields that a person fills in.

        `on` is the page, where it is another than the address that is sent to.
        """
        path = urlsplit(str(args[0])).path
        page = self.get(kw.pop("on", path), follow_redirects=True)
        hidden = dict(_HIDDEN.findall(page.text))
        return super().post(*args, **kw | {"data": hidden | dict(kw.get("data") or {})})


def visitor(app: Flask) -> Visitor:
    """A new browser, without cookies."""
    app.test_client_class = Visitor
    client = app.test_client()
    assert isinstance(client, Visitor)
    return client
