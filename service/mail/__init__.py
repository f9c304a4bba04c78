"""From letters to MIME, and from replies back to answers."""
