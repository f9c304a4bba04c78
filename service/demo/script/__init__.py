"""What happens in the six weeks, one module a leader: their calendar, its edits, their replies."""
