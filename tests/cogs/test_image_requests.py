"""The common behaviour of all image requests: choices, refusals, and the reply with the status card."""

from pathlib import Path
from typing import Any

import discord
import simcord

from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.jobs import Action
from flux_bot.ui.cards import Verb
from flux_bot.ui.texts import PROMPT_ON_CARD
from tests.discord_server.payloads import Payload
from tests.finished_jobs import answer, latest_job, make_result, press, private_answer, private_text
from tests.flux.caller import eventually
from tests.forms import last_submission, prefilled, submit_form, while_database_hangs
from tests.harness import SMALL, BotHarness, job_id_of, picture, text_of
from tests.rejected_models import reject_model

COMMANDS = {"imagine": Action.GENERATE, "edit": Action.EDIT}
RATIOS = "1:1, 16:9, 9:16, 3:2, 2:3, 4:3, 3:4, 21:9, 9:21."


def jobs_saved(harness: BotHarness) -> int:
    """Return how many jobs are in the database."""
    return len(harness.sql("SELECT id FROM jobs"))


def forge_option(harness: BotHarness, name: str, value: str) -> None:
    """Let clients send a value that Discord's own client would not accept."""

    def forge(payload: Payload) -> None:
        (option,) = (option for option in payload["data"]["options"] if option["name"] == name)
        option["value"] = value

    harness.change_interaction = forge


# --- the choices ---------------------------------------------------------------------------------------


async def test_the_catalogue_is_offered(tmp_path: Path) -> None:
    """Each command offers exactly the models that support it, everywhere, with the sizes that each model accepts."""
    catalogue = load_catalogue("")
    async with BotHarness(tmp_path) as harness:

        async def suggestions(command: str, typed: str, **options: str) -> list[dict[str, Any]]:
            return await harness.alice.autocomplete(harness.channel, command, "size", typed, **options)

        async def models(command: str, typed: str) -> list[tuple[str, str]]:
            found = await harness.alice.autocomplete(harness.channel, command, "model", typed)
            return [(choice["name"], choice["value"]) for choice in found]

        (published,) = harness.requests("publish")
        assert published.json is not None
        commands = {command["name"]: command for command in published.json}
        for name, action in COMMANDS.items():
            command, available = commands[name], catalogue.models_for(action)
            assert await models(name, "") == [(model.label, model.name) for model in available], name
            assert (command["contexts"], command["integration_types"]) == ([0, 1, 2], [0, 1]), name

            for model in available:
                sizes = await suggestions(name, "", model=model.name)
                assert 1 < len(sizes) <= 25, model.name
                assert all(model.size_for(size["value"]) == size["value"] for size in sizes), model.name
                assert sizes[0]["name"].startswith("1:1 square"), model.name
            default = await suggestions(name, "")
            shapes = catalogue.model(None, action).shapes()
            assert [size["value"] for size in default] == [shape.size for shape in shapes], name

        # filtered by what is typed; an unknown model has none
        wide = await suggestions("imagine", "  WIDE ", model="flux-dev")
        assert {"name": "16:9 wide", "value": "16:9"} in wide
        assert all("wide" in choice["name"] for choice in wide)
        precise = await suggestions("imagine", "x768", model="flux-pro-1.1")
        assert precise == [{"name": "16:9 wide (1344x768)", "value": "1344x768"}]
        for typed, ratio_found in (
            ("Phone", "9:16"),
            ("bann", "21:9"),
            ("hd", "16:9"),
            ("handy", "9:16"),
            ("壁紙", "16:9"),
        ):
            found_sizes = await suggestions("imagine", typed, model="flux-dev")
            assert [choice["value"] for choice in found_sizes] == [ratio_found], typed
        assert await suggestions("imagine", "phone", model="Fast") == [{"name": "9:16 tall", "value": "9:16"}]
        for typed, names in (
            ("fast", ["flux-2-klein", "flux-dev"]),
            ("BEST", ["flux-2-max", "flux-kontext-max", "flux-pro-1.1-ultra"]),
            ("text", ["flux-2-flex", "flux-kontext-pro", "flux-kontext-max"]),
            ("edit", ["flux-kontext-pro", "flux-kontext-max"]),
        ):
            assert [value for _, value in await models("imagine", typed)] == names, typed
        for typed, found in (("  FLUX.2 PRO ", ["flux-2-pro"]), ("kontext-m", ["flux-kontext-max"]), ("flux-0", [])):
            assert [value for _, value in await models("imagine", typed)] == found, typed
        ratio = await suggestions("imagine", "16:", model="flux-kontext-pro")
        assert ratio == [{"name": "16:9 wide", "value": "16:9"}]
        forge_option(harness, "model", "flux-0")
        assert await suggestions("imagine", "", model="flux-dev") == []


