"""/imagine: the cards and calls in every kind of place, with any prompt and any preferences."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import discord

from flux_bot.core.jobs import Failure, Preferences
from flux_bot.core.text import isolate
from tests.finished_jobs import answer, latest_job
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, gallery, job_id_of, text_of

ROLE = 1_234_567_890_123_456_789
LONGEST = 4000

PROMPTS = {
    "everyone": "@everyone and @here, look",
    "mentions": f"<@{ROLE}> <@!{ROLE}> <@&{ROLE}> <#{ROLE}> </imagine:{ROLE}> <id:customize>",
    "markdown": "**bold** __under__ *it* _it_ ~~gone~~ `code` ```block``` ||spoiler|| \\*kept\\* \\",
    "lines": "# no heading - no list",
    "list": "- no list",
    "number": "1. no list",
    "small": "-# no small print",
    "quote": ">>> no quote",
    "links": "[text](https://example.org) https://example.org/a_b_c <https://example.org> discord.gg/abc",
    "emoji": f"<:cat:{ROLE}> <a:cat:{ROLE}> :cat: 🐈‍⬛ <t:0:R>",
    "right to left": "\u202eتاق \u2067קט\u2069 cat\u202c",
    "combining": "c\u0301a\u0300t\u0334" * 20,
    "format": "{prompt} %s %(prompt)s ${prompt} \\u0041 &amp; <b>",
    "longest": "cat " * 999 + "cats",
    "longest escaped": "*" * LONGEST,
    "longest mentions": "@everyone " * 400,
    "longest emoji": "🐈" * LONGEST,
}


# --- from the command to the picture -------------------------------------------------------------------


async def test_in_a_channel(tmp_path: Path) -> None:
    """The card appears immediately; all pictures are in one message that pings the user; then the card is removed."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        interaction = await harness.imagine("  a cat on a roof ", size="64 X 64", count=3)
        card = text_of(answer(interaction))
        assert not interaction.ephemeral
        assert re.search(r"Painting\*\*, started <t:\d+:R>\. This can take up to two minutes\.", card)
        job_id = job_id_of(answer(interaction))
        last_lines = "> a cat on a roof\n-# FLUX.2 flex · 64x64"
        assert card.endswith(f"\n{last_lines} · 3 pictures")

        await eventually(lambda: job_id in harness.tasks)
        body = dict(harness.fake.submissions[0].body)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/callbacks/[\w-]{16}/[\w-]{43}", body.pop("callback_url"))
        expected = {"prompt": "a cat on a roof", "model": "flux-2-flex", "size": "1:1", "count": 3}
        assert body == {"action": "generate", **expected}

        await harness.fake.finish(harness.tasks[job_id].id)
        await harness.wait_until_closed(job_id)
        (result,) = harness.messages()
        assert re.fullmatch(
            rf"<@{harness.alice.id}>, your pictures are ready!\n{last_lines} · \d+ s",
            text_of(result),
        )
        assert alt_texts(result) == [f"Picture {number} of 3: a cat on a roof" for number in (1, 2, 3)]
        assert harness.pinged(result) == [harness.alice.id]
        painted = [file.data for file in harness.fake.files.values()]
        assert [harness.env.backend.cdn.get(item.media.url) for item in gallery(result)] == painted
        assert harness.calls == ["publish", "reply", "post", "remove card"]

        # the usual time of the model is now known
        assert re.search(r"FLUX.2 flex usually takes about \d+ s\.", text_of(answer(await harness.imagine())))


async def test_private(tmp_path: Path) -> None:
    """Only the user sees a private request, from the card to the picture that replaces it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        interaction = await harness.imagine("a secret cat", private=True)
        assert interaction.ephemeral
        job_id = job_id_of(answer(interaction))
        await eventually(lambda: job_id in harness.tasks)
        await harness.fake.finish(harness.tasks[job_id].id)
        await harness.wait_until_closed(job_id)
        (result,) = harness.messages(viewer=harness.alice)
        assert result.id == answer(interaction).id
        assert "your picture is ready" in text_of(result)
        assert alt_texts(result) == ["a secret cat"]
        assert harness.messages(viewer=harness.bob) == []
        assert harness.calls == ["publish", "reply", "edit reply"]


async def test_in_a_thread(tmp_path: Path) -> None:
    """A picture requested in a thread is posted there."""
    async with BotHarness(tmp_path) as harness:
        harness.env.backend.create_thread(harness.channel.id, "cats", harness.alice.id)
        (thread,) = harness.channel.threads
        await harness.imagine(where=thread)
        result = await harness.wait_for_message("your picture is ready", where=thread)
        await harness.wait_until_closed(job_id_of(result))
        assert harness.messages(thread) == [result]
        assert harness.calls == ["publish", "reply", "post", "remove card"]


# --- prompts ---------------------------------------------------------------------------------------------


def as_shown(markdown: str) -> str:
    """Return the text that Discord shows for escaped markdown, which must contain no active markdown."""
    left = re.sub(r"\\[!-/:-@\[-`{-~]", "", markdown)
    assert not re.search(r"[*_~|`<>@\[\]()\\]|://", left), f"{left!r} is markdown"
    assert not re.match(r"[-+#]|\d+[.)]", markdown), f"{markdown!r} begins like a heading or list"
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def prompt_on(message: discord.Message) -> str:
    """Return the prompt as a card shows it."""
    (line,) = [line for line in text_of(message).split("\n") if line.startswith("> ")]
    return as_shown(line.removeprefix("> "))


def assert_only_pings(harness: BotHarness, *users: int) -> None:
    """Check by allowed_mentions that the bot's messages can ping only these users."""
    bodies = [entry.json for entry in harness.env.http_requests if isinstance(entry.json, dict)]
    allowed = [(body.get("data") or body)["allowed_mentions"] for body in bodies]
    assert allowed
    for mentions in allowed:
        assert mentions.keys() <= {"parse", "users", "roles", "replied_user"}
        assert mentions["parse"] == []
        assert not any(mentions.get(kind) for kind in ("roles", "replied_user"))
        assert {int(user) for user in mentions.get("users", ())} <= set(users)


