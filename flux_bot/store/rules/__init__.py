"""Storage for the rules: the ledger, the servers' settings, and blocked users."""
