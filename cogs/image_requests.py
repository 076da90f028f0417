"""Code shared by all ways to request a picture: checking the options, and replying with the status card."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import discord
from discord import app_commands

from cogs.server_settings import catalogue_here
from cogs.undelivered import offer_undelivered
from flux_bot.core.catalogue import SHAPE_WORDS, Model, folded
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Job, Preferences
from flux_bot.core.text import truncate
from flux_bot.core.variations import variations
from flux_bot.locales import translator_for
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui import cards, composing, texts
from flux_bot.ui.bot import Interaction
from flux_bot.ui.interactions.drafts import draft_of
from flux_bot.ui.interactions.replies import (
    JOB_ACCEPTED,
    TOO_LATE,
    Reply,
    origin_of,
    requester_of,
    user_can_post,
    user_translator,
)

PROMPT_LIMIT = 4000
MAX_COUNT = 4

Prompt = app_commands.Range[str, 1, PROMPT_LIMIT]
Size = app_commands.Range[str, 1, 100]
StyleName = app_commands.Range[str, 1, 100]


async def request_pictures(
    interaction: Interaction,
    reply: Reply,
    make_requests: Callable[[Preferences], Sequence[ImageRequest]],
    *,
    parent: Job | None = None,
    prepare: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Accept a request, and reply with its status card; ``parent`` is the job whose card it was made from.

    ``prepare`` reads what ``make_requests`` needs. Several requests become a group with one card. Requests by a user
    who may not write here are private. A rejected request can be changed or sent again: see ``drafts``.
    """
    workflow, draft, private = interaction.client.workflow, draft_of(interaction), reply.private

    async def send_again(again: Interaction) -> None:
        await request_pictures(again, Reply(again, private=private), make_requests, parent=parent, prepare=prepare)

    draft.send_again = send_again

    def requests(preferences: Preferences) -> list[ImageRequest]:
        made = make_requests(preferences)
        return [one if user_can_post(interaction) else replace(one, private=True) for one in made]

    async def accept() -> AcceptedJob:
        if prepare is not None:
            await prepare()
        return await workflow.accept(
            requests,
            origin_of(interaction),
            requester=requester_of(interaction),
            parent_id=parent.id if parent else None,
            can_reply=reply.is_possible,
        )

    # In a server, the reply stays private until it is known whether results are private there.
    reply.private = reply.private or interaction.guild_id is not None
    accepting = asyncio.ensure_future(accept())
    try:
        accepted = await reply.wait_for(accepting)
        if accepted.is_duplicate:
            await reply.dismiss()
            return
        if accepted.is_repeated_event and not interaction.response.is_done():
            return  # the handler of the first event replies
        job = accepted.job
        interaction.extras[JOB_ACCEPTED] = job.id
        reply.private = job.request.private
        costs = interaction.client.settings.cost_display
        message_id = await reply.send(composing.accepted(translator_for(job.locale), accepted, costs))
    except discord.HTTPException as error:
        if error.code in TOO_LATE and (own := _saved(accepting)):
            await workflow.withdraw(own)
            draft.sent_by = None
        raise
    if message_id is not None and await workflow.replied(accepted, message_id):
        await offer_undelivered(interaction)


def _saved(accepting: asyncio.Future[AcceptedJob]) -> AcceptedJob | None:
    """Return the job that this event has created, or None: another event's job must not be withdrawn."""
    if not accepting.done() or accepting.cancelled() or accepting.exception() is not None:
        return None
    accepted = accepting.result()
    return None if accepted.is_duplicate or accepted.is_repeated_event else accepted


def preferred_size(model: Model, preferences: Preferences) -> str:
    """Return the size nearest to the preferred one, or the model's default."""
    return model.size_near(preferences.size) if preferences.size else model.size_for(None)


def usable_size(model: Model, typed: str) -> str:
    """Return the size that the user has typed, or the nearest size that the model supports."""
    try:
        return model.size_for(typed)
    except RequestRejected:
        return model.size_near(typed)


def unusable_size(model: Model, typed: str) -> str:
    """Return the size that the user has typed if the model does not support it, otherwise ""."""
    try:
        model.size_for(typed)
    except RequestRejected:
        return typed
    return ""


def checked_prompt(prompt: str) -> str:
    """Return the prompt without surrounding spaces. Raises RequestRejected if it is empty or too long.

    What PostgreSQL can't store, NUL and lone surrogates, is removed.
    """
    prompt = prompt.replace("\0", "").encode(errors="ignore").decode()
    if not prompt.strip():
        raise RequestRejected("empty-prompt")
    if len(prompt.strip()) > PROMPT_LIMIT:
        raise RequestRejected("prompt-too-long", limit=str(PROMPT_LIMIT))
    return prompt.strip()


def with_variations(request: ImageRequest) -> list[ImageRequest]:
    """Return one request for each prompt that the request's prompt expands to.

    Raises RequestRejected if there are too many prompts, or if a prompt with its style is too long.
    """
    requests = [replace(request, prompt=prompt) for prompt in variations(request.prompt, request.count)]
    for one in requests:
        if len(one.submitted_prompt) > PROMPT_LIMIT:
            limit = PROMPT_LIMIT - (len(one.submitted_prompt) - len(one.prompt))
            raise RequestRejected("prompt-too-long-for-style", limit=str(limit))
    return requests


async def model_choices(interaction: Interaction, action: Action, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest the models that are offered here for an action, filtered by what the user has typed."""
    models = (await catalogue_here(interaction)).models_for(action)
    labels = texts.model_labels(user_translator(interaction), models)
    return _matching(labels, typed, {model.name: model.tags for model in models})


async def size_choices(interaction: Interaction, action: Action, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest the shapes of the model chosen so far, filtered by what the user has typed."""
    catalogue = await catalogue_here(interaction)
    chosen = getattr(interaction.namespace, "model", None)
    try:
        model = catalogue.model(catalogue.resolve(chosen, action) if chosen else None, action)
    except RequestRejected:
        return []
    translate = user_translator(interaction)
    labels = {shape.size: texts.shape_label(translate, shape.ratio, shape.size) for shape in model.shapes()}
    words: dict[str, list[str]] = {}
    for word, ratio in SHAPE_WORDS.items():
        words.setdefault(model.size_near(ratio), []).append(word)
    return _matching(labels, typed, words)


def shape_choices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest the common shapes, filtered by what the user has typed, for several models whose sizes differ."""
    words: dict[str, list[str]] = {}
    for word, ratio in SHAPE_WORDS.items():
        words.setdefault(ratio, []).append(word)
    return _matching(texts.shape_labels(user_translator(interaction)), typed, words)


def _matching(
    labels: Mapping[str, str], typed: str, words: Mapping[str, Sequence[str]]
) -> list[app_commands.Choice[str]]:
    """Return the choices whose label or value contains the typed text, or that have a word starting with it."""
    part, beginning = typed.strip().lower(), folded(typed)
    found = [
        app_commands.Choice(name=truncate(label, cards.OPTION_LABEL_LIMIT), value=value)
        for value, label in labels.items()
        if part in label.lower()
        or part in value.lower()
        or any(word.startswith(beginning) for word in words.get(value, ()))
    ]
    return found[: cards.OPTIONS_LIMIT]
