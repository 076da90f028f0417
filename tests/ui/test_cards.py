"""Every card is within Discord's limits for any job, and valid by Discord's OpenAPI document."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product

import discord
import pytest
from discord.http import handle_message_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from cogs.buttons.info import information
from cogs.buttons.save import originals_card, refused_card
from cogs.commands.jobs import overview_card
from cogs.commands.preferences import panel
from flux_bot.core import jobs
from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.costs import CostDisplay
from flux_bot.core.jobs import (
    MAX_IMAGES,
    Action,
    CardState,
    Failure,
    Image,
    ImageRequest,
    Job,
    JobStatus,
    Preferences,
    TaskResult,
)
from flux_bot.images.decoding import Picture
from flux_bot.locales import LOCALES, Translator, translator_for
from flux_bot.store.admission import AcceptedJob
from flux_bot.store.history import LISTED, Overview
from flux_bot.ui import cards
from tests.database import NOW, image_request, origin
from tests.discord_server.payloads import GALLERY, TEXT_DISPLAY, Payload, openapi_checker, walk
from tests.english import EN
from tests.harness import picture
from tests.ui.test_texts import CODES, JOB, LONG_PROMPTS, PRICE

ROW, MAX_BUTTONS, MAX_OPTIONS, MAX_CUSTOM_ID, MAX_LABEL = 1, 5, 25, 100, 80
MAX_COMPONENTS, MAX_TEXT, MAX_ITEMS, MAX_ALT_TEXT, MAX_FILES = 40, 4000, 10, 1024, 10
"""Discord's limits (discord-api-docs, components/reference, and resources/message, "create message")."""

PICTURE = picture(8, 8)
SHRUNK = replace(PICTURE, shrunk=True)
BIG = 2**63 - 1
COSTS = CostDisplay(PRICE, on_status_cards=True)
MOST_CREDITS = Decimal("1234567.123456789")
ORIGIN = origin(BIG, channel_id=BIG, guild_id=BIG, interaction_token="t" * 300)
LONGEST = image_request(prompt="*" * 4000, count=4, style="*" * 50, template="{prompt}")
EDIT = image_request(action=Action.EDIT, prompt="a hat", image_url="https://example.org/a.png")

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4000)
extreme = st.sampled_from(["*", "\\", "@everyone ", "[a](b)", "\n", "> ", "1. ", "://", "🐈‍⬛", "\u202e", "<@1>"])
prompts = st.one_of(texts, st.builds(lambda part, times: (part * times)[:4000], extreme, st.integers(1, 4000)))
addresses = st.builds(lambda length: "https://example.org/".ljust(length, "("), st.integers(21, 2000))
requests = st.builds(
    ImageRequest,
    action=st.sampled_from(Action),
    prompt=prompts | st.sampled_from(LONG_PROMPTS),
    model=st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=100),
    size=st.text("0123456789x:", min_size=1, max_size=40),
    count=st.integers(1, 4),
)


def job_of(request: ImageRequest, result: TaskResult | None = None, seconds: float = 1.0) -> Job:
    """Return a job with this request and result."""
    job = replace(JOB, id="-" * 16, request=request, origin=ORIGIN, result=result, expected_cost=MOST_CREDITS)
    return replace(job, submitted_at=NOW, finished_at=NOW + timedelta(seconds=seconds))


def pictures(*urls: str) -> TaskResult:
    """Return a result with these pictures."""
    return TaskResult("task", tuple(map(Image, urls)), cost=MOST_CREDITS)


def failure(code: str, message: str = "") -> TaskResult:
    """Return a failed result."""
    return TaskResult(None, failure=Failure(code, message))


def check(card: cards.Card) -> Payload:
    """Check a card against Discord's limits, and return the body that discord.py creates."""
    files = list(card.files) or discord.utils.MISSING
    with handle_message_parameters(view=card.view, files=files, nonce="-" * 16) as made:
        body: Payload = dict(made.payload or json.loads((made.multipart or [])[0]["value"]))
    components = list(walk(body["components"]))
    assert 1 <= len(components) <= MAX_COMPONENTS
    shown: set[str] = set()
    for component in components:
        inside = component.get("components", ())
        assert len(inside) <= (MAX_BUTTONS if component["type"] == ROW else MAX_COMPONENTS)
        assert len(component.get("options", ())) <= MAX_OPTIONS
        assert len(component.get("custom_id", "")) <= MAX_CUSTOM_ID
        assert len(component.get("label", "")) <= MAX_LABEL
        if component["type"] == GALLERY:
            assert 1 <= len(component["items"]) <= MAX_ITEMS
            assert all(1 <= len(item["description"]) <= MAX_ALT_TEXT for item in component["items"])
        shown |= {item["media"]["url"] for item in component.get("items", ())}
        shown |= {component[part]["url"] for part in ("file", "media") if part in component}
    written = [component["content"] for component in components if component["type"] == TEXT_DISPLAY]
    assert all(written)
    assert sum(map(len, written)) <= MAX_TEXT
    names = [file["filename"] for file in body.get("attachments", ())]
    assert len(names) == len(set(names)) <= MAX_FILES
    assert shown == {f"attachment://{name}" for name in names}, "each file is shown, and nothing else"
    return body


