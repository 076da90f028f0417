"""What the store keeps for the rules: the ledger, the servers' settings, and blocked users."""
