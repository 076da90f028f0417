"""Where the bot may be used: in which servers, and by which users outside of them."""

from dataclasses import dataclass
from enum import Enum, auto

from flux_bot.core.errors import RequestRejected


class PlaceRefused(RequestRejected):
    """The bot may not be used here; the message must be visible only to the user."""


class Access(Enum):
    """The group of users who may use the bot in a place."""

    EVERYBODY = auto()
    MEMBERS = auto()
    """Only members of the allowed servers can use the bot."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places where the operator's settings allow the bot."""

    allowed_guilds: frozenset[int] = frozenset()
    """Ids of the servers where the bot may be used; empty means all servers."""
    user_installs: bool = True
    """Whether users can install the bot for themselves."""

    def access(self, guild_id: int | None, *, by_user_install: bool = False) -> Access:
        """Return who may use the bot in a server; a ``guild_id`` of None means outside of servers.

        ``by_user_install`` means that the bot is available there only because a user has installed it for themselves.
        Raises PlaceRefused if nobody may use it.
        """
        if by_user_install and not self.user_installs:
            raise PlaceRefused("place-user-install")
        if not self.allowed_guilds or guild_id in self.allowed_guilds:
            return Access.EVERYBODY
        if guild_id is None or by_user_install:
            return Access.MEMBERS
        raise PlaceRefused("place-server")
