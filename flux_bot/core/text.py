"""What is to be said, before it is known in which language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, Union

Argument: TypeAlias = Union[str, int, "Phrase", tuple["Argument", ...]]
"""What stands in the place of a variable. What a user wrote must be escaped before (``wording.escape``)."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to be said in the reader's language, whichever that will be."""

    message_id: str
    """Of a message in ``locales``."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
