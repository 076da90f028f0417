"""The commands that replace what the page lacks: direct messages, and a message's "Apps" menu."""

from pathlib import Path

from flux_bot.sandbox.page_commands import MESSAGES_SHOWN
from tests.harness import alt_texts, gallery, text_of
from tests.sandbox.users import imagine, opened, run, seen, sees


async def test_direct_messages(tmp_path: Path) -> None:
    """A member sees copies of their latest direct messages, with the pictures; nobody else sees them."""
    async with opened(tmp_path) as sandbox:
        assert "no direct message yet" in text_of(await run(sandbox, "alice", "sandbox-messages"))
        await imagine(sandbox, "a cat")
        result = await sees(sandbox, "your picture is ready")
        save = next(one for one in sandbox.discord.channel.history() if one.id == result.id)
        for _ in range(MESSAGES_SHOWN + 1):
            await sandbox.discord.members["alice"].click(save, label="Save")
        direct = sandbox.discord.members["alice"].user.dm_channel.history()
        assert len(direct) == MESSAGES_SHOWN + 1
        await run(sandbox, "alice", "sandbox-messages")
        copies = seen(sandbox, "Here is the original")
        assert [text_of(copy) for copy in copies] == [text_of(one) for one in direct[1:]]
        assert [alt_texts(copy) for copy in copies] == [alt_texts(one) for one in direct[1:]]
        cdn = sandbox.discord.env.backend.cdn
        (copied,), (original,) = gallery(copies[-1]), gallery(direct[-1])
        assert cdn.get(copied.media.url) == cdn.get(original.media.url) is not None
        assert all(copy.flags.ephemeral for copy in copies)
        assert not seen(sandbox, "Here is the original", by="bob")


async def test_the_apps_menu(tmp_path: Path) -> None:
    """Each entry opens its form for a message that the user has found by searching for a word."""
    async with opened(tmp_path) as sandbox:
        alice, channel = sandbox.discord.members["alice"], sandbox.discord.channel
        await imagine(sandbox, "a green cat")
        result = await sees(sandbox, "your picture is ready", "a green cat")
        entries = await alice.autocomplete(channel, "sandbox-apps", "entry", "")
        assert [entry["name"] for entry in entries] == ["Edit image", "Remix prompt"]
        hana = sandbox.discord.members["hana"]
        (_, second) = await hana.autocomplete(channel, "sandbox-apps", "entry", "")
        assert second["name"] == "プロンプトをリミックス"
        (found,) = await alice.autocomplete(channel, "sandbox-apps", "message", "Green", entry="Edit image")
        assert found["value"] == str(result.id)
        for entry, title in {"Edit image": "Edit a picture", "Remix prompt": "Remix"}.items():
            opened_form = await alice.slash(channel, "sandbox-apps", entry=entry, message=found["value"])
            assert opened_form.modal is not None, entry
            assert opened_form.modal["title"] == title
        for entry, message in (("Edit image", "the cat"), ("Wash dishes", found["value"]), ("Edit image", "1")):
            refused = await run(sandbox, "alice", "sandbox-apps", entry=entry, message=message)
            assert refused.flags.ephemeral, (entry, message)
