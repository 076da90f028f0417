"""The buttons on cards; controls.py lists them all."""
