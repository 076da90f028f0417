"""Erases what is stored about a user: rows, messages, and the traces in SQLite's files."""
