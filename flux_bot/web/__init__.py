"""The web server for callbacks, health checks and metrics."""
