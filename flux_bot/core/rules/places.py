"""Where the bot may be used: in which servers, and by whom outside of them."""

from dataclasses import dataclass
from enum import Enum, auto

from flux_bot.core.errors import RequestRejected


class PlaceRefused(RequestRejected):
    """The bot is not available here, which only the user should read."""


class Access(Enum):
    """Who may use the bot in a place."""

    EVERYBODY = auto()
    MEMBERS = auto()
    """The members of the allowed servers."""


@dataclass(frozen=True, slots=True)
class Places:
    """What the operator's settings allow."""

    allowed_guilds: frozenset[int] = frozenset()
    """The ids of servers; empty: all."""
    user_installs: bool = True
    """Whether people can install the bot for themselves."""

    def access(self, guild_id: int | None, *, by_user_install: bool = False) -> Access:
        """Return who may use the bot in a server, or outside of servers if None. Raises PlaceRefused if nobody may.

        ``by_user_install``: it is available there only because somebody has installed it for themselves.
        """
        if by_user_install and not self.user_installs:
            raise PlaceRefused("place-user-install")
        if not self.allowed_guilds or guild_id in self.allowed_guilds:
            return Access.EVERYBODY
        if guild_id is None or by_user_install:
            return Access.MEMBERS
        raise PlaceRefused("place-server")