def custom_ids(card: cards.Card) -> list[str]:
    """Return the custom_ids of a card's buttons, without the job's id."""
    buttons = [item.custom_id or "" for item in card.view.walk_children() if isinstance(item, discord.ui.Button)]
    return [custom_id.partition(":")[0] for custom_id in buttons]


@settings(deadline=None)
@given(
    job=st.builds(job_of, requests, st.none(), st.floats(0, 1e6)),
    usual=st.none() | st.floats(0, 1e6),
    links=st.lists(addresses, min_size=1, max_size=MAX_IMAGES),
    shown=st.lists(st.sampled_from([PICTURE, SHRUNK, None]), min_size=MAX_IMAGES, max_size=MAX_IMAGES),
    code=st.sampled_from(CODES) | texts,
    message=texts,
)
def test_any_job(
    job: Job, usual: float | None, links: list[str], shown: list[Picture | None], code: str, message: str
) -> None:
    """The cards of jobs in any state are within the limits, with any pictures and links, and whatever the API says."""
    check(cards.accepted(EN, AcceptedJob(job, 10_000, usual), COSTS))
    for state in CardState:
        check(cards.status(EN, replace(job, card=state), usual, COSTS))
    check(cards.finished(EN, replace(job, result=pictures(*links)), shown[: len(links)]))
    check(cards.finished(EN, replace(job, result=failure(code, message[:500])), []))


def test_the_largest_cards() -> None:
    """The cards with the longest prompts, links, messages and most pictures are within the limits."""
    links = [f"https://example.org/{number}.png?".ljust(2000, "(") for number in range(MAX_IMAGES)]
    for prompt in LONG_PROMPTS:
        job = job_of(replace(LONGEST, prompt=prompt, model="m" * 100), pictures(*links), 1e5)
        for shown in (PICTURE, SHRUNK, None):
            check(cards.finished(EN, job, [shown] * MAX_IMAGES))
        for code in CODES:
            check(cards.finished(EN, replace(job, result=failure(code, "*" * 500)), []))


def test_usual_links_fit() -> None:
    """Links of the usual length are on the card, longer ones in a file."""
    name = "https://platform2.cdn.acedata.cloud/flux/6a97bf49-df50-4129-9e46-119aa9fca73c"
    for length, are_attached in ((len(f"{name}-1.png"), False), (2000, True)):
        urls = [f"{name}-{number}.png".ljust(length, "x") for number in range(MAX_IMAGES)]
        for shown in (None, SHRUNK):
            card = cards.finished(EN, job_of(LONGEST, pictures(*urls)), [shown] * MAX_IMAGES)
            links = [file for file in card.files if file.filename.endswith(("-links.txt", "-originals.txt"))]
            assert bool(links) is are_attached
            where = links[0].fp.read().decode() if links else str(check(card))
            assert all(url in where for url in urls)


def test_contents() -> None:
    """The pictures are shown in order; missing pictures, shrunk pictures and the source are linked."""
    urls = [f"https://example.org/{number}.png" for number in (1, 2, 3)]
    job = job_of(replace(EDIT, count=4), pictures(*urls))
    parent = replace(job, result_message_id=9, result_channel_id=BIG)
    child = replace(job, parent_id=parent.id)
    card = cards.finished(EN, child, [PICTURE, None, SHRUNK], parent=parent, source=PICTURE)
    body = str(check(card))
    assert [file.description for file in card.files[:2]] == ["Picture 1 of 3: a hat", "Picture 3 of 3: a hat"]
    fewer = "made only 3 of the 4 pictures, although I asked again"
    for part in (f"[Picture 2]({urls[1]})", f"[original 3]({urls[2]})", fewer, "Rerolled from"):
        assert part in body
    assert urls[0] not in body
    retry = replace(parent, result=failure("timeout"))
    for made_from, is_related in ((None, True), (retry, False)):
        body = str(check(cards.finished(EN, child, [None] * 3, parent=made_from)))
        assert ("Remixed from an earlier picture" in body) is is_related
    (frame,) = check(cards.finished(EN, retry, []))["components"]
    heading, prompt, details, _ = frame["components"]
    assert heading["content"].startswith(f"<@{BIG}> ⚠️ "), "a failure mentions its user, too"
    assert (prompt["content"], details["content"]) == ("> a hat", "-# FLUX.1 dev · 1024x1024 · 1 s")


