"""The Info card: how a picture was made, and the command that makes it again."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import discord
from discord import ui

from cogs.buttons.info import COMMAND_LIMIT, command_for, information
from flux_bot.core.costs import Money
from flux_bot.core.jobs import Action, Image, Job, JobStatus, TaskResult
from flux_bot.locales import LOCALES, translator_for
from flux_bot.ui.cards import Verb
from tests.database import NOW, SECOND, image_request, origin
from tests.english import EN
from tests.finished_jobs import children, copy_job, make_edit, make_result, press, private_text, result_of
from tests.forms import submit_form
from tests.harness import BotHarness, picture, text_of
from tests.images.picture_host import PictureHost
from tests.images.picture_host import picture as serve

RESULT = TaskResult(
    "the `task`",
    (Image("https://a/1.png", seed=7), Image("https://a/2.png", seed=8)),
    trace_id="t" * 101,
    cost=Decimal("0.216000000"),
)
JOB = Job(
    id="-" * 16,
    callback_secret="",
    status=JobStatus.DELIVERED,
    request=image_request(prompt="a *white* cat", size="1344x768", count=2),
    origin=origin(),
    accepted_at=NOW,
    submitted_at=NOW + SECOND,
    finished_at=NOW + 9 * SECOND,
    result=RESULT,
    result_message_id=99,
    result_channel_id=20,
)
PRICE = Money(Decimal("0.0952"), "USD")
HERE = "https://discord.com/channels/30/20"


def card_of(
    job: Job,
    *,
    parent: Job | None = None,
    related: tuple[Job, ...] = (),
    price: Money | None = None,
    with_address: bool = True,
) -> tuple[str, list[tuple[str, str]]]:
    """Return the text and the files of the card about a job."""
    card = information(EN, job, parent, related, price, with_address=with_address)
    text = "\n".join(item.content for item in card.view.walk_children() if isinstance(item, ui.TextDisplay))
    return text, [(file.filename, file.fp.read().decode()) for file in card.files]


def about(**changes: Any) -> Job:
    """Return the job with some fields of its request changed."""
    return replace(JOB, request=replace(JOB.request, **changes))


def test_information() -> None:
    """The card has all facts, and the command that makes the same again."""
    text, files = card_of(JOB)
    assert text == (
        "### How it was made\n**Prompt**\n> a \\*white\\* cat\n"
        "🤖 Made by AI, with the model FLUX.1 dev\n**Size** 1344x768\n**Pictures** 2\n**Seeds** 7, 8\n**Time** 8 s\n"
        "**Cost** 0.216 credits\n"
        f"**Requested** <t:{int(NOW.timestamp())}:R> by <@1>\n"
        "To make it again, paste this command:\n```\n"
        "/imagine prompt:a *white* cat model:flux-dev size:1344x768 count:2\n```\n"
        f"-# Details for the operator: Request `{JOB.id}` · Task `the 'task'` · Trace `{'t' * 99}…`"
    )
    assert files == []
    text, _ = card_of(JOB, price=PRICE)
    assert "\n**Cost** 0.216 credits ($0.021)\n" in text


def test_missing_facts() -> None:
    """Facts that the image API does not report are omitted."""
    text, _ = card_of(replace(JOB, submitted_at=None, result=TaskResult(None, (Image("https://a/1.png"),))))
    assert not [heading for heading in ("Seed", "Time", "Cost") if f"**{heading}" in text]
    assert text.endswith(f"-# Details for the operator: Request `{JOB.id}`")
    text, _ = card_of(replace(JOB, result=replace(RESULT, images=(*RESULT.images[:1], Image("https://a/2.png")))))
    assert "**Seed** 7\n" in text


def test_it_says_that_ai_was_used() -> None:
    """In each language, the card says that AI was used and names the model; a failed job's card only names it."""
    edit = about(action=Action.EDIT, image_url="https://a/cat.png")
    for locale in LOCALES:
        translate = translator_for(locale)
        for job, message in ((JOB, "info-made-by-ai"), (edit, "info-edited-by-ai")):
            card = information(translate, job, None, [], None, with_address=True)
            line = translate(message, model="FLUX.1 dev")
            assert line in "\n".join(
                item.content for item in card.view.walk_children() if isinstance(item, ui.TextDisplay)
            ), (locale, message)
            assert "FLUX.1 dev" in line, (locale, message)
            assert any(word in line for word in ("AI", "KI", "IA")), (locale, message)
    assert "**Model** FLUX.1 dev" in card_of(replace(JOB, result=None))[0]


