"""Grants and secrets, encrypted at rest."""
