"""The connection to the database: transactions, one module for each kind of database, and notifications."""