async def test_what_the_api_rejects_is_not_offered(tmp_path: Path) -> None:
    """A model that the image API has rejected for an action is offered nowhere, and the next one is the default."""
    async with BotHarness(tmp_path) as harness:

        async def offered(command: str, option: str, **options: str) -> list[str]:
            found = await harness.alice.autocomplete(harness.channel, command, option, "", **options)
            return [choice["value"] for choice in found]

        await reject_model(harness, "flux-dev", "flux-2-klein")
        assert (await offered("imagine", "model"))[:2] == ["flux-2-flex", "flux-2-pro"]
        assert "flux-dev" not in await offered("imagine", "model")
        assert "flux-dev" in await offered("edit", "model")
        assert await offered("imagine", "size", model="flux-dev") == []
        refused = await harness.imagine(model="flux-dev")
        assert "There is no model “FLUX.1 dev” that makes pictures. Choose one of these: FLUX.2 flex, " in private_text(
            refused
        )
        await harness.alice.slash(harness.channel, "imagine", prompt="a cat")
        job = await latest_job(harness)
        assert (job.request.model, job.request.model_chosen) == ("flux-2-flex", False)

        await reject_model(harness, "flux-kontext-pro", action=Action.EDIT)
        opened = await harness.alice.slash(harness.channel, "edit")
        assert prefilled(opened)["model"] == ["flux-kontext-max"]


async def test_sizes_of_the_form_that_the_api_accepts(tmp_path: Path) -> None:
    """Once the image API has accepted a form of a model's sizes, all sizes of this form are offered and accepted."""
    async with BotHarness(tmp_path, api="2026-03") as harness:
        offered = await harness.alice.autocomplete(harness.channel, "imagine", "size", "wide", model="flux-dev")
        assert offered[0] == {"name": "16:9 wide", "value": "16:9"}
        await harness.imagine(model="flux-dev", size="16:9")
        assert (await latest_job(harness)).request.size == "16:9"
        assert [one.body["size"] for one in harness.fake.submissions] == ["16:9", "1344x768"]
        await eventually(lambda: harness.app.bot.catalogue.model("flux-dev", Action.GENERATE).forms == ("pixels",))
        found = await harness.alice.autocomplete(harness.channel, "imagine", "size", "wide", model="flux-dev")
        assert found[0] == {"name": "16:9 wide (1344x768)", "value": "1344x768"}
        await harness.imagine(model="flux-dev", size="320x256")
        assert (await latest_job(harness)).request.size == "320x256"
        assert last_submission(harness)["size"] == "320x256"


# --- refusals ------------------------------------------------------------------------------------------


