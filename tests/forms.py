"""Helpers for tests of forms: reading, filling in and forging them."""

import io
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from PIL import Image
from simcord.components import validate_modal

from cogs import presses
from flux_bot.ui.interactions import replies
from tests.discord_server.payloads import Payload
from tests.flux.caller import eventually
from tests.harness import BotHarness

MODAL_SUBMIT = 5
TEXT_INPUT, RADIO = 4, 21
HANGS_SECONDS = 0.3
"""How long the bot waits for a database that hangs before it replies, in seconds."""

Form = simcord.InteractionResult | discord.ui.Modal
"""A form, or the interaction that opened it."""


def form_of(opened: Form) -> Payload:
    """Return a form as Discord receives it. Raises ComponentValidationError if it exceeds Discord's limits."""
    form = opened.to_dict() if isinstance(opened, discord.ui.Modal) else opened.modal
    return validate_modal(form)


def fields_of(opened: Form) -> dict[str, Payload]:
    """Return the fields of a form by name."""
    return {label["component"]["custom_id"]: label["component"] for label in form_of(opened)["components"]}


def prefilled(opened: Form) -> dict[str, Any]:
    """Return the values that an unchanged form submits, without empty fields."""
    values: dict[str, Any] = {}
    for name, field in fields_of(opened).items():
        chosen = [option["value"] for option in field.get("options", ()) if option.get("default")]
        if "value" in field:
            values[name] = field["value"]
        elif chosen:
            values[name] = chosen[0] if field["type"] == RADIO else chosen
    return values


async def submit_form(
    who: simcord.MemberActor, opened: simcord.InteractionResult, **changes: Any
) -> simcord.InteractionResult:
    """Submit a form with its initial values and these changes; None removes a field."""
    values = {name: value for name, value in (prefilled(opened) | changes).items() if value is not None}
    return await who.submit_modal(opened, values)


def forge_fields(values: Mapping[str, Any], *, keep_others: bool = True) -> Callable[[Payload], None]:
    """Return a change that puts impossible values into a submitted form and, by default, keeps all other fields."""

    def forge(payload: Payload) -> None:
        if payload["type"] != MODAL_SUBMIT:
            return
        data = payload["data"]
        fields = [label["component"] for label in data["components"]] if keep_others else []
        by_name = {field["custom_id"]: field for field in fields}
        for name, value in values.items():
            field = by_name.setdefault(name, {"type": TEXT_INPUT, "id": 90, "custom_id": name})
            field["values" if isinstance(value, list) else "value"] = value
        data["components"] = [{"type": 18, "id": 80, "component": field} for field in by_name.values()]

    return forge


async def while_database_hangs(
    harness: BotHarness, folder: Path, action: Coroutine[None, None, simcord.InteractionResult]
) -> simcord.InteractionResult:
    """Lock the database while a user acts, until the bot has replied; the bot waits only briefly for the database."""

    # SimCord would delay the bot's timers while a thread waits for the database
    def forward(event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE":
            harness.app.bot._connection.parse_interaction_create(deepcopy(payload))  # type: ignore[arg-type]  # noqa: SLF001

    subscribers, before = harness.env.backend.subscribers, len(harness.requests("reply"))
    original, subscribers[-1] = subscribers[-1], forward
    with (
        pytest.MonkeyPatch.context() as patch,
        closing(sqlite3.connect(folder / "flux_bot.db", timeout=10, isolation_level=None)) as other,
    ):
        patch.setattr(replies, "ACK_SECONDS", HANGS_SECONDS)
        patch.setattr(presses, "LOOK_SECONDS", HANGS_SECONDS)
        other.execute("BEGIN EXCLUSIVE")
        result = await action
        await eventually(lambda: len(harness.requests("reply")) > before)
        other.execute("ROLLBACK")
    subscribers[-1] = original
    return result


def last_submission(harness: BotHarness) -> dict[str, Any]:
    """Return the last body submitted to the image API, without the callback address."""
    body = dict(harness.fake.submissions[-1].body)
    body.pop("callback_url")
    return body


def are_alike(one: bytes | None, other: bytes | None) -> bool:
    """Return whether two pictures look the same, whatever their formats."""
    small: list[bytes] = []
    for data in (one, other):
        assert data is not None
        with Image.open(io.BytesIO(data)) as opened:
            small.append(opened.convert("RGB").resize((16, 16)).tobytes())
    return max(abs(left - right) for left, right in zip(small[0], small[1], strict=True)) < 24
