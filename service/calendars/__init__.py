"""Event sources: each reads a leader's window whole, or raises `CalendarError`."""
