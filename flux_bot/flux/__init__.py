"""Ace Data Cloud's Flux Images API."""
