"""The export has everything that is stored about a user, nothing about others, and no secrets."""

import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from flux_bot.store.schema import jobs
from flux_bot.store.store import JobStore
from flux_bot.store.users import export
from flux_bot.store.users.archive import ArchiveTooLarge, write_archive
from flux_bot.store.users.export import WITHHELD
from tests import database as db
from tests.database import NOW, SECOND, Rows
from tests.store.users.test_erasure import ALICE, BOB, SECRET, erase, fill


def contents(*paths: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows in archives, by part."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                found.setdefault(name.rpartition("-")[0], []).extend(json.loads(archive.read(name)))
    return found


async def test_everything_about_the_user(
    store: JobStore, rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The export has every column of alice's rows, but no secrets and no ids of other users."""
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 2)
    await db.delivered(store, BOB, prompt="bob's fox", message_id=97)
    await fill(store, rows)
    (path,) = await write_archive(store.users.export.pages(ALICE), tmp_path, "export")
    found = contents(path)
    assert {name: len(part) for name, part in found.items()} == {
        "jobs": 9,
        "preferences": 1,
        "costs": 9,
        "blocks": 2,
        "blocks-of-others": 1,
        "changed-servers": 1,
    }
    assert {*found["jobs"][0]} == {*jobs.c.keys(), "link"} - WITHHELD
    (first,) = [job for job in found["jobs"] if job["image_url"]]
    assert (first["prompt"], first["user_id"]) == (SECRET, str(ALICE))
    assert first["link"] == "https://discord.com/channels/30/20/99"
    assert first["accepted_at"] == (await rows.of(first["id"]))["accepted_at"].isoformat()
    assert first["images"][0]["url"].startswith("https://pictures.example/")
    text = json.dumps(found)
    for hidden in (str(BOB), "bob's fox", "the token", (await rows.of(first["id"]))["callback_secret"]):
        assert hidden not in text, hidden
    assert found["blocks"][0]["reason"] == "spam"
    await erase(store)
    (path,) = await write_archive(store.users.export.pages(ALICE), tmp_path, "after")
    left = contents(path)
    assert {*left} == {"jobs", "blocks"}, "only the job that holds a slot at the API, and the block that stays"
    assert [block["user_id"] for block in left["blocks"]] == [None]
    assert (await store.users.overviews.of(ALICE, now=NOW)).blocks == 1
    assert (await store.users.overviews.of(BOB, now=NOW)).blocks == 1, "his own"
    assert SECRET not in json.dumps(contents(path))


async def test_split_into_files(store: JobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file exceeds the limit, and together they have everything, in order."""
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 2)
    for number in range(9):
        await db.queued(store, ALICE, prompt=f"{number}" * 500, now=NOW + number * SECOND)
    paths = await write_archive(store.users.export.pages(ALICE), tmp_path, "export", limit=5_000)
    assert len(paths) > 2
    assert max(path.stat().st_size for path in paths) <= 5_000
    assert [job["prompt"][0] for job in contents(*paths)["jobs"]] == [*"012345678"]
    size = sum(path.stat().st_size for path in paths)
    read: list[str] = []

    async def pages() -> AsyncIterator[export.Page]:
        async for page in store.users.export.pages(ALICE):
            read.append(page[0])
            yield page

    with pytest.raises(ArchiveTooLarge):
        await write_archive(pages(), tmp_path, "too large", limit=5_000, total=size // 3)
    assert len(read) < 5, "nothing is written in vain"
    assert await write_archive(store.users.export.pages(BOB), tmp_path, "nothing") == []
