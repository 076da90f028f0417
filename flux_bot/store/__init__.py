"""Jobs as rows, in SQLite or PostgreSQL."""
