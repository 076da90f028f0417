"""What the operator does with the database by a command: copy it, and export or erase a user's data."""
