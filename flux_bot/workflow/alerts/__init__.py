"""Messages to the operator about problems that only they can solve, and about their budgets."""
