"""Styles of requests: suggested, typed, preferred, and kept by all requests made from a result."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import simcord

from flux_bot.core.jobs import ImageRequest
from flux_bot.core.styles import BUILT_IN, Style
from flux_bot.ui.cards import Verb
from tests.cogs.messages.test_reading import last_answer, mention
from tests.discord_server.payloads import Payload
from tests.finished_jobs import (
    answer,
    button_labels,
    children,
    latest_job,
    make_failure,
    make_result,
    press,
    private_answer,
    private_text,
    reset_interactions,
    result_of,
    set_locale,
)
from tests.forms import MODAL_SUBMIT, fields_of, prefilled, submit_form
from tests.harness import BotHarness, text_of

INK = Style("*Ink* @everyone", "ink of {prompt}, {a|b}", "black & white")
MENU = "Remix prompt"


async def add_ink(harness: BotHarness) -> None:
    """Give the server a style."""
    await harness.store.styles.add(harness.guild.id, INK)


async def suggested(harness: BotHarness, typed: str = "", where: Any = None) -> list[str]:
    """Return the values that are suggested to alice."""
    found = await harness.alice.autocomplete(where or harness.channel, "imagine", "style", typed)
    return [choice["value"] for choice in found]


def styled(request: ImageRequest) -> tuple[str | None, str]:
    """Return the style of a request, and the prompt that the image API gets."""
    return request.style, request.submitted_prompt


def remove_style_field(payload: Payload) -> None:
    """Submit forms without the style field."""
    data = payload["data"]
    if payload["type"] == MODAL_SUBMIT:
        data["components"] = [one for one in data["components"] if one["component"]["custom_id"] != "style"]


async def change(harness: BotHarness, refused: simcord.InteractionResult) -> simcord.InteractionResult:
    """Let alice press *Change* below a refusal."""
    return await harness.alice.click(private_answer(refused), label="Change")


# --- /imagine ------------------------------------------------------------------------------------------


async def test_suggestions(tmp_path: Path) -> None:
    """The last used style is first, then the server's and the built-in ones, in the user's language; "none" is last."""
    async with BotHarness(tmp_path) as harness:
        await add_ink(harness)
        assert await suggested(harness) == [INK.name, *BUILT_IN, "none"]
        assert await suggested(harness, "  WATER") == ["watercolor"]
        assert await suggested(harness, "black") == [INK.name, "pencil-sketch"]
        assert await suggested(harness, "no st") == ["none"]
        assert await suggested(harness, "nonsense") == ["none"]
        await harness.store.history.prefer(harness.alice.id, style="anime")
        assert (await suggested(harness))[:2] == ["anime", INK.name]
        await harness.imagine(style="comic")
        assert (await suggested(harness))[:3] == ["comic", "anime", INK.name]
        found = await harness.alice.user.autocomplete("imagine", "style", "")
        assert [choice["value"] for choice in found][:2] == ["comic", "anime"]
        assert INK.name not in [choice["value"] for choice in found]
        set_locale(harness, "de")
        found = await harness.alice.autocomplete(harness.channel, "imagine", "style", "aquarell")
        assert found == [{"name": "Aquarell: weiche Farben auf rauem Papier", "value": "watercolor"}]
        reset_interactions(harness)
        for number in range(24):
            await harness.store.styles.add(
                harness.guild.id, Style(f"{number:02}".ljust(50, "x"), "{prompt}", "d" * 100)
            )
        found = await harness.alice.autocomplete(harness.channel, "imagine", "style", "")
        assert (len(found), found[-1]["value"]) == (25, "none")
        assert all(1 <= len(choice["name"]) <= 100 for choice in found)


async def test_a_style_is_used(tmp_path: Path) -> None:
    """The image API gets the template with the prompt; cards show the prompt as typed, and the style's name."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await add_ink(harness)
        for typed, name, shown in (
            ("watercolor", "watercolor", "Watercolor"),
            ("Aquarell", "watercolor", "Watercolor"),
            ("waterc", "watercolor", "Watercolor"),
            ("*INK* @everyone", INK.name, "\\*Ink\\* \\@everyone"),
            ("black &", INK.name, "\\*Ink\\* \\@everyone"),
        ):
            job, task = await harness.start_job("a cat", style=typed)
            status = text_of(harness.messages()[-1])
            await harness.fake.finish(task.id)
            await harness.wait_until_closed(job.id)
            job = await harness.job(job.id)
            template = {style.name: style.template for style in (INK, *BUILT_IN.values())}[name]
            final = template.replace("{prompt}", "a cat")
            assert styled(job.request) == (name, final), typed
            assert harness.fake.submissions[-1].body["prompt"] == final, typed
            details = f"> a cat\n-# FLUX.2 flex · {job.request.size} · {shown}"
            assert status.endswith(details), typed
            result = result_of(harness, job)
            assert f"{details} · " in text_of(result), typed
            assert harness.pinged(result) == [harness.alice.id]
        harness.change_interaction = lambda payload: payload.update(guild_locale="ja")
        assert text_of(answer(await harness.imagine(style="watercolor"))).endswith(" · 水彩画")


