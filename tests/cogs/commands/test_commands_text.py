"""What users type is shown as typed, pings nobody and breaks no limit."""

import re
from pathlib import Path
from typing import Any

import pytest

from flux_bot.core.jobs import Failure
from tests.harness import BotHarness, alt_texts, job_id_of, picture, text_of

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


def as_shown(markdown: str) -> str:
    """Return the text that Discord shows for escaped markdown, which must contain no active markdown."""
    left = re.sub(r"\\[!-/:-@\[-`{-~]", "", markdown)
    assert not re.search(r"[*_~|`<>@\[\]()\\]|://", left), f"{left!r} is markdown"
    assert not re.match(r"[-+#]|\d+[.)]", markdown), f"{markdown!r} begins like a heading or list"
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def prompt_on(message: Any) -> str:
    """Return the prompt as a card shows it."""
    (line,) = [line for line in text_of(message).split("\n") if line.startswith("> ")]
    return as_shown(line.removeprefix("> "))


def pings(harness: BotHarness) -> set[str]:
    """Return the users that the bot's messages may ping, from allowed_mentions."""
    bodies = [entry.json for entry in harness.env.http_requests if isinstance(entry.json, dict)]
    allowed = [(body.get("data") or body)["allowed_mentions"] for body in bodies]
    assert allowed
    assert all(mentions.keys() <= {"parse", "users", "roles", "replied_user"} for mentions in allowed)
    assert not any(mentions["parse"] or mentions.get("roles") or mentions.get("replied_user") for mentions in allowed)
    return {str(user) for mentions in allowed for user in mentions.get("users", ())}


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
async def test_prompt_as_written(tmp_path: Path, prompt: str) -> None:
    """The card and the result show the prompt, complete or, if it is long, complete in a file."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.guild.create_role("mods", mentionable=True)
        job, task = await harness.start_job(prompt)
        (card,) = harness.messages()
        assert harness.pinged(card) == []
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        (result,) = harness.messages()

        assert task.request["prompt"] == prompt.strip()
        for message in (card, result):
            shown = prompt_on(message)
            assert prompt.startswith(shown.removesuffix("…"))
            assert len(shown) > min(len(prompt), 700) - 1
        texts = [file for file in result.attachments if file.filename.endswith(".txt")]
        if prompt_on(result) == prompt.strip():
            assert not texts
        else:
            (file,) = texts
            assert (harness.env.backend.cdn.get(file.url) or b"").decode() == prompt.strip()
            assert len(text_of(result)) < LONGEST
        (alt_text,) = alt_texts(result)
        assert alt_text is not None
        assert prompt.strip().startswith(alt_text.removesuffix("…"))
        assert harness.pinged(result) == [harness.alice.id]
        assert pings(harness) == {str(harness.alice.id)}


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
async def test_failure_as_written(tmp_path: Path, prompt: str) -> None:
    """A failure shows the prompt as typed, and so the API's message where it is shown."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job(prompt)
        await harness.fake.finish(task.id, failure=Failure("bad_request", prompt[:200]))
        await harness.wait_until_closed(job.id)
        (card,) = harness.messages()
        assert prompt.startswith(prompt_on(card).removesuffix("…"))
        (quote,) = [line for line in text_of(card).split("\n") if line.startswith("It said: ")]
        assert as_shown(quote.removeprefix("It said: ")) == prompt[:200]
        assert set(harness.pinged(card)) <= {harness.alice.id}
        assert pings(harness) <= {str(harness.alice.id)}


async def test_filename_as_written(tmp_path: Path) -> None:
    """The name of a refused attachment is shown as it is."""
    async with BotHarness(tmp_path) as harness:
        name = "@everyone_*notes*_[a](b).txt"
        interaction = await harness.alice.slash(harness.channel, "edit", prompt="a hat", image=(name, b"no picture"))
        assert interaction.response is not None
        assert name in as_shown(text_of(interaction.response.message).replace("“", "").replace("”", ""))
        assert harness.pinged(interaction.response.message) == []


async def test_prompt_of_an_edit(tmp_path: Path) -> None:
    """An edit shows its prompt in the same way."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        file = ("roof.png", picture().read())
        interaction = await harness.alice.slash(harness.channel, "edit", prompt=PROMPTS["mentions"], image=file)
        assert interaction.response is not None
        assert job_id_of(interaction.response.message)
        assert prompt_on(interaction.response.message) == PROMPTS["mentions"]
        assert pings(harness) == set()
