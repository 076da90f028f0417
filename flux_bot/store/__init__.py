"""Stores jobs as rows in SQLite or PostgreSQL."""