def test_failures_that_others_see() -> None:
    """These failures show neither the prompt nor the image API's message about it; after a retry, none has buttons."""
    job = job_of(EDIT, failure("bad_request", "no hats, please"))
    for is_public, can_retry in product((False, True), repeat=2):
        card = cards.failed(EN, job, is_public=is_public, can_retry=can_retry)
        text = str(check(card))
        assert ("> a hat" in text) is ("no hats, please" in text) is not is_public
        assert bool(custom_ids(card)) is can_retry
    shapes = job_of(EDIT, failure(jobs.SIZE_REJECTED, "1:1, 16:9"))
    assert "The model supports 1" in str(check(cards.failed(EN, shapes, is_public=True))), "our own messages are kept"


def test_buttons() -> None:
    """Each card has the buttons that make sense in its state; one is only on the final card of the job."""
    done = job_of(EDIT, pictures("https://example.org/1.png"))
    result = ["reroll", "vary", "edit", "remix", "save"]
    assert custom_ids(cards.accepted(EN, AcceptedJob(done, 3, None), COSTS)) == ["cancel"]
    for state in CardState:
        assert custom_ids(cards.status(EN, replace(done, card=state), None, COSTS)) == ["cancel"], state
    cancelled = cards.status(EN, replace(done, status=JobStatus.CANCELLED), None, COSTS)
    assert custom_ids(cancelled) == ["retry", "reword", "delete"]
    assert custom_ids(cards.finished(EN, done, [None])) == result
    starred = replace(done, is_starred=True)
    for card, more in (
        (cards.finished(EN, done, [None]), ["info", "star", "delete"]),
        (cards.finished(EN, starred, [None]), ["info", "unstar", "delete"]),
        (cards.shown(EN, starred, [None], {}, None, private=False), ["info", "unstar", "delete"]),
        (cards.shown(EN, done, [None], {}, None, private=True), ["info", "star", "show", "erase"]),
    ):
        assert custom_ids(card) == result
        (menu,) = [item for item in card.view.walk_children() if isinstance(item, discord.ui.Select)]
        assert (menu.custom_id, [option.value for option in menu.options]) == (f"more:{done.id}", more)

    under_way = [cards.status(EN, replace(done, card=state), None, COSTS) for state in CardState]
    assert is_only_on(cards.finished(EN, done, [None]), done, under_way)
    expected = {
        "forbidden": ["reword", "retry", "delete"],
        "bad_request": ["reword", "retry", "delete"],
        jobs.MODEL_REJECTED: ["delete"],
        jobs.SIZE_REJECTED: ["remix", "delete"],
    }
    for code in CODES:
        failed = replace(done, result=failure(code))
        card = cards.finished(EN, failed, [])
        assert custom_ids(card) == expected.get(code, ["retry", "delete"]), code
        assert is_only_on(card, failed, under_way), code


def is_only_on(final: cards.Card, job: Job, others: list[cards.Card]) -> bool:
    """Return whether the custom_id that identifies the final card is on it, and on none of the other cards."""
    verb = cards.final_custom_id(job).action
    return [card for card in (*others, final) if verb in custom_ids(card)] == [final]


def test_what_would_fail_again_is_not_offered() -> None:
    """In place of a rejected model or shape, another one is offered; a model is shown by its short name."""

    def buttons(code: str, message: str) -> list[tuple[str, str, bool]]:
        failed = job_of(EDIT, failure(code, message))
        card = cards.finished(EN, failed, [])
        assert cards.final_custom_id(failed).action == custom_ids(card)[0]
        items = [item for item in card.view.walk_children() if isinstance(item, discord.ui.Button)]
        primary = [item.style is discord.ButtonStyle.primary for item in items]
        return list(zip(custom_ids(card), (str(item.label) for item in items), primary, strict=True))

    delete = ("delete", "Remove", False)
    for name, label in {"flux-2-pro": "FLUX.2 pro", "own-model": "own-model", "m" * 100: "m" * 64 + "…"}.items():
        switch = ("switch", f"Try again with {label}", True)
        assert buttons(jobs.MODEL_REJECTED, name) == [switch, delete], name
    for name in ("", EDIT.model):
        assert buttons(jobs.MODEL_REJECTED, name) == [delete], "no other model"
    assert buttons(jobs.SIZE_REJECTED, "1:1") == [("remix", "Change the shape", True), delete]
    reworded = [("reword", "Change the prompt", True), ("retry", "Try again", False), delete]
    assert buttons("forbidden", "") == reworded
    source = [("source", "Use another picture", True), ("retry", "Try again", False), delete]
    assert buttons("bad_request", "cannot identify image file") == source
    assert buttons("timeout", "flux-2-pro") == [("retry", "Try again", True), delete]