async def test_refusals(tmp_path: Path) -> None:
    """An unknown or ambiguous style, and a prompt that is too long with it, are refused; the form has the rest."""
    async with BotHarness(tmp_path) as harness:
        long = "x" * (4000 - len(BUILT_IN["comic"].template) + len("{prompt}"))
        for prompt, style, refusal in (
            ("a cat", "*cubism*", "There is no style “\\*cubism\\*”. Choose one from the list"),
            ("a cat", "pa", "Several styles match “pa”, such as Watercolor, Oil painting, Anime. Which"),
            (f"{long}x", "comic", f"With this style, the prompt may have at most {len(long)} characters."),
        ):
            refused = await harness.imagine(prompt, style=style, size="16:9", count=2)
            assert private_text(refused).startswith(refusal), style
            assert button_labels(private_answer(refused)) == ["Change"]
            values = prefilled(await change(harness, refused))
            assert (values["prompt"], values["count"]) == (prompt, "2")
            assert values["style"] == ["comic" if style == "comic" else "none"], style
        assert harness.sql("SELECT id FROM jobs") == []
        await harness.imagine(long, style="comic")
        job = await latest_job(harness)
        assert (job.request.style, len(job.request.submitted_prompt)) == ("comic", 4000)
        opened = await change(harness, await harness.imagine("a cat", style="cubism"))
        await submit_form(harness.alice, opened, style=["anime"])
        assert (await latest_job(harness)).request.style == "anime"


async def test_alternatives_are_those_of_the_prompt(tmp_path: Path) -> None:
    """Braces in a template are only text."""
    async with BotHarness(tmp_path) as harness:
        await add_ink(harness)
        await harness.imagine("a cat", style=INK.name)
        assert styled((await latest_job(harness)).request) == (INK.name, "ink of a cat, {a|b}")
        assert len(harness.fake.submissions) == 1


# --- the preference ------------------------------------------------------------------------------------


async def test_the_preference(tmp_path: Path) -> None:
    """The preferred style, if it exists, is used in commands without a style, in messages, and in forms."""
    async with BotHarness(tmp_path) as harness:
        await add_ink(harness)
        await harness.store.history.prefer(harness.alice.id, style=INK.name)
        await harness.imagine("a cat")
        assert (await latest_job(harness)).request.style == INK.name
        for none in ("none", " No Style"):
            await harness.imagine("a cat", style=none)
            assert styled((await latest_job(harness)).request) == (None, "a cat"), none
        request = await harness.alice.send(harness.channel, f"{mention(harness)} a fox")
        job, _ = await last_answer(harness, request)
        assert styled(job.request) == (INK.name, "ink of a fox, {a|b}")

        words = await harness.bob.send(harness.channel, "a dog")
        for chosen, style in (([INK.name], INK.name), (["none"], None), (["photo"], "photo")):
            opened = await harness.alice.context_menu(harness.channel, MENU, words)
            assert prefilled(opened)["style"] == [INK.name]
            await submit_form(harness.alice, opened, style=chosen)
            assert (await latest_job(harness)).request.style == style, chosen
        harness.change_interaction = remove_style_field
        await submit_form(harness.alice, await harness.alice.context_menu(harness.channel, MENU, words))
        assert (await latest_job(harness)).request.style == INK.name, "a form from an earlier version"
        reset_interactions(harness)
        shown = private_answer(await harness.alice.slash(harness.channel, "help"))
        opened = await harness.alice.click(shown, label="Make a picture")
        assert prefilled(opened)["style"] == [INK.name]

        await harness.store.styles.replace(harness.guild.id, INK.name, Style(f"Not {INK.name}", "{prompt}"))
        await harness.imagine("a cat")
        assert (await latest_job(harness)).request.style is None
        refused = await submit_form(harness.alice, opened, prompt="a bird")
        assert private_text(refused).startswith("There is no style “\\*Ink\\* \\@everyone”.")
        assert text_of(private_answer(refused)).endswith("> a bird")


