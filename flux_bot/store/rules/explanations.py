"""Explanations of whether a user may make a picture in a channel now, with the checks that accept requests."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.rules.limits import OperatorRules, UsedLimit
from flux_bot.core.rules.requester import Requester
from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.store.database.database import Database
from flux_bot.store.queue import assumed_price, expected_cost, usual
from flux_bot.store.rules.checks import check_requests, check_user
from flux_bot.store.rules.known import Block, Known, read_known
from flux_bot.store.rules.usage import use_of_limits
from flux_bot.store.rules.user_keys import UserKeys


@dataclass(frozen=True, slots=True)
class Explanation:
    """The rules' verdict on one picture with the user's defaults."""

    is_allowed: bool
    blocks: Sequence[Block]
    settings: ServerSettings
    has_role: bool
    """Whether the user has one of the roles that the server requires, if any."""
    request: ImageRequest | None
    """The picture as it would be made here; None if the server offers no model for it."""
    limits: Sequence[UsedLimit]
    reached: Sequence[UsedLimit]
    """The limits that have too little left for the picture."""


class Explanations:
    """Access to explanations."""

    def __init__(self, database: Database, keys: UserKeys) -> None:
        self._database = database
        self._keys = keys

    async def read(
        self, requester: Requester, rules: OperatorRules, catalogue: Catalogue, *, now: datetime
    ) -> Explanation:
        """Return what the rules say now, without writing or reserving anything. Raises StoreUnavailable."""

        def work(connection: sa.Connection) -> Explanation:
            known = read_known(connection, [requester], self._keys, now)
            return _explain(connection, known, requester, rules, catalogue, now)

        return await self._database.read(work)


def _explain(  # noqa: PLR0913, PLR0917  private
    connection: sa.Connection,
    known: Known,
    requester: Requester,
    rules: OperatorRules,
    catalogue: Catalogue,
    now: datetime,
) -> Explanation:
    server = known.settings_of(requester.guild_id)
    request = None
    with suppress(RequestRejected):
        (request,) = check_requests([_usual_request(known, requester, catalogue)], rules, server, requester, catalogue)
    cost = _cost(connection, request, catalogue)
    limits = use_of_limits(connection, known, rules, requester, now)
    reached = [limit for limit in limits if not _passes(limit, cost)]
    try:
        check_user(known, requester)
        is_allowed = request is not None and not reached
    except RequestRejected:
        is_allowed = False
    return Explanation(
        is_allowed,
        blocks=known.blocks_of(requester),
        settings=server,
        has_role=server.admits(requester.roles),
        request=request,
        limits=limits,
        reached=reached,
    )


def _usual_request(known: Known, requester: Requester, catalogue: Catalogue) -> ImageRequest:
    """Return what /imagine requests with the user's defaults, without a prompt."""
    preferences = known.settings_of(requester.guild_id).with_defaults(
        known.preferences_of(requester.user_id), catalogue
    )
    model = catalogue.preferred(None, preferences.model, Action.GENERATE)
    return ImageRequest(Action.GENERATE, "", model.name, model.size_for(None), model_chosen=False)


def _cost(connection: sa.Connection, request: ImageRequest | None, catalogue: Catalogue) -> Decimal:
    """Return the credits that would be reserved for the picture if credits are limited."""
    if request is None:
        return Decimal()
    model = catalogue.find(request.model, request.action)
    cost = expected_cost(usual(connection, request.model), model, 1)
    return (assumed_price(catalogue) or Decimal()) if cost is None else cost


def _passes(limit: UsedLimit, cost: Decimal) -> bool:
    try:
        limit.check(1, cost)
    except RequestRejected:
        return False
    return True