async def test_impossible_requests(tmp_path: Path) -> None:
    """An impossible request is refused privately with a message that says what is possible."""
    async with BotHarness(tmp_path) as harness:
        refusals: tuple[tuple[dict[str, Any], str], ...] = (
            ({"prompt": "   "}, "The prompt is empty."),
            (
                {"size": "huge", "model": "flux-pro-1.1"},
                "FLUX 1.1 pro doesn’t support the size “huge”. It supports a shape such as 16:9, or WIDTHxHEIGHT",
            ),
            ({"size": "100x100", "model": "flux-pro-1.1"}, "with each side 256 to 1440 in steps of 32."),
            ({"size": "99:1"}, f"FLUX.1 dev doesn’t support the size “99\\:1”. It supports {RATIOS}"),
            ({"size": "32x64", "model": "flux-2-pro"}, f"“32x64”. It supports {RATIOS}"),
            ({"size": "7:13", "model": "flux-dev"}, f"support the size “7\\:13”. It supports {RATIOS}"),
            ({"size": "640x100", "model": "flux-kontext-pro"}, f"“640x100”. It supports {RATIOS}"),
            ({"size": "<@1> **x**"}, r"the size “\<\@1\> \*\*x\*\*”."),
        )
        for options, expected in refusals:
            refused = await harness.alice.slash(harness.channel, "imagine", **{"prompt": "a cat", **options})
            assert expected in private_text(refused), options

        # a client that still offers a model that is gone, and one that does not limit the prompt
        for option, value, expected in (
            (
                "model",
                "flux-`0`",
                r"There is no model “flux-\`0\`” that makes pictures. Choose one of these: FLUX.2 klein, ",
            ),
            ("prompt", "c" * 4001, "The prompt is longer than 4000 characters. Please shorten it."),
        ):
            forge_option(harness, option, value)
            assert private_text(await harness.imagine()).startswith(expected), option
        assert harness.calls == ["publish", *["reply"] * (len(refusals) + 2)]
        assert not jobs_saved(harness)

        forge_option(harness, "prompt", f" {'c' * 4000} ")
        assert not (await harness.imagine()).ephemeral


# --- the status card -----------------------------------------------------------------------------------------


async def test_what_databases_cannot_store(tmp_path: Path) -> None:
    """NUL and lone surrogates in a prompt are removed; a refusal still quotes the prompt."""
    async with BotHarness(tmp_path, seconds=None, max_queued_per_user=1, flux_max_in_flight=1) as harness:
        await harness.start_job("a\0 \ud800fox")
        await harness.imagine("\ud800 one more")
        assert [row["prompt"] for row in harness.sql("SELECT prompt FROM jobs ORDER BY accepted_at")] == [
            "a fox",
            "one more",
        ]
        refused = await harness.imagine("\ud800" + "x" * PROMPT_ON_CARD)
        assert "xxx" in private_text(refused)