def test_a_prompt_that_is_not_shown_completely() -> None:
    """A long or multi-line prompt is complete in a file; a command that is too long is omitted."""
    long = "a cat, " + "and *another* cat, " * 150 + "the end"
    for prompt, shown, command in (
        (long, "> a cat, and \\*another\\* cat, ", False),
        ("a cat\n\non a roof", "> a cat", True),
    ):
        text, files = card_of(about(prompt=prompt))
        assert shown in text
        assert "The full prompt is in the attached file." in text
        assert files == [(f"flux-{JOB.id}-prompt.txt", prompt)]
        assert ("paste" in text, "/imagine prompt:a cat on a roof model:" in text) == (command, command)
        assert "the end" not in text
    room = COMMAND_LIMIT - len(command_for(about(prompt="x").request))
    texts = [card_of(about(prompt="x" * (room + length)))[0] for length in (1, 2)]
    assert ["paste" in text for text in texts] == [True, False]


def test_a_style() -> None:
    """The card names the style and shows the prompt with it, in a file if it is long; everything fits on the card."""
    text, files = card_of(about(style="pixel-art", template="pixels of *{prompt}*"))
    assert "\n> a \\*white\\* cat\n**Prompt with the style**\n> pixels of \\*a \\*white\\* cat\\*\n" in text
    assert "\n**Size** 1344x768\n**Style** Pixel art\n" in text
    assert files == []
    text, _ = card_of(about(style="*Ink* @everyone", template="ink of {prompt}"))
    assert "\n**Style** \\*Ink\\* \\@everyone\n" in text
    for long in ("*" * 900, "a" * 900, "*" * 3000):
        final = f"{'t' * 990}{long}"
        text, files = card_of(about(prompt=long, style="`" * 50, template=f"{'t' * 990}{{prompt}}"))
        assert dict(files)[f"flux-{JOB.id}-final-prompt.txt"] == final
        assert len(text) <= 3300, "the links and a reply's other texts need room too"
    assert "Style" not in card_of(JOB)[0]


def test_the_largest_card() -> None:
    """A card with the longest facts is within Discord's limit in each language, with or without the command."""
    most = 2**63 - 1
    images = tuple(Image(f"https://a/{number}.png", seed=most) for number in range(4))
    for length in range(500, 1000, 50):
        job = about(prompt="*" * length, model="*" * 100, style="*" * 50, template=f"{'*' * 990}{{prompt}}", count=4)
        ids = replace(job.origin, channel_id=most, guild_id=most, user_id=most)
        job = replace(job, origin=ids, result_message_id=most, result_channel_id=most)
        job = replace(job, result=TaskResult("`" * 100, images, trace_id="t" * 101, cost=Decimal("12345.123456789")))
        for locale in LOCALES:
            card = information(translator_for(locale), job, job, [job] * 5, PRICE, with_address=True)
            texts = [item.content for item in card.view.walk_children() if isinstance(item, ui.TextDisplay)]
            assert sum(map(len, texts)) <= 4000, (locale, length)


