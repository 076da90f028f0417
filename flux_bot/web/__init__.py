"""The web server: callbacks, health and metrics."""
