"""Vis-à-vis: one-on-ones that build trust, by mail before and after each meeting."""

__version__ = "0.1.0"