def test_links() -> None:
    """The parent and the children are linked if others can see them."""
    parent = replace(JOB, result_message_id=98)
    first, second, hidden = (replace(JOB, result_message_id=number) for number in (1, 2, 3))
    hidden = replace(hidden, request=replace(JOB.request, private=True))
    deleted = replace(JOB, result_message_id=None)
    text, _ = card_of(JOB, parent=parent, related=(first, hidden, deleted, second))
    assert (
        f"\n**Made from** [an earlier picture]({HERE}/98)\n"
        f"**Made from this** [1]({HERE}/1), [2]({HERE}/2)\nTo make it again"
    ) in text
    for url, link in ((RESULT.images[1].url, "picture 2"), ("https://example.org/roof.png", "an earlier picture")):
        text, _ = card_of(about(action=Action.EDIT, image_url=url), parent=parent)
        assert f"\n**Made from** [{link}]({HERE}/98)\n" in text, url
    text, _ = card_of(JOB, parent=hidden, related=(hidden, deleted))
    assert "Made from" not in text


def test_command() -> None:
    """The command has every option that was set, and its text can't end the code block."""
    edit: dict[str, Any] = {"action": Action.EDIT, "prompt": "add a hat", "model": "flux-kontext-pro", "size": "1:1"}
    url = "https://example.org/roof.png"
    expected: list[tuple[dict[str, Any], str]] = [
        ({"count": 1}, "/imagine prompt:a *white* cat model:flux-dev size:1344x768 count:1"),
        ({"private": True}, "/imagine prompt:a *white* cat model:flux-dev size:1344x768 count:2 private:True"),
        ({"model_chosen": False}, "/imagine prompt:a *white* cat model:flux-dev size:1344x768 count:2"),
        (
            {"style": "pixel-art", "template": "pixels of {prompt}"},
            "/imagine prompt:a *white* cat model:flux-dev size:1344x768 count:2 style:pixel-art",
        ),
        (edit, "/edit prompt:add a hat model:flux-kontext-pro size:1:1"),
        (edit | {"image_url": url}, f"/edit prompt:add a hat model:flux-kontext-pro size:1:1 image_url:{url}"),
        (
            edit | {"image_url": url, "spoiler": True},
            f"/edit prompt:add a hat model:flux-kontext-pro size:1:1 image_url:||{url}||",
        ),
    ]
    assert [(changes, command_for(about(**changes).request)) for changes, _ in expected] == expected
    text, _ = card_of(about(prompt="a ```cat``` @everyone"))
    assert "\n```\n/imagine prompt:a '''cat''' @everyone model:" in text
    assert text.count("```") == 2
    for with_address in (True, False):
        text, _ = card_of(about(**edit, image_url=url), with_address=with_address)
        assert (url in text) == with_address


