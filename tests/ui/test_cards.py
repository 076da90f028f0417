"""Every card is within Discord's limits for any job, and valid by Discord's OpenAPI document."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import discord
import pytest
from discord.http import handle_message_parameters
from hypothesis import given
from hypothesis import strategies as st

from cogs.buttons.info import information
from cogs.commands.jobs import overview_card
from cogs.commands.preferences import panel
from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.jobs import (
    CANCELLED,
    CANCELLED_PAID,
    OUR_CODES,
    Action,
    CardState,
    Failure,
    Image,
    ImageRequest,
    Job,
    JobStatus,
    Origin,
    Preferences,
    TaskResult,
)
from flux_bot.flux.protocol import MAX_IMAGES, OPERATOR_CODES
from flux_bot.images.decoding import Picture
from flux_bot.locales import LOCALES, Translator, translator_for
from flux_bot.store.admission import AcceptedJob
from flux_bot.store.history import LISTED, Overview
from flux_bot.ui import cards
from tests.english import EN
from tests.harness import picture
from tests.discord_server.payloads import GALLERY, TEXT_DISPLAY, Payload, openapi_checker, walk

ROW, MAX_BUTTONS, MAX_OPTIONS, MAX_CUSTOM_ID, MAX_LABEL = 1, 5, 25, 100, 80
MAX_COMPONENTS, MAX_TEXT, MAX_ITEMS, MAX_ALT_TEXT, MAX_FILES = 40, 4000, 10, 1024, 10
"""discord-api-docs, components/reference, and resources/message, "create message"."""

CODES = sorted({"bad_request", "forbidden", "too_many_requests", "api_error", "timeout"} | OPERATOR_CODES | OUR_CODES)
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
PICTURE = picture(8, 8)
SHRUNK = replace(PICTURE, shrunk=True)

ORIGIN = Origin(
    user_id=2**63 - 1,
    channel_id=2**63 - 1,
    guild_id=2**63 - 1,
    locale="en-US",
    interaction_token="t" * 300,
    token_expires_at=NOW,
    upload_limit=10 * 1024 * 1024,
    can_post=True,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4000)
extreme = st.sampled_from(
    ["*", "\\", "`", "@everyone ", "[a](b)", "\n", "> ", "# ", "1. ", "://", "🐈‍⬛", "\u202e", "<@1>"]
)

prompts = st.one_of(texts, st.builds(lambda part, times: (part * times)[:4000], extreme, st.integers(1, 4000)))
addresses = st.builds(lambda length: "https://example.org/".ljust(length, "x"), st.integers(21, 2000))


def job_of(request: ImageRequest, result: TaskResult | None = None, seconds: float = 1.0) -> Job:
    """Return a job with this request and result."""
    return Job(
        id="-" * 16,
        callback_secret="s" * 43,
        status=JobStatus.FINISHED,
        request=request,
        origin=ORIGIN,
        accepted_at=NOW,
        submitted_at=NOW,
        finished_at=datetime.fromtimestamp(NOW.timestamp() + seconds, UTC),
        result=result,
    )


requests = st.builds(
    ImageRequest,
    action=st.sampled_from(Action),
    prompt=prompts,
    model=st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=100),
    size=st.text("0123456789x:", min_size=1, max_size=40),
    count=st.integers(1, 4),
)


def body_of(card: cards.Card) -> Payload:
    """Return the body that discord.py makes of a card, as ``send`` does."""
    with handle_message_parameters(
        view=card.view, files=list(card.files) or discord.utils.MISSING, nonce="-" * 16
    ) as made:
        if made.payload is not None:
            return dict(made.payload)
        assert made.multipart is not None
        body: Payload = json.loads(made.multipart[0]["value"])
        return body


def check(card: cards.Card) -> Payload:
    """Check a card against Discord's limits, and return its body."""
    body = body_of(card)
    components = list(walk(body["components"]))
    assert 1 <= len(components) <= MAX_COMPONENTS
    for component in components:
        inside = component.get("components", ())
        assert len(inside) <= (MAX_BUTTONS if component["type"] == ROW else MAX_COMPONENTS)
        assert len(component.get("options", ())) <= MAX_OPTIONS
        assert len(component.get("custom_id", "")) <= MAX_CUSTOM_ID
        assert len(component.get("label", "")) <= MAX_LABEL
    written = [component["content"] for component in components if component["type"] == TEXT_DISPLAY]
    assert all(written)
    assert sum(map(len, written)) <= MAX_TEXT
    for component in components:
        if component["type"] == GALLERY:
            assert 1 <= len(component["items"]) <= MAX_ITEMS
            assert all(1 <= len(item["description"]) <= MAX_ALT_TEXT for item in component["items"])
    files = [file["filename"] for file in body.get("attachments", ())]
    assert len(files) <= MAX_FILES
    assert len(set(files)) == len(files)
    shown = set(_addresses(components))
    assert shown == {f"attachment://{name}" for name in files}, "each file is shown, and nothing else"
    return body


def _addresses(components: list[Payload]) -> Iterator[str]:
    for component in components:
        for item in component.get("items", ()):
            yield item["media"]["url"]
        for shown in ("file", "media"):
            if shown in component:
                yield component[shown]["url"]


@given(request=requests, place=st.integers(0, 10_000), usual=st.none() | st.floats(0, 1e6))
def test_status_cards(request: ImageRequest, place: int, usual: float | None) -> None:
    """The cards of queued and running jobs are within the limits."""
    job = job_of(request)
    check(cards.accepted(EN, AcceptedJob(job, place, usual)))
    for state in CardState:
        check(cards.status(EN, replace(job, card=state), usual))


