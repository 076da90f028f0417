"""The servers' own styles, on both databases."""

import asyncio

import pytest

from flux_bot.core.errors import RequestRejected
from flux_bot.core.styles import STYLES_PER_SERVER, Style
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import NOW, SECOND, Rows

INK = Style("Ink", "ink of {prompt}", "black")
ART = Style("Art", "{prompt}, as art")
HERE, ELSEWHERE = 30, 31


async def refusal_of(store: JobStore, style: Style, *, instead_of: str | None = None) -> str:
    """Return the reason why a style can't be added or replace another one."""
    styles = store.styles
    with pytest.raises(RequestRejected) as rejected:
        await (styles.replace(HERE, instead_of, style) if instead_of else styles.add(HERE, style))
    return rejected.value.text.message_id


async def test_each_server_has_its_own(store: JobStore) -> None:
    """Styles are listed by name, and changed and removed only in their own server; names are unique, ignoring case."""
    for style in (INK, ART):
        await store.styles.add(HERE, style)
    await store.styles.add(ELSEWHERE, INK)
    assert await store.styles.of_server(HERE) == [ART, INK]
    assert await refusal_of(store, Style("  iNK", "{prompt}")) == "style-name-taken"
    assert await refusal_of(store, Style("INK", "{prompt}"), instead_of="Art") == "style-name-taken"
    assert await refusal_of(store, INK, instead_of="Paint") == "style-gone"
    assert await store.styles.of_server(HERE) == [ART, INK]

    renamed = Style("INK", "more ink of {prompt}")
    await store.styles.replace(HERE, "Ink", renamed)
    assert await store.styles.of_server(HERE) == [ART, renamed]
    assert not await store.styles.remove(HERE, "Ink")
    assert await store.styles.remove(HERE, "INK")
    assert await store.styles.of_server(HERE) == [ART]
    assert await store.styles.of_server(ELSEWHERE) == [INK]


async def test_the_limit(store: JobStore, other_store: JobStore) -> None:
    """A server has a limited number of styles, even if two processes add the last one; changing one is possible."""
    for number in range(STYLES_PER_SERVER - 1):
        await store.styles.add(HERE, Style(f"style {number}", "{prompt}"))
    adding = (each.styles.add(HERE, style) for each, style in ((store, INK), (other_store, ART)))
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    (rejected,) = [outcome for outcome in outcomes if isinstance(outcome, RequestRejected)]
    assert rejected.text.message_id == "too-many-styles"
    await store.styles.replace(HERE, "style 0", Style("style 00", "{prompt}"))
    assert len(await store.styles.of_server(HERE)) == STYLES_PER_SERVER
    await store.styles.add(ELSEWHERE, INK)


async def test_suggestions(store: JobStore) -> None:
    """The style that the user has used last comes first, then the preferred one."""
    await store.styles.add(HERE, INK)
    assert (await store.styles.suggestions(HERE, 1)).recent == []
    for number, (user, style) in enumerate(((1, "anime"), (1, "Ink"), (1, None), (2, "comic"))):
        await db.accept(store, user, style=style, template=style and "{prompt}", now=NOW + number * SECOND)
    await store.history.prefer(1, style="photo")
    found = await store.styles.suggestions(HERE, 1)
    assert (found.of_server, found.recent) == ([INK], ["Ink", "photo"])
    assert (await store.styles.suggestions(None, 2)).of_server == []
    assert (await store.styles.suggestions(ELSEWHERE, 2)).recent == ["comic"]


async def test_a_job_keeps_its_template(store: JobStore, rows: Rows) -> None:
    """Removing a style changes no job; a job that is deleted for good also loses its style."""
    await store.styles.add(HERE, INK)
    job = await db.delivered(store, style="Ink", template=INK.template)
    await store.styles.remove(HERE, "Ink")
    assert (await db.fresh(store, job)).request.submitted_prompt == "ink of a red fox"
    assert await store.history.erase(job.id, job.origin.user_id)
    row = await rows.of(job.id)
    assert (row["style"], row["template"]) == (None, None)