# --- from a result -------------------------------------------------------------------------------------


async def test_a_removed_style_is_kept(tmp_path: Path) -> None:
    """Requests made from a result keep its style, even if the server has removed it or reused its name."""
    async with BotHarness(tmp_path) as harness:
        await add_ink(harness)
        job, result = await make_result(harness, "a cat", style=INK.name)
        await harness.store.styles.remove(harness.guild.id, INK.name)
        for number, verb in enumerate((Verb.REROLL, Verb.VARY), 1):
            await press(harness.bob, result, verb, job)
            made = (await children(harness, job, number))[-1]
            assert styled(made.request) == styled(job.request), verb
        assert "Rerolled from" in text_of(result_of(harness, (await children(harness, job, 2))[0]))
        await harness.store.styles.add(harness.guild.id, Style(INK.name, "another {prompt}"))
        for number, (chosen, expected) in enumerate(
            (
                (["as-it-was"], (INK.name, "ink of a dog, {a|b}")),
                (["none"], (None, "a dog")),
                (["anime"], ("anime", BUILT_IN["anime"].template.replace("{prompt}", "a dog"))),
            ),
            3,
        ):
            opened = await press(harness.alice, result, Verb.REMIX, job)
            assert prefilled(opened)["style"] == ["as-it-was"]
            assert fields_of(opened)["style"]["options"][0]["label"] == INK.name
            await submit_form(harness.alice, opened, prompt="a dog", style=chosen)
            made = (await children(harness, job, number))[-1]
            assert styled(made.request) == expected, chosen

        card = await harness.alice.context_menu(harness.channel, MENU, result)
        assert prefilled(card)["style"] == [INK.name], "that form only has current styles"
        await harness.store.styles.replace(harness.guild.id, INK.name, Style(f"Not {INK.name}", "{prompt}"))
        card = await harness.alice.context_menu(harness.channel, MENU, result)
        assert prefilled(card)["style"] == ["none"]
        command = private_text(await press(harness.alice, result, Verb.INFO, job))
        assert f" style:{INK.name}\n" in command
        assert "**Prompt with the style**\n> ink of a cat, {a\\|b}" in command


async def test_after_a_failure(tmp_path: Path) -> None:
    """A retry and another model keep the style; an edit of a picture has none."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        await harness.store.history.prefer(harness.alice.id, style="photo")
        failed, card = await make_failure(harness, "timeout", style="comic")
        assert " · Comic" in text_of(card)
        await press(harness.alice, card, Verb.RETRY, failed)
        (again,) = await children(harness, failed)
        assert again.request.style == "comic"

        harness.fake.faults.failure = None
        rejected, card = await make_result(harness, style="comic", model="flux-pro-1.1", size="768x1344")
        await press(harness.alice, card, Verb.SWITCH, rejected)
        (switched,) = await children(harness, rejected)
        assert switched.request == replace(rejected.request, model="flux-pro")

        result = result_of(harness, again)
        opened = await press(harness.alice, result, Verb.EDIT, again)
        await submit_form(harness.alice, opened, prompt="add a hat")
        (edited,) = await children(harness, again)
        assert styled(edited.request) == (None, "add a hat")
        remix = await press(harness.alice, result_of(harness, edited), Verb.REMIX, edited)
        assert "style" not in fields_of(remix)
