"""The forms (modals): their fields, and what was submitted."""