def test_the_expected_cost_is_on_every_status_card() -> None:
    """Queued, painting, busy and slow cards show the expected cost if that is configured; other cards don't."""
    job = replace(job_of(EDIT), expected_cost=Decimal("0.423"))
    for costs, is_shown in ((COSTS, True), (CostDisplay(PRICE), False)):
        made = [cards.status(EN, replace(job, card=state), None, costs) for state in CardState]
        made += [cards.accepted(EN, AcceptedJob(job, place, None), costs) for place in (0, 3)]
        for card in made:
            assert ("· about 0.42 credits ($0.04)'" in str(check(card))) is is_shown
    cancelled = cards.status(EN, replace(job, status=JobStatus.CANCELLED), None, COSTS)
    for card in (cancelled, cards.finished(EN, replace(job, result=failure("timeout")), [])):
        assert "credits" not in str(check(card))


def all_cards(translate: Translator) -> Iterator[cards.Card]:
    """Yield a card of each kind."""
    urls = {number: f"https://example.org/{number}.png" for number in range(1, 5)}
    for request in (LONGEST, EDIT):
        job = job_of(request, pictures(*urls.values()))
        yield cards.accepted(translate, AcceptedJob(job, 3, None), COSTS)
        yield cards.accepted(translate, AcceptedJob(job, 0, 12.5), COSTS)
        for state in CardState:
            yield cards.status(translate, replace(job, card=state), None, COSTS)
        for shown in ([PICTURE] * 4, [SHRUNK, PICTURE, None, SHRUNK], [None] * 4):
            yield cards.finished(translate, job, shown)
        for code, message in (
            ("forbidden", ""),
            ("api_error", ""),
            (jobs.MODEL_REJECTED, "flux-2-pro"),
            (jobs.MODEL_REJECTED, ""),
            (jobs.SIZE_REJECTED, "1:1, 16:9"),
        ):
            yield cards.finished(translate, replace(job, result=failure(code, message)), [])
        for code in (jobs.CANCELLED, jobs.CANCELLED_PAID):
            yield cards.cancelled(translate, replace(job, result=failure(code)))
        parent = replace(job, result_message_id=BIG, result_channel_id=BIG)
        child = replace(job, parent_id=parent.id)
        yield cards.finished(translate, child, [PICTURE] * 4, parent=parent, source=PICTURE)
        yield cards.finished(translate, child, [PICTURE] * 4)
        for private in (True, False):
            yield cards.shown(translate, job, [PICTURE, None] * 2, urls, PICTURE, private=private)
        yield originals_card(translate, job, [PICTURE, None, PICTURE, None], urls)
        yield refused_card(translate, job, urls)
        yield refused_card(translate, job, {})
        yield information(translate, job, job, [job] * 5, PRICE, with_address=True)
        listed = Overview([job] * LISTED, [job] * LISTED, 9, [(job, 10**6)] * LISTED, 99, [job] * LISTED)
        yield overview_card(translate, listed, PRICE)
        yield cards.made_private(translate, job)
        for private, user_id in ((True, BIG), (False, BIG), (False, 1)):
            privacy_changed = replace(job, request=replace(request, private=private))
            yield cards.cancel_question(translate, privacy_changed, user_id)
    yield cards.text("one", "two", attached=cards.file("prompt.txt", b"three"))
    yield overview_card(translate, Overview([], [], 0, [], 0, []), None)
    for reset_by in ("", str(BIG)):
        yield panel(translate, load_catalogue(""), Preferences(), reset_by)


def test_every_language_fits() -> None:
    """Each card is within the limits in every language."""
    for locale in LOCALES:
        for card in all_cards(translator_for(locale)):
            check(card)


@pytest.mark.skipif(openapi_checker() is None, reason="NO CARD IS CHECKED: DISCORD'S OPENAPI DOCUMENT IS NOT AT HAND")
def test_valid_by_the_document() -> None:
    """Each card is valid as a new message, as the edit of a reply, and as a reply."""
    validate = openapi_checker()
    assert validate is not None
    for card in all_cards(EN):
        body = check(card)
        reply = {key: body[key] for key in body if key not in {"nonce", "enforce_nonce"}}
        for method, path, sent in (
            ("POST", "/channels/1/messages", body),
            ("PATCH", "/webhooks/1/token/messages/2", reply),
            ("POST", "/interactions/1/token/callback", {"type": 4, "data": reply}),
        ):
            assert not validate(method, path, sent, files=len(body.get("attachments", ()))), (path, sent)
