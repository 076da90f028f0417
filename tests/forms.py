"""Helpers for the tests of forms: filling them in, forging them, and checking Discord's limits."""

import io
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any

import simcord
from PIL import Image

from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of
from tests.discord_server.payloads import Payload

MODAL_SUBMIT = 5
TEXT_INPUT, SELECT, UPLOAD, RADIO = 4, 3, 19, 21


def form_of(opened: simcord.InteractionResult) -> Payload:
    """Return the form that was opened."""
    assert opened.modal is not None, opened
    return opened.modal


def fields_of(opened: simcord.InteractionResult) -> dict[str, Payload]:
    """Return the fields of a form by their names."""
    return {label["component"]["custom_id"]: label["component"] for label in form_of(opened)["components"]}


def prefilled(opened: simcord.InteractionResult) -> dict[str, Any]:
    """Return the values that an untouched form submits, without the fields that are still empty."""
    values: dict[str, Any] = {}
    for name, field in fields_of(opened).items():
        chosen = [option["value"] for option in field.get("options", ()) if option.get("default")]
        if field["type"] == TEXT_INPUT and "value" in field:
            values[name] = field["value"]
        elif field["type"] == SELECT and chosen:
            values[name] = chosen
        elif field["type"] == RADIO and chosen:
            (values[name],) = chosen
    return values


async def submit_form(
    who: simcord.MemberActor, opened: simcord.InteractionResult, **changes: Any
) -> simcord.InteractionResult:
    """Submit a form as it opened, with these changes; None removes a field."""
    values = {name: value for name, value in (prefilled(opened) | changes).items() if value is not None}
    return await who.submit_modal(opened, values)


def forge_fields(values: Mapping[str, Any], *, keep_others: bool = True) -> Callable[[Payload], None]:
    """Return a change that puts values into a submitted form that no unmodified client would send.

    Unless ``keep_others``, all other fields are removed.
    """

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


def refusal(sent: simcord.InteractionResult) -> str:
    """Return the text of the ephemeral answer."""
    assert sent.ephemeral
    assert sent.response is not None
    return text_of(sent.response.message)


def card_of(sent: simcord.InteractionResult) -> str:
    """Return the text of the status card, which may have been deleted since."""
    assert sent.response is not None
    return text_of(sent.response.message)


async def while_database_hangs(
    harness: BotHarness, folder: Path, action: Coroutine[None, None, simcord.InteractionResult]
) -> simcord.InteractionResult:
    """Lock the database while a user acts, until Discord has got an answer.

    SimCord holds back the bot's timers while a thread works for the bot, as the thread that waits for the database
    does. So Discord's event is passed to the bot directly.
    """

    def forward(event: str, payload: Mapping[str, Any]) -> None:
        if event == "INTERACTION_CREATE":
            harness.app.bot._connection.parse_interaction_create(deepcopy(payload))  # type: ignore[arg-type]  # noqa: SLF001

    subscribers, before = harness.env.backend.subscribers, len(harness.requests("reply"))
    original, subscribers[-1] = subscribers[-1], forward
    with closing(sqlite3.connect(folder / "flux_bot.db", timeout=10, isolation_level=None)) as other:
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


def limit_violations(form: Payload) -> list[str]:
    """Return what Discord would refuse in a form (discord-api-docs, components/reference and receiving-and-responding).

    Covers the text inputs, labels, string selects, radio groups and file uploads that the bot uses.
    """
    found = [f"title {form['title']!r}"] if not 1 <= len(form["title"]) <= 45 else []
    if not 1 <= len(form["custom_id"]) <= 100:
        found.append(f"custom_id {form['custom_id']!r}")
    if not 1 <= len(form["components"]) <= 5:
        found.append(f"{len(form['components'])} rows")
    names = [label["component"]["custom_id"] for label in form["components"]]
    if len(set(names)) != len(names):
        found.append(f"names {names}")
    for label in form["components"]:
        field = label["component"]
        if not 1 <= len(label["label"]) <= 45 or len(label.get("description") or "") > 100:
            found.append(f"label {label['label']!r}, {label.get('description')!r}")
        found += [f"{field['custom_id']}: {finding}" for finding in _field_violations(field)]
    return found


def _field_violations(field: Payload) -> list[str]:
    found = [] if 1 <= len(field["custom_id"]) <= 100 else ["custom_id"]
    if field["type"] == TEXT_INPUT:
        limit = field.get("max_length", 4000)
        if limit > 4000 or len(field.get("value") or "") > limit:
            found.append("text")
        if len(field.get("placeholder") or "") > 100:
            found.append(f"placeholder {field['placeholder']!r}")
    elif field["type"] == SELECT:
        found += _option_violations(field["options"], 1, 25)
    elif field["type"] == RADIO:
        found += _option_violations(field["options"], 2, 10)
    elif field["type"] != UPLOAD:
        found.append(f"type {field['type']}")
    return found


def _option_violations(options: list[Payload], minimum: int, maximum: int) -> list[str]:
    found = [] if minimum <= len(options) <= maximum else [f"{len(options)} options"]
    if len({option["value"] for option in options}) != len(options):
        found.append("the same value twice")
    if sum(bool(option.get("default")) for option in options) > 1:
        found.append("two are chosen")
    return found + [
        f"option {option!r}"
        for option in options
        if any(not 1 <= len(option[part].strip()) <= 100 for part in ("label", "value"))
        or len(option.get("description") or "") > 100
    ]


def are_alike(one: bytes | None, other: bytes | None) -> bool:
    """Return whether two pictures look the same, whatever their formats."""
    small: list[bytes] = []
    for data in (one, other):
        assert data is not None
        with Image.open(io.BytesIO(data)) as opened:
            small.append(opened.convert("RGB").resize((16, 16)).tobytes())
    return max(abs(left - right) for left, right in zip(small[0], small[1], strict=True)) < 24