@given(
    request=requests,
    links=st.lists(addresses, min_size=1, max_size=MAX_IMAGES),
    shown=st.lists(st.sampled_from([PICTURE, SHRUNK, None]), min_size=MAX_IMAGES, max_size=MAX_IMAGES),
    seconds=st.floats(0, 1e6),
)
def test_result_cards(request: ImageRequest, links: list[str], shown: list[Picture | None], seconds: float) -> None:
    """Result cards are within the limits: any number of pictures, fetched, shrunk or missing, with long links."""
    result = TaskResult("task", tuple(Image(link) for link in links))
    check(cards.finished(EN, job_of(request, result, seconds), shown[: len(links)]))


@pytest.mark.parametrize("shown", [PICTURE, SHRUNK, None], ids=["whole", "shrunk", "links"])
def test_the_largest_result(shown: Picture | None) -> None:
    """The result with the most pictures, the longest links and the longest prompt is within the limits."""
    request = ImageRequest(Action.GENERATE, "*" * 4000, "flux-dev", "1344x768", 4)
    links = [f"https://example.org/{number}.png?".ljust(2000, "x") for number in range(MAX_IMAGES)]
    result = TaskResult("task", tuple(Image(link) for link in links))
    check(cards.finished(EN, job_of(request, result), [shown] * MAX_IMAGES))


@given(request=requests, code=st.sampled_from(CODES) | texts, message=texts)
def test_failure_cards(request: ImageRequest, code: str, message: str) -> None:
    """Failure cards are within the limits, whatever the API says."""
    check(cards.finished(EN, job_of(request, TaskResult(None, failure=Failure(code, message[:500]))), []))


def all_cards(translator: Translator) -> Iterator[tuple[str, cards.Card]]:
    """Yield a card of each kind."""
    longest = ImageRequest(Action.GENERATE, "*" * 4000, "flux-dev", "1344x768", 4)
    edit = ImageRequest(Action.EDIT, "a hat", "flux-kontext-pro", "1:1", image_url="https://example.org/a.png")
    pictures = TaskResult("task", tuple(Image(f"https://example.org/{number}.png") for number in range(4)))
    for name, request in {"longest": longest, "edit": edit}.items():
        yield f"{name} queued", cards.accepted(translator, AcceptedJob(job_of(request), 3, None))
        yield f"{name} running", cards.accepted(translator, AcceptedJob(job_of(request), 0, 12.5))
        yield f"{name} busy", cards.status(translator, replace(job_of(request), card=CardState.BUSY), None)
        yield f"{name} finished", cards.finished(translator, job_of(request, pictures), [PICTURE] * 4)
        yield f"{name} shrunk", cards.finished(translator, job_of(request, pictures), [SHRUNK, PICTURE, None, SHRUNK])
        yield f"{name} links", cards.finished(translator, job_of(request, pictures), [None] * 4)
        yield (
            f"{name} failed",
            cards.finished(translator, job_of(request, TaskResult(None, failure=Failure("forbidden"))), []),
        )
        yield f"{name} slow", cards.status(translator, replace(job_of(request), card=CardState.SLOW), None)
        for code in (CANCELLED, CANCELLED_PAID):
            ended = job_of(request, TaskResult(None, failure=Failure(code)))
            yield f"{name} {code}", cards.cancelled(translator, ended)
        job = job_of(request, pictures)
        parent = replace(job, result_message_id=2**63 - 1, result_channel_id=ORIGIN.channel_id)
        child = replace(job, parent_id=parent.id)
        yield f"{name} related", cards.finished(translator, child, [PICTURE] * 4, parent=parent, source=PICTURE)
        yield f"{name} orphan", cards.finished(translator, child, [PICTURE] * 4)
        urls = {number: f"https://example.org/{number}.png" for number in range(1, 5)}
        for private in (True, False):
            yield (
                f"{name} shown {private}",
                cards.shown(translator, job, [PICTURE, None] * 2, urls, PICTURE, private=private),
            )
        yield f"{name} originals", cards.originals(translator, job, [PICTURE, None, PICTURE, None], urls)
        yield f"{name} refused", cards.originals_refused(translator, job, urls)
        yield f"{name} information", information(translator, job, job, [job] * 5, with_address=True)
        listed = Overview([job] * LISTED, [job] * LISTED, 9, [(job, 10**6)] * LISTED, 99, [job] * LISTED)
        yield f"{name} overview", overview_card(translator, listed)
    yield "words", cards.text("one", "two")
    yield "nothing", overview_card(translator, Overview([], [], 0, [], 0, []))
    yield "preferences", panel(translator, load_catalogue(""), Preferences())


CARDS = {f"{locale} {name}": card for locale in LOCALES for name, card in all_cards(translator_for(locale))}


@pytest.mark.skipif(
    openapi_checker() is None, reason="NO CARD IS HELD AGAINST DISCORD'S OPENAPI DOCUMENT: it is not at hand"
)
@pytest.mark.parametrize("name", CARDS)
def test_valid_by_the_document(name: str) -> None:
    """Each card is valid as a new message, as the edit of a reply, and as a reply."""
    body = check(CARDS[name])
    files = len(body.get("attachments", ()))
    reply = {key: body[key] for key in body if key not in {"nonce", "enforce_nonce"}}
    wanted: dict[tuple[str, str], Payload] = {
        ("POST", "/channels/1/messages"): body,
        ("PATCH", "/webhooks/1/token/messages/2"): reply,
        ("POST", "/interactions/1/token/callback"): {"type": 4, "data": reply},
    }
    validate = openapi_checker()
    assert validate is not None
    for (method, path), sent_body in wanted.items():
        assert validate(method, path, sent_body, files=files) == []
