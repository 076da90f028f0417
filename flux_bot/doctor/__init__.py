"""Checks of a set-up, with what to do about each failure."""
