"""Pictures: downloaded from the public internet only, checked and re-encoded."""
