"""The checks of a request before it is accepted, all in the same transaction. Each raises RequestRejected."""

from collections.abc import Sequence

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import ImageRequest
from flux_bot.core.rules.limits import OperatorRules
from flux_bot.core.rules.requester import Requester
from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.core.text import timestamp
from flux_bot.store.rules.known import Known

ROLES_NAMED = 20
"""Maximum number of roles in a rejection; a message has no room for all roles of a large server."""


def check_user(known: Known, requester: Requester) -> None:
    """Check that the user may make pictures here at all."""
    block, server = known.block_of(requester), known.settings_of(requester.guild_id)
    if block is not None:
        if block.ends_at is None:
            raise RequestRejected("blocked")
        raise RequestRejected("blocked-until", ends=timestamp(block.ends_at))
    if not server.admits(requester.roles):
        raise RequestRejected(
            "role-not-allowed", roles=" ".join(f"<@&{role}>" for role in server.allowed_roles[:ROLES_NAMED])
        )


def check_requests(
    requests: Sequence[ImageRequest],
    operator: OperatorRules,
    server: ServerSettings,
    requester: Requester,
    catalogue: Catalogue,
) -> list[ImageRequest]:
    """Check the models and the prompts; return the requests as the server allows them in this channel."""
    applied = [server.applied_to(request, requester.channels, catalogue) for request in requests]
    for request in applied:
        if word := operator.blocked_words.find(request.submitted_prompt):
            raise PromptBlocked(word, "operator")
        if word := server.word_filter.find(request.submitted_prompt):
            raise PromptBlocked(word, "server")
    return applied


class PromptBlocked(RequestRejected):
    """A prompt contains a blocked word. The user does not learn which one."""

    def __init__(self, word: str, of: str) -> None:
        """Take the matching entry, and the owner of its list: ``operator`` or ``server``."""
        super().__init__("prompt-blocked")
        self.word = word
        self.of = of
