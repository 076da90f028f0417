"""Who requests pictures, and where, as far as the rules need it."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requester:
    """A user in a channel. The answer may go elsewhere: to a direct message, if the result is private."""

    user_id: int
    channel_id: int
    guild_id: int | None = None
    """None outside of servers."""
    roles: Collection[int] = ()
    """The ids of the user's roles in the server."""
    parent_channel_id: int | None = None
    """The channel that the channel is a thread of."""

    @property
    def channels(self) -> tuple[int, ...]:
        """Return the channels whose rules apply: a thread follows those of its channel too."""
        return tuple(filter(None, (self.channel_id, self.parent_channel_id)))
