"""/style: who may change a server's styles, and how hostile names are shown."""

from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.core.styles import Style
from tests.discord_server.payloads import Payload
from tests.finished_jobs import (
    answer,
    buttons,
    forge,
    latest_job,
    private_answer,
    private_text,
    reset_interactions,
)
from tests.forms import form_of, prefilled, submit_form
from tests.harness import BotHarness, text_of

INK = Style("Ink", "ink of {prompt}", "black")
TYPED = {"name": INK.name, "description": INK.description, "template": INK.template}
HOSTILE = {
    "name": "@everyone **b** `c`\u200b\u202e",
    "description": "<@1> [a](https://b.c)\n# d",
    "template": "```{prompt}``` <@&2>\n||e||",
}


def let_manage(harness: BotHarness) -> None:
    """Let alice manage the server."""
    role = harness.guild.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    harness.env.backend.add_member_role(harness.guild.id, harness.alice.id, role.id)


async def styles_of(harness: BotHarness) -> list[Style]:
    """Return the server's styles."""
    return await harness.store.styles.of_server(harness.guild.id)


async def run(harness: BotHarness, command: str, **options: Any) -> simcord.InteractionResult:
    """Let alice run a command of the group."""
    return await harness.alice.slash(harness.channel, f"style {command}", **options)


async def change(harness: BotHarness, message: discord.Message) -> simcord.InteractionResult:
    """Let alice press *Change*."""
    return await harness.alice.click(message, label="Change")


async def test_add_change_and_remove(tmp_path: Path) -> None:
    """The form saves the style and privately shows an example's final prompt; a removal must be confirmed first."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        opened = await run(harness, "add")
        assert form_of(opened)["title"] == "New style"
        assert prefilled(opened) == {}
        saved = private_answer(await submit_form(harness.alice, opened, **TYPED))
        assert text_of(saved) == (
            "💾 **Saved**: Ink. You can now choose it in the “style” option of /imagine.\nblack\n"
            "Preview: “a fox in the snow” becomes\n> ink of a fox in the snow"
        )
        assert await styles_of(harness) == [INK]
        await harness.imagine("a cat", style="ink")
        assert (await latest_job(harness)).request.submitted_prompt == "ink of a cat"

        changed = Style("Blue ink", "blue ink of {prompt}")
        for opened in (await change(harness, saved), await run(harness, "edit", name="ink")):
            assert form_of(opened)["title"] == "Change the style"
            assert prefilled(opened) == TYPED
        answered = await submit_form(harness.alice, opened, name="Blue ink", description="", template=changed.template)
        assert "> blue ink of a fox in the snow" in private_text(answered)
        assert await styles_of(harness) == [changed]
        assert private_text(await change(harness, saved)).startswith(
            "This server has no style of its own called “Ink”."
        )

        choices = [
            await harness.alice.autocomplete(harness.channel, f"style {one}", "name", "BL")
            for one in ("edit", "remove")
        ]
        assert choices == [[{"name": "Blue ink", "value": "Blue ink"}]] * 2
        question = private_answer(await run(harness, "remove", name="Blue ink"))
        assert text_of(question).startswith("Remove the style Blue ink from this server?")
        assert await styles_of(harness) == [changed]
        removed = await harness.alice.click(question, label="Remove the style")
        assert text_of(answer(removed)) == "The style Blue ink was removed."
        assert buttons(answer(removed)) == {}
        assert await styles_of(harness) == []
        for command in ("edit", "remove"):
            assert "has no style of its own called “Blue ink”" in private_text(
                await run(harness, command, name="Blue ink")
            )


async def test_who_may_change_styles(tmp_path: Path) -> None:
    """Each step requires the permission to manage the server; Discord offers the commands to nobody else."""
    async with BotHarness(tmp_path) as harness:
        (published,) = harness.requests("publish")
        commands: Any = published.json
        (group,) = [command for command in commands if command["name"] == "style"]
        assert group["default_member_permissions"] == discord.Permissions(manage_guild=True).value
        assert (group["contexts"], group["integration_types"]) == ([0], [0])
        assert "style" not in " ".join(harness.bob.available_commands(harness.channel))
        let_manage(harness)
        opened = await run(harness, "add")
        saved = private_answer(await submit_form(harness.alice, opened, **TYPED))
        opened, question = await run(harness, "add"), private_answer(await run(harness, "remove", name="Ink"))
        harness.change_interaction = lambda payload: payload["member"].update(permissions="2048")
        refused_text = "Only members with the *Manage Server* permission can change this server’s styles."
        for attempt in (
            run(harness, "add"),
            run(harness, "edit", name="Ink"),
            run(harness, "remove", name="Ink"),
            change(harness, saved),
            harness.alice.click(question, label="Remove the style"),
        ):
            result = await attempt
            text = private_text(result) if result.response else text_of(result.followups[0].message)
            assert text == refused_text
        refused = await submit_form(harness.alice, opened, **TYPED | {"name": "Other"})
        assert private_text(refused) == f"{refused_text}\n> ink of {{prompt}}"
        assert await styles_of(harness) == [INK]


async def test_hostile_texts(tmp_path: Path) -> None:
    """Names, descriptions and templates are shown as typed, and mention nobody; a forged button changes nothing."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        saved = private_answer(await submit_form(harness.alice, await run(harness, "add"), **HOSTILE))
        (style,) = await styles_of(harness)
        assert style == Style("@everyone **b** `c`", "```{prompt}``` <@&2> ||e||", "<@1> [a](https://b.c) # d")
        text = text_of(saved)
        for shown in (
            "\\@everyone \\*\\*b\\*\\* \\`c\\`. You can",
            "\n\\<\\@1\\> \\[a\\]\\(https\\://b.c\\) # d\n",
            "> \\`\\`\\`a fox in the snow\\`\\`\\` \\<\\@&2\\> \\|\\|e\\|\\|",
        ):
            assert shown in text, shown
        question = private_answer(await run(harness, "remove", name=style.name))
        assert "\\@everyone \\*\\*b\\*\\* \\`c\\`" in text_of(question)
        await harness.imagine(style=style.name)
        job = await latest_job(harness)
        result = await harness.wait_for_message("your picture is ready")
        assert job.request.style == style.name
        assert " · \\@everyone \\*\\*b\\*\\* \\`c\\` · " in text_of(result)
        assert harness.pinged(result) == [harness.alice.id]

        forge(harness, style.name, "another")
        assert text_of(answer(await harness.alice.click(question, label="Remove the style"))).startswith(
            "The style another"
        )
        reset_interactions(harness)
        assert await styles_of(harness) == [style]


async def test_outside_of_servers(tmp_path: Path) -> None:
    """The commands don't exist in direct messages, and a forged one is refused."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        with pytest.raises(Exception, match="style"):
            await harness.alice.user.slash("style add")

        def move_to_direct_messages(payload: Payload) -> None:
            del payload["guild_id"]
            payload["user"] = payload.pop("member")["user"]

        harness.change_interaction = move_to_direct_messages
        assert private_text(await run(harness, "add")).startswith("Styles belong to a server")
