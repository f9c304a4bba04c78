"""The steps from a mail that came in to a reflection."""
