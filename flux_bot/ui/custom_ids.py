"""The custom_ids of buttons, lists and forms, ``<action>:<about>``, which contain all of their state.

Components work for as long as their message exists, because no state is kept in memory. Users can forge custom_ids.
"""

from collections.abc import Iterable
from typing import NamedTuple

import discord


class CustomId(NamedTuple):
    """A custom_id in its parts."""

    action: str
    about: str
    """Most often the job's id."""

    def __str__(self) -> str:
        """Return the custom_id as Discord stores it (at most 100 characters)."""
        return f"{self.action}:{self.about}"


def parse_custom_id(text: object) -> CustomId:
    """Split a custom_id; a text without a colon gets an empty ``about``."""
    action, _, about = str(text or "").partition(":")
    return CustomId(action, about)


def custom_ids(components: Iterable[discord.Component]) -> list[CustomId]:
    """Return the custom_ids of components."""
    return [parse_custom_id(getattr(component, "custom_id", None)) for component in components]
