"""The virtual Discord does what the real one does and SimCord does not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from flux_bot.sandbox.drawing import paint
from flux_bot.sandbox.virtual_discord import BOT_NAME, STYLE
from tests.harness import gallery, text_of
from tests.sandbox.users import imagine, opened, run, sees


async def test_messages(tmp_path: Path) -> None:
    """Members have their own languages, uploads have dimensions, refusals are no errors, and the clock runs."""
    async with opened(tmp_path) as sandbox:
        headings = {who: text_of(await run(sandbox, who, "jobs")).splitlines()[0] for who in ("alice", "hana")}
        assert headings == {"alice": "### Your pictures", "hana": "### あなたの画像"}
        card = await imagine(sandbox, "a cat", who="hana")
        assert "**Painting**" in text_of(card)  # in the server's language
        assert abs(datetime.now(UTC) - card.created_at) < timedelta(minutes=10)

        upload = ("photo.png", paint("a photo", "flux-dev", "800x600", 0).data)
        await run(sandbox, "alice", "edit", prompt="in winter", image=upload)
        assert gallery(await sees(sandbox, "your edited picture is ready", "in winter"))
        assert sandbox.fake.submissions[-1].body["size"] == "4:3"
        notes = sandbox.discord.env.backend.cdn.store_attachment(1, 2, "notes.txt", b"no picture", None)
        assert "width" not in notes

        refusal = await run(sandbox, "alice", "edit", prompt="in winter", image_url="my photo")
        assert "not a web link" in text_of(refusal)
        assert sandbox.discord.env.errors == []


async def test_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page has our style and avatars and this machine's timezone, or UTC if that is unknown."""
    for zone, shown in {"Europe/Berlin": "Europe/Berlin", "nowhere": "UTC"}.items():
        monkeypatch.setenv("TZ", zone)
        async with opened(tmp_path) as sandbox:
            assert sandbox.discord.page.timezone == shown
            assert sandbox.app.bot.user is not None
            assert sandbox.app.bot.user.name == BOT_NAME
            root = sandbox.discord.page.url.partition("#")[0]
            async with ClientSession() as session, session.get(f"{root}preview.css") as answer:
                assert (answer.status, (await answer.text()).endswith(STYLE)) == (200, True)