async def test_queue(tmp_path: Path) -> None:
    """A queued card shows its position; it is edited once when its job starts. A user's queue has a limit."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1, max_queued_per_user=2) as harness:
        _, first = await harness.start_job("first")
        cards = [answer(await harness.imagine(prompt)) for prompt in ("second", "third")]
        for place, card in enumerate(cards, start=1):
            assert f"In the queue**, position {place}." in text_of(card)
        assert len(harness.fake.submissions) == 1
        assert private_text(await harness.imagine("fourth")) == (
            "You already have 2 pictures in the queue. Please wait for one to finish, then try again.\n> fourth"
        )
        assert not (await harness.imagine("first of bob", who=harness.bob)).ephemeral
        assert jobs_saved(harness) == 4

        await harness.fake.finish(first.id)
        started = await harness.wait_for_message("Painting**, started <t:", "> second")
        assert started.id == cards[0].id
        assert not (await harness.imagine("fourth")).ephemeral
        second = job_id_of(started)
        await eventually(lambda: second in harness.tasks)
        await harness.fake.finish(harness.tasks[second].id)
        await harness.wait_until_closed(second)
        await harness.wait_for_message("your picture is ready", "> second")
        await harness.wait_for_message("Painting**, started <t:", "> third")
        edited = [entry.path.split("/")[-1] for entry in harness.requests("edit reply")]
        assert edited == [str(card.id) for card in cards]


async def test_read_only_places(tmp_path: Path) -> None:
    """The results of a user who may not write in a channel or thread are private and not posted there."""
    async with BotHarness(tmp_path) as harness:

        def create_channel(name: str, forbidden: discord.PermissionOverwrite) -> simcord.ChannelHandle:
            return harness.guild.create_text_channel(name, overwrites={harness.bob: forbidden})

        own, _ = await make_result(harness, "a mouse", who=harness.bob)
        news = create_channel("news", discord.PermissionOverwrite(send_messages=False))
        forum = create_channel("forum", discord.PermissionOverwrite(send_messages_in_threads=False))
        harness.env.backend.create_thread(forum.id, "details", harness.alice.id)
        harness.env.backend.create_thread(harness.channel.id, "closed", harness.alice.id)
        for where in (news, *forum.threads, *harness.channel.threads):
            await harness.imagine(where=where)
            job = await latest_job(harness)
            (card,) = harness.messages(where)
            thread = harness.app.bot.get_channel(where.id)
            if isinstance(thread, discord.Thread) and where.name == "closed":
                thread.locked = True
            form = await press(harness.bob, card, Verb.REMIX, job)
            picked = await harness.bob.slash(where, "show", job=own.id)
            menu = await harness.bob.context_menu(where, "Remix prompt", card)
            edit = await harness.bob.slash(where, "edit", prompt="a hat")
            for name, result in (
                ("a command", await harness.imagine("a dog", who=harness.bob, where=where, private=False)),
                ("a button", await press(harness.bob, card, Verb.REROLL, job)),
                ("a form", await submit_form(harness.bob, form, prompt="buy my coins")),
                ("the menu", await submit_form(harness.bob, menu, prompt="a bird")),
                ("an upload", await submit_form(harness.bob, edit, image=("a.png", picture().read()))),
                ("/show", picked),
                ("Show here", await press(harness.bob, private_answer(picked), Verb.SHOW, own)),
            ):
                await latest_job(harness)
                assert answer(result).flags.ephemeral, (name, where.name)
                assert harness.messages(where) == [card], (name, where.name)


async def test_while_the_database_hangs(tmp_path: Path) -> None:
    """Until the user's preference and the server's settings are known, other users see nothing."""
    cases: tuple[tuple[str, dict[str, Any]], ...] = (
        ("imagine", SMALL),
        ("imagine", SMALL | {"private": False}),
        ("edit", {"image": ("roof.png", picture().read())}),
    )
    async with BotHarness(tmp_path) as harness:
        for number, (command, options) in enumerate(cases):
            action = harness.alice.slash(harness.channel, command, prompt=f"cat {number}", **options)
            sent = await while_database_hangs(harness, tmp_path, action)
            assert sent.ephemeral, (command, options)
            result = await harness.wait_for_message("ready", f"> cat {number}", viewer=harness.alice)
            await harness.wait_until_closed(job_id_of(result))


async def test_reply_too_late(tmp_path: Path) -> None:
    """If Discord rejects the reply as too late, nothing is paid; for other reasons, the picture is delivered."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        for status, code in ((404, 10062), (400, 40060)):
            harness.refuse("reply", status, code, times=1)
            assert (await harness.imagine()).response is None
            assert harness.sql("SELECT id FROM jobs") == [], code
        assert harness.fake.submissions == []
        assert harness.errors == []

        harness.refuse("reply", 403)
        assert (await harness.imagine()).response is None
        await eventually(lambda: harness.tasks)
        (job_id,) = harness.tasks
        assert harness.errors[0].startswith(f"Job {job_id} was accepted, but the reply failed"), "no 'try again'"
        # without the token, as SimCord does not know the reply as @original, in the way discord.py quotes it
        await harness.change("UPDATE jobs SET accepted_at = accepted_at - 10, token_expires_at = accepted_at")
        await harness.fake.finish(harness.tasks[job_id].id)
        await harness.wait_until_closed(job_id)
        (result,) = harness.messages()
        assert job_id_of(result) == job_id
        assert harness.pinged(result) == [harness.alice.id]
