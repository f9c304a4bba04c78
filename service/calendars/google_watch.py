"""Channels over which a calendar at Google tells of its changes by itself."""

from datetime import UTC, datetime
from typing import Any

from service.calendars.google_errors import named_for_the_leader, not_understood, understood
from service.google.apis import calendar_api
from service.google.calls import Account, Caller
from service.google.refusals import GoogleError, Trouble


class GoogleChannels:
    """Implements `WatchableCalendar` for one leader's calendar. Google lets a channel live for a
    week and renews none; `endpoint` is an emulator's address, "" Google itself."""

    def __init__(self, caller: Caller, account: Account, calendar_id: str, *, endpoint: str = "") -> None:
        self._caller, self._account, self._endpoint = caller, account, endpoint
        self._id = calendar_id

    def watch(self, channel_id: str, token: str, address: str) -> tuple[str, datetime]:
        """Open a channel; its resource's id, and when it ends by itself (UTC). Or `CalendarError`."""
        events = calendar_api(self._endpoint).events()
        body = {"id": channel_id, "type": "web_hook", "address": address, "token": token}
        request = events.watch(calendarId=self._id, body=body, fields="resourceId,expiration")
        with named_for_the_leader():
            # Once: a second call would find its own id taken by the first, whose answer got lost.
            answer = self._caller.write(self._account, request, units=1)
            return _opened(answer)

    def stop(self, channel_id: str, resource_id: str) -> None:
        """End a channel, which only who opened it may; or `CalendarError`."""
        body = {"id": channel_id, "resourceId": resource_id}
        request = calendar_api(self._endpoint).channels().stop(body=body)
        with named_for_the_leader():
            try:
                self._caller.write(self._account, request, units=1)
            except GoogleError as error:
                if error.trouble is not Trouble.NOT_FOUND:
                    raise


def _opened(answer: Any) -> tuple[str, datetime]:
    """The resource's id and the end, which is told in milliseconds."""
    if not isinstance(answer, dict):
        raise not_understood()
    with understood():
        ends_at = datetime.fromtimestamp(int(answer["expiration"]) / 1000, UTC)
        return str(answer["resourceId"]), ends_at
