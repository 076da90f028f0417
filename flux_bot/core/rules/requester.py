"""The user who requests pictures and the place of the request, as far as the rules need them."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requester:
    """A user in a channel. The reply may go elsewhere: to a direct message if the result is private."""

    user_id: int
    channel_id: int
    guild_id: int | None = None
    """Id of the server; None outside of servers."""
    roles: Collection[int] = ()
    """Ids of the user's roles in the server."""
    parent_channel_id: int | None = None
    """Id of the parent channel, if the channel is a thread."""

    @property
    def channels(self) -> tuple[int, ...]:
        """Return the ids of the channels whose rules apply; a thread also follows the rules of its parent channel."""
        return tuple(filter(None, (self.channel_id, self.parent_channel_id)))
