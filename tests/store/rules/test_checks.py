"""The checks of who may make which pictures when a request is accepted."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from flux_bot.core.errors import RequestRejected
from flux_bot.core.rules.blocked_words import BlockedWords
from flux_bot.core.rules.limits import OperatorRules
from flux_bot.core.rules.requester import Requester
from flux_bot.core.rules.server_settings import NO_SETTINGS
from flux_bot.core.text import TranslatableText, timestamp
from flux_bot.store.admission import AcceptedJob, NewJob
from flux_bot.store.rules.checks import PromptBlocked
from flux_bot.store.rules.known import EVERYWHERE
from flux_bot.store.schema import blocks
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import CATALOGUE, NOW, SECOND, UNLIMITED, Rows

SERVER, OTHER_SERVER, CHANNEL = 30, 31, 20
OPERATOR = OperatorRules(blocked_words=BlockedWords(["forbidden"]))


async def ask(
    store: JobStore, *prompts: str, user: int = 1, guild: int | None = SERVER, roles: tuple[int, ...] = (), **more: Any
) -> AcceptedJob:
    """Request a picture for each prompt, by default of a fox."""
    requests = [db.image_request(prompt=prompt, **more) for prompt in prompts or ("a fox",)]
    origin = db.origin(user, guild_id=guild)
    requester = Requester(user, CHANNEL, guild, roles)
    return await store.admission.accept(
        NewJob(lambda _: requests, origin, UNLIMITED, CATALOGUE, NOW, rules=OPERATOR, requester=requester)
    )


async def refusal(store: JobStore, *prompts: str, **more: Any) -> TranslatableText:
    """Make a request that a rule does not allow; return the refusal."""
    with pytest.raises(RequestRejected) as refused:
        await ask(store, *prompts, **more)
    return refused.value.text


async def block(rows: Rows, user: int | str, guild: int = SERVER, ends_at: Any = None) -> None:
    """Block a user, given by their id, or by their key if they have erased their data."""
    who = {"user_key": user} if isinstance(user, str) else {"user_id": user}
    row = {**who, "guild_id": guild, "ends_at": ends_at, "reason": "spam", "blocked_by": 9, "blocked_at": NOW}
    async with rows._engine.begin() as connection:  # noqa: SLF001
        await connection.execute(sa.insert(blocks).values(**row))


async def test_blocks(store: JobStore, rows: Rows) -> None:
    """A block applies in its server, or everywhere, until it ends; a user who erased their data stays blocked."""
    await block(rows, 1)
    await block(rows, 2, EVERYWHERE)
    await block(rows, 3, ends_at=NOW + SECOND)
    await block(rows, 4, ends_at=NOW)
    await block(rows, store._keys.of(5))  # noqa: SLF001
    await block(rows, 6, EVERYWHERE, NOW + timedelta(days=1))
    await block(rows, 6, SERVER, NOW - timedelta(days=1))
    until = {user: timestamp(NOW + after) for user, after in ((3, SECOND), (6, timedelta(days=1)))}
    for user, guild, expected in (
        (1, SERVER, "blocked"),
        (1, OTHER_SERVER, None),
        (1, None, None),
        (2, SERVER, "blocked"),
        (2, None, "blocked"),
        (3, SERVER, "blocked-until"),
        (4, SERVER, None),
        (5, SERVER, "blocked"),
        (5, OTHER_SERVER, None),
        (6, SERVER, "blocked-until"),
        (6, None, "blocked-until"),
        (7, SERVER, None),
    ):
        if expected is None:
            await ask(store, user=user, guild=guild)
        else:
            text = await refusal(store, user=user, guild=guild)
            assert (text.message_id, text.arguments.get("ends")) == (expected, until.get(user)), (user, guild)


async def test_roles(store: JobStore) -> None:
    """A server may admit only some roles, which has no effect elsewhere."""
    await store.servers.change(SERVER, lambda old: old.model_copy(update={"allowed_roles": (5, 6)}), user_id=9, now=NOW)
    assert await refusal(store) == TranslatableText("role-not-allowed", {"roles": "<@&5> <@&6>"})
    assert (await refusal(store, roles=(7,))).message_id == "role-not-allowed"
    for guild, roles in ((SERVER, (6, 7)), (OTHER_SERVER, ()), (None, ())):
        await ask(store, guild=guild, roles=roles)
    many = tuple(range(10**18, 10**18 + 250))  # the maximum for a server; a message has no room for all of them
    await store.servers.change(SERVER, lambda old: old.model_copy(update={"allowed_roles": many}), user_id=9, now=NOW)
    named = str((await refusal(store)).arguments["roles"]).split()
    assert named == [f"<@&{role}>" for role in many[: len(named)]]
    assert 1 < len(named) < 100
    await ask(store, roles=many[-1:])


async def test_prompts(store: JobStore) -> None:
    """One blocked word in a group refuses all of it; only the calling code learns which word, and whose list has it."""
    await store.servers.change(
        SERVER, lambda old: old.model_copy(update={"blocked_words": ("wolf*",)}), user_id=9, now=NOW
    )
    for prompts, guild, word, of in (
        (("a Forbidden fox",), None, "forbidden", "operator"),
        (("a fox", "two wolves"), SERVER, None, None),
        (("a fox", "a wolfhound"), SERVER, "wolf*", "server"),
        (("a wolfhound",), OTHER_SERVER, None, None),
    ):
        if word is None:
            await ask(store, *prompts, guild=guild)
            continue
        with pytest.raises(PromptBlocked) as blocked:
            await ask(store, *prompts, guild=guild)
        assert blocked.value.text == TranslatableText("prompt-blocked"), prompts
        assert (blocked.value.word, blocked.value.of) == (word, of), prompts


async def test_models_and_channels(store: JobStore) -> None:
    """A server may offer only some models, and make results in a channel private or spoilers."""
    changes = {"models": ("priced",), "private_channels": (CHANNEL,), "spoiler_channels": (CHANNEL,)}
    await store.servers.change(SERVER, lambda old: old.model_copy(update=changes), user_id=9, now=NOW)
    assert await refusal(store) == TranslatableText("model-not-offered-here", {"models": ("priced",)})
    await store.servers.change(
        OTHER_SERVER, lambda old: old.model_copy(update={"models": ("gone",)}), user_id=9, now=NOW
    )
    assert await refusal(store, guild=OTHER_SERVER) == TranslatableText("no-model-offered-here")
    await store.servers.change(OTHER_SERVER, lambda _: NO_SETTINGS, user_id=9, now=NOW)
    request = (await ask(store, model="priced")).job.request
    assert (request.private, request.spoiler) == (True, True)
    request = (await ask(store, model="priced", guild=OTHER_SERVER)).job.request
    assert (request.private, request.spoiler) == (False, False)