async def test_prompts_as_written(tmp_path: Path) -> None:
    """Card, result and failure show the prompt, or its beginning if it is long; a failure also quotes the API."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.guild.create_role("mods", mentionable=True)
        for name, prompt in PROMPTS.items():
            job, task = await harness.start_job(prompt)
            card = harness.messages()[-1]
            assert harness.pinged(card) == [], name
            await harness.fake.finish(task.id)
            await harness.wait_until_closed(job.id)
            result = harness.messages()[-1]
            assert task.request["prompt"] == prompt.strip(), name
            for message in (card, result):
                shown = prompt_on(message)
                assert prompt.startswith(shown.removesuffix("…")), name
                assert len(shown) > min(len(prompt), 140) - 1, name
            assert not [file for file in result.attachments if ".txt" in file.filename], name
            assert len(text_of(result)) < LONGEST, name
            (alt_text,) = alt_texts(result)
            assert alt_text, name
            assert prompt.strip().startswith(alt_text.removesuffix("…")), name
            assert harness.pinged(result) == [harness.alice.id], name

            job, task = await harness.start_job(prompt)
            await harness.fake.finish(task.id, failure=Failure("bad_request", f"Reword this: {prompt[:200]}"))
            await harness.wait_until_closed(job.id)
            card = harness.messages(viewer=harness.alice)[-1]
            assert prompt.startswith(prompt_on(card).removesuffix("…")), name
            for quote in (line for line in text_of(card).split("\n") if line.startswith("It said: ")):
                said = as_shown(quote.removeprefix("It said: "))
                assert said in {f"Reword this: {prompt[:200]}", isolate(f"Reword this: {prompt[:200]}")}, name
        assert len(harness.messages(viewer=harness.alice)) == 2 * len(PROMPTS), "the cards are removed"
        assert_only_pings(harness, harness.alice.id)


async def test_words_for_models_and_sizes(tmp_path: Path) -> None:
    """A word can be typed instead of a model or a size, for both commands."""
    async with BotHarness(tmp_path) as harness:
        for command, options, expected in (
            ("imagine", {"model": "Best", "size": "Phone"}, ("flux-2-max", "9:16")),
            ("imagine", {"model": "flux.2 PRO", "size": "handy"}, ("flux-2-pro", "9:16")),
            ("edit", {"model": "text", "size": "banner", "image_url": harness.host_picture()}, ("flux-2-flex", "21:9")),
        ):
            await harness.alice.slash(harness.channel, command, prompt="a cat", **options)
            request = (await latest_job(harness)).request
            assert (request.model, request.size, request.model_chosen) == (*expected, True), options


# --- preferences -----------------------------------------------------------------------------------------


async def test_preferences(tmp_path: Path) -> None:
    """The preferred model, size, count and privacy are used; an option overrides its preference for one request."""
    preferences = Preferences("flux-2-max", "flux-kontext-max", "16:9", 3, private=True)
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=10) as harness:
        await harness.store.history.prefer(harness.alice.id, **asdict(preferences))
        usual = {"model": "flux-2-max", "size": "16:9", "count": 3}
        for changes, changed in (
            ({}, {}),
            ({"model": "flux-kontext-pro"}, {"model": "flux-kontext-pro"}),
            ({"model": "flux-2-max"}, {}),
            ({"size": "1:1"}, {"size": "1:1"}),
            ({"count": 1}, {"count": 1}),
        ):
            card = answer(await harness.alice.slash(harness.channel, "imagine", prompt="a cat", **changes))
            assert await submitted_options(harness, job_id_of(card)) == usual | changed, changes
            assert (await harness.job(job_id_of(card))).request.model_chosen is ("model" in changes), changes
        assert harness.messages(viewer=harness.bob) == []
        public = await harness.alice.slash(harness.channel, "imagine", prompt="a cat", private=False)
        assert not public.ephemeral
        assert (await harness.job(job_id_of(answer(public)))).request.private is False
        assert await harness.store.history.preferences(harness.alice.id) == preferences

        of_bob = await harness.bob.slash(harness.channel, "imagine", prompt="a cat")
        assert not of_bob.ephemeral
        defaults = {"model": "flux-dev", "size": "1:1", "count": 1}
        assert await submitted_options(harness, job_id_of(answer(of_bob))) == defaults


async def submitted_options(harness: BotHarness, job_id: str) -> dict[str, Any]:
    """Return the model, size and count that were submitted for a job."""
    await eventually(lambda: job_id in harness.tasks)
    request = harness.tasks[job_id].request
    return {name: request[name] for name in ("model", "size", "count")}
