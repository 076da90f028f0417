"""Explanations for /why, which match what happens to a request for each rule, and change nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.rules.limits import LimitKind, OperatorRules
from flux_bot.core.rules.requester import Requester
from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.store.admission import NewJob
from flux_bot.store.rules.explanations import Explanation
from flux_bot.store.rules.known import EVERYWHERE, Block
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import CATALOGUE, NOW

HERE, CHANNEL, ROLE = 30, 20, 40
REQUESTER = Requester(1, CHANNEL, HERE, (ROLE,))
PRICED = Catalogue(defaults=dict.fromkeys(Action, "priced"), models=CATALOGUE.models)
REQUEST = ImageRequest(Action.GENERATE, "a fox", "priced", "1:1", model_chosen=False)


async def explain(store: JobStore, rules: OperatorRules | None = None) -> Explanation:
    """Return what the rules say about the requester."""
    return await store.explanations.read(REQUESTER, rules or OperatorRules(), PRICED, now=NOW)


async def accept(store: JobStore, rules: OperatorRules | None = None) -> str:
    """Request a picture, and return the message of the refusal, or "" if there is none."""
    origin = replace(db.origin(REQUESTER.user_id), guild_id=HERE, channel_id=CHANNEL)
    new = NewJob(
        lambda _: [REQUEST], origin, db.UNLIMITED, PRICED, NOW, rules=rules or OperatorRules(), requester=REQUESTER
    )
    try:
        await store.admission.accept(new)
    except RequestRejected as rejected:
        return rejected.text.message_id
    return ""


async def change(store: JobStore, **settings: Any) -> None:
    """Change the server's settings."""
    await store.servers.change(HERE, lambda _: ServerSettings(**settings), user_id=9, now=NOW)


def summary(found: Explanation) -> tuple[bool, int, bool, bool, list[LimitKind]]:
    """Return whether a picture is allowed, the number of blocks, whether role and model fit, and the used-up limits."""
    return (
        found.is_allowed,
        len(found.blocks),
        found.has_role,
        found.request is not None,
        [used.limit.kind for used in found.reached],
    )


async def test_each_rule(store: JobStore) -> None:
    """The explanation names each rule that applies, and a request is refused because of it."""
    blocked = Block(HERE, None, "spam", 9, NOW)
    budget = OperatorRules(budget_per_day=Decimal("0.05"))
    cases: list[tuple[str, dict[str, Any], OperatorRules, tuple[Any, ...]]] = [
        ("role-not-allowed", {"allowed_roles": (ROLE + 1,)}, OperatorRules(), (False, 0, False, True, [])),
        ("no-model-offered-here", {"models": ("gone",)}, OperatorRules(), (False, 0, True, False, [])),
        ("limit-zero", {"pictures_per_member": 0}, OperatorRules(), (False, 0, True, True, ["member-day"])),
        ("limit-budget-day", {}, budget, (False, 0, True, True, ["budget-day"])),
        (
            "limit-server-month",
            {"credits_per_month": Decimal("0.05")},
            OperatorRules(),
            (False, 0, True, True, ["server-month"]),
        ),
    ]
    for message, settings, rules, expected in cases:
        await change(store, **settings)
        assert summary(await explain(store, rules)) == expected, message
        assert await accept(store, rules) == message
    await change(store, allowed_roles=(ROLE + 1,), pictures_per_member=0)
    for number, guild_id in enumerate((HERE, EVERYWHERE), 1):
        await store.blocks.block(1, replace(blocked, guild_id=guild_id))
        found = await explain(store)
        assert summary(found) == (False, number, False, True, ["member-day"]), "all that is in the way"
        assert found.blocks[0] == replace(blocked, guild_id=guild_id), "the one that counts everywhere first"
        assert await accept(store) == "blocked"


async def test_what_is_allowed(store: JobStore) -> None:
    """The explanation contains the rest of each limit and the channel's changes; reading it reserves nothing."""
    await change(
        store,
        models=("priced",),
        pictures_per_member=2,
        allowed_roles=(ROLE,),
        private_channels=(CHANNEL,),
        spoiler_channels=(CHANNEL + 1,),
    )
    rules = OperatorRules(pictures_per_user_per_day=5)
    await store.blocks.block(1, Block(HERE, NOW, "over", 9, NOW - timedelta(days=1)))
    assert await accept(store, rules) == ""
    for _ in range(2):
        found = await explain(store, rules)
        assert summary(found) == (True, 0, True, True, [])
        left = [(used.limit.kind, used.used, used.left) for used in found.limits]
        assert left == [("member-day", Decimal(1), Decimal(1)), ("user-day", Decimal(1), Decimal(4))]
        assert found.request is not None
        assert (found.request.model, found.request.private, found.request.spoiler) == ("priced", True, False)
    assert await accept(store, rules) == ""
    assert summary(await explain(store, rules)) == (False, 0, True, True, ["member-day"])
    assert await accept(store, rules) == "limit-member-day"


async def test_the_users_defaults(store: JobStore) -> None:
    """The price is that of the user's default model, or the highest if it is unknown."""
    rules = OperatorRules(budget_per_month=Decimal("0.05"))
    for model in ("priced", "unused"):
        await store.history.prefer(1, model=model)
        assert summary(await explain(store, rules))[4] == ["budget-month"], model
    await change(store, models=("gone",))
    assert summary(await explain(store, rules))[:4] == (False, 0, True, False), "nothing is on offer"
