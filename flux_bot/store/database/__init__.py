"""The connection to the database: transactions, the two kinds of database, and notifications."""