async def test_no_style_in_the_command(tmp_path: Path) -> None:
    """The command contains ``style:none`` if its user prefers a style, which would be used otherwise."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        edit, edited = await make_edit(harness, image=("roof.png", picture().read()))
        styled, with_style = await make_result(harness, style="anime")
        for preferred, said in ((None, False), ("pixel-art", True)):
            await harness.store.history.prefer(harness.bob.id, style=preferred)
            text = private_text(await press(harness.bob, result, Verb.INFO, job))
            assert (" count:1 style:none\n" in text) is said
            assert ("style" in text) is said
            assert "style" not in private_text(await press(harness.bob, edited, Verb.INFO, edit))
            assert " style:anime\n" in private_text(await press(harness.bob, with_style, Verb.INFO, styled))


async def test_press(tmp_path: Path) -> None:
    """Any user can see the card privately, in one call, with the newest related results."""
    async with BotHarness(tmp_path, credit_price="0.0952 USD") as harness:
        job, result = await make_result(harness)
        await harness.change("UPDATE jobs SET cost = 216000000")
        calls = len(harness.calls)
        text = private_text(await press(harness.bob, result, Verb.INFO, job))
        assert harness.calls[calls:] == ["reply"]
        assert "\n**Cost** 0.216 credits ($0.021)\n" in text
        assert f"by <@{harness.alice.id}>\n" in text
        assert f": Request `{job.id}` · Task `{harness.tasks[job.id].id}` · Trace `" in text
        await press(harness.alice, result, Verb.REROLL, job)
        (child,) = await children(harness, job)
        again = result_of(harness, child)
        await press(harness.bob, result, Verb.REROLL, job)
        _, second = await children(harness, job, 2)
        text = private_text(await press(harness.bob, result, Verb.INFO, job))
        urls = (again.jump_url, result_of(harness, second).jump_url)
        assert "**Made from this** [1]({}), [2]({})\n".format(*urls) in text
        assert "**Made from** " not in text
        text = private_text(await press(harness.bob, again, Verb.INFO, child))
        assert f"**Made from** [an earlier picture]({result.jump_url})\n" in text


async def test_links_to_other_servers(tmp_path: Path) -> None:
    """A result from another server is linked only for its own user, and never on a public card."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        other = harness.env.create_guild("other")
        elsewhere = other.create_text_channel("elsewhere")
        members = {who.id: other.add_member(who.user) for who in (harness.alice, harness.bob)}
        await members[harness.alice.id].slash(elsewhere, "show", job=job.id)
        (shown,) = harness.messages(elsewhere)
        await press(members[harness.alice.id], shown, Verb.REROLL, job)
        (child,) = await children(harness, job)
        _, again = harness.messages(elsewhere)
        assert "Rerolled from an earlier picture\n" in text_of(again)
        for who, sees_it in ((harness.alice, True), (harness.bob, False)):
            text = private_text(await press(who, result, Verb.INFO, job))
            assert (again.jump_url in text) is sees_it, who.id
            text = private_text(await press(members[who.id], again, Verb.INFO, child))
            assert (result.jump_url in text) is sees_it, who.id

        hidden = discord.PermissionOverwrite(view_channel=False)
        secret = harness.guild.create_text_channel("secret", overwrites={harness.bob: hidden})
        (copy,) = await copy_job(harness, child, "a secret cat", channel_id=secret.id, guild_id=harness.guild.id)
        await harness.change("UPDATE jobs SET result_channel_id = channel_id WHERE id = ?", copy)
        for who, sees_it in ((harness.alice, True), (harness.bob, False)):
            text = private_text(await press(who, result, Verb.INFO, job))
            assert (f"/{secret.id}/" in text) is sees_it, who.id


async def test_the_source_address_is_hidden_from_others(tmp_path: Path) -> None:
    """Only the requester sees the source picture's address: the original may show more than the card's copy."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(picture().read()))
        job, result = await make_edit(harness, image_url=url)
        assert f" image_url:{url}\n" in private_text(await press(harness.alice, result, Verb.INFO, job))
        text = private_text(await press(harness.bob, result, Verb.INFO, job))
        assert "/edit prompt:add a hat model:flux-kontext-pro size:1:1\n" in text
        assert url not in text
        for who in (harness.bob, harness.alice):
            await press(who, result, Verb.REROLL, job)
        for child in await children(harness, job, 2):
            owner = harness.bob if child.origin.user_id == harness.bob.id else harness.alice
            text = private_text(await press(owner, result_of(harness, child), Verb.INFO, child))
            assert ("image_url:" in text) is (owner is harness.alice), "bob's job has it, but bob does not know it"


async def test_the_source_address_still_works(tmp_path: Path) -> None:
    """The command for an edited result has the source's address while it works; an expired address is omitted."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        await submit_form(harness.alice, await press(harness.alice, result, Verb.EDIT, job), prompt="add a hat")
        (child,) = await children(harness, job)
        shown = result_of(harness, child)
        for url, is_shown in (
            (job.images[0].url, True),
            (f"https://cdn.discordapp.com/attachments/1/2/flux-{job.id}-1.png?ex=1&is=1&hm=1", False),
            ("https://example.org/roof.png", True),
        ):
            await harness.change("UPDATE jobs SET image_url = ? WHERE id = ?", url, child.id)
            text = private_text(await press(harness.alice, shown, Verb.INFO, child))
            assert (f" image_url:{url}" in text) is is_shown, url
