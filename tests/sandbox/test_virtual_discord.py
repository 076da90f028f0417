"""The features that the virtual Discord adds to SimCord's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from discord import Permissions
from simcord.preview import _commands

from flux_bot.locales import command_translator_for
from flux_bot.sandbox.drawing import paint
from flux_bot.sandbox.sandbox import OWNER
from flux_bot.sandbox.virtual_discord import BOT_NAME, STYLE
from tests.finished_jobs import answer
from tests.harness import gallery, text_of
from tests.sandbox.users import imagine, opened, run, sees


async def test_messages(tmp_path: Path) -> None:
    """Members have their own languages, uploads have dimensions, refusals are no errors, and the clock runs."""
    async with opened(tmp_path) as sandbox:
        headings = {who: text_of(await run(sandbox, who, "jobs")).splitlines()[0] for who in ("alice", "hana")}
        assert headings == {"alice": "### Your pictures", "hana": "### あなたの画像"}
        card = answer(await imagine(sandbox, "a cat", who="hana"))
        assert "**Painting**" in text_of(card)  # in the server's language
        assert abs(datetime.now(UTC) - card.created_at) < timedelta(minutes=10)

        upload = ("photo.png", paint("a photo", "flux-dev", "800x600", 0).data)
        await run(sandbox, "alice", "edit", prompt="in winter", image=upload)
        assert gallery(await sees(sandbox, "your edited picture is ready", "in winter"))
        assert sandbox.fake.submissions[-1].body["size"] == "4:3"
        notes = sandbox.discord.env.backend.cdn.store_attachment(1, 2, "notes.txt", b"no picture", None)
        assert "width" not in notes

        for text, mentioned in {f"@{BOT_NAME} a fox": [BOT_NAME], "@bob, @bobby, a@bob": ["bob"]}.items():
            written = await sandbox.discord.members["alice"].send(sandbox.discord.channel, text)
            assert [user.name for user in written.mentions] == mentioned, text
        await sees(sandbox, "your picture is ready", "a fox")

        refusal = await run(sandbox, "alice", "edit", prompt="in winter", image_url="my photo")
        assert "not a web link" in text_of(refusal)
        assert sandbox.discord.env.errors == []


async def test_the_owner(tmp_path: Path) -> None:
    """One of the members owns the server and may do everything; the others may not manage it."""
    async with opened(tmp_path) as sandbox:
        guild = sandbox.discord.env.guild
        assert guild.owner.id == sandbox.discord.members[OWNER].id
        backend, channel = sandbox.discord.env.backend, sandbox.discord.channel
        for name, member in sandbox.discord.members.items():
            allowed = backend.compute_permissions(guild.id, member.id, channel.id)
            assert Permissions(int(allowed)).manage_guild is (name == OWNER), name
        assert sandbox.discord.env.errors == []


async def test_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page has our style and avatars, and this machine's time zone, or UTC if that is unknown."""
    for zone, shown in {"Europe/Berlin": "Europe/Berlin", "nowhere": "UTC"}.items():
        monkeypatch.setenv("TZ", zone)
        async with opened(tmp_path) as sandbox:
            assert sandbox.discord.page.timezone == shown
            assert sandbox.app.bot.user is not None
            assert sandbox.app.bot.user.name == BOT_NAME
            root = sandbox.discord.page.url.partition("#")[0]
            async with ClientSession() as session, session.get(f"{root}preview.css") as answer:
                assert (answer.status, (await answer.text()).endswith(STYLE)) == (200, True)
            async with ClientSession() as session, session.get(root, allow_redirects=False) as answer:
                assert answer.status == 302
                assert answer.headers["Location"].partition("#")[2] == sandbox.discord.page.capability
            async with ClientSession() as session, session.get(root, headers={"Host": "evil.example"}) as answer:
                assert answer.status == 403
                assert sandbox.discord.page.capability not in str(answer.url)


async def test_commands_in_the_users_language(tmp_path: Path) -> None:
    """The page's list has names and descriptions in each member's language."""
    async with opened(tmp_path) as sandbox:
        page, entries = sandbox.discord.page, {}
        for who in ("alice", "hana"):
            view = page._open_page(str(sandbox.discord.members[who].id), None)  # noqa: SLF001
            for entry in _commands._authorized_catalog(page, view)["entries"]:  # noqa: SLF001
                entries[who, entry["path"][0]] = entry
        translate = command_translator_for("ja")
        assert entries["alice", "imagine"]["invocation"] == "imagine"
        assert entries["hana", "imagine"]["invocation"] == f"{translate('cmd-imagine')} imagine"
        assert entries["hana", "imagine"]["description"] == translate("cmd-imagine.description")
        option = entries["hana", "imagine"]["options"][0]
        assert (option["name"], option["description"]) == ("prompt", translate("cmd-imagine.prompt-description"))
        assert entries["hana", "sandbox"]["invocation"] == "sandbox"
