"""The few pages: unsubscribe, connect a calendar, health."""
