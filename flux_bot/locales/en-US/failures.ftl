# Failures.

not-yours-to-retry = Only the person who requested this can use this button.
