"""The texts that users read: one for each error, and within Discord's limits."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogs.undelivered import fetch_button
from flux_bot.core.jobs import (
    OUR_CODES,
    OUTCOME_UNKNOWN,
    OVERDUE,
    Action,
    CardState,
    Failure,
    Image,
    ImageRequest,
    Job,
    JobStatus,
    Origin,
    TaskResult,
)
from flux_bot.flux.protocol import MAX_IMAGES, OPERATOR_CODES
from flux_bot.images.decoding import Picture
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui import cards, texts
from tests.english import EN

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
API_CODES = (
    *("bad_request", "no_token", "token_mismatched", "api_not_implemented", "disabled", "invalid_token"),
    *("token_expired", "used_up", "forbidden", "no_api", "too_many_requests", "api_error", "timeout"),
)

"""https://docs.acedata.cloud/en/concepts/responses and AceDataCloud/Docs, openapi/flux.json"""

CODES = (*API_CODES, *sorted(OUR_CODES))
TEXT_LIMIT = 4000
"""https://docs.discord.com/developers/components/reference: all texts of a message together."""

REQUEST = ImageRequest(Action.GENERATE, "a cat", "flux-dev", "1024x1024")
ORIGIN = Origin(1, 2, 3, "en-GB", "token", NOW, 10 * 1024 * 1024, can_post=True)
JOB = Job("job-id-0123456789"[:16], "secret", JobStatus.FINISHED, REQUEST, ORIGIN, NOW)

LONG_PROMPTS = [
    "*" * 4000,
    "\\" * 4000,
    "\n" * 4000,
    "@everyone " * 400,
    "1.\n" * 1333,
    "\U0001f3a8" * 4000,
    "a" * 4000,
]


def failure_text(code: str, message: str = "") -> str:
    """Return the text of a failure."""
    return texts.failure(EN, JOB, Failure(code, message))


# --- failures -----------------------------------------------------------------------------------------------


def test_every_code_has_its_own_text() -> None:
    """All codes, and an unknown one, have different texts."""
    sentences = {failure_text(code) for code in (*CODES, "never heard of")}
    assert len(sentences) == len(CODES) + 1
    assert set(API_CODES) > OPERATOR_CODES


@pytest.mark.parametrize("code", [*CODES, "never heard of", ""])
def test_a_failure_says_what_it_cost_and_what_to_do(code: str) -> None:
    """Each text says the cost, the next step, and the job's id."""
    text = failure_text(code)
    assert re.search("cost nothing|charged", text)
    assert re.search("try|Try|ask again|operator has been told", text)
    assert f"`{JOB.id}`" in text
    assert "\n-# " in text


@pytest.mark.parametrize("code", [OUTCOME_UNKNOWN, OVERDUE])
def test_unknown_cost_is_not_called_free(code: str) -> None:
    """If a task may have run, the text does not say that it cost nothing."""
    assert "cost nothing" not in failure_text(code)


@pytest.mark.parametrize("code", [code for code in (*CODES, "never heard of") if code != "bad_request"])
@pytest.mark.parametrize("message", ["Your balance is not sufficient.", "@everyone", "x" * 500])
def test_api_messages_are_hidden(code: str, message: str) -> None:
    """The API's own message is shown only for a bad request."""
    assert failure_text(code, message) == failure_text(code)


@pytest.mark.parametrize("code", sorted(OPERATOR_CODES))
def test_operator_problems_hide_internals(code: str) -> None:
    """Problems that only the operator can fix are told without account, money, token, code or address."""
    text = failure_text(code, "internals")
    inside = r"token|balance|credit|money|paid|account|application|credential|key|http|api|internals|_|\d{3}"
    assert not re.search(inside, text.partition("\n-#")[0], re.IGNORECASE)
    assert code not in text
    assert not re.search(inside, EN("unavailable"), re.IGNORECASE)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("size is invalid.", "It said: size is invalid."),
        ("@everyone *now*", r"It said: \@everyone \*now\*"),
        ("x" * 500, f"It said: {'x' * 299}…"),
    ],
)
def test_a_bad_request_is_explained(message: str, expected: str) -> None:
    """The API's message about a bad request is shown, escaped and truncated."""
    assert expected in failure_text("bad_request", message).splitlines()
    assert "It said" not in failure_text("bad_request")


# --- status and result --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "usual", "expected"),
    [
        (Action.GENERATE, None, "one to two minutes"),
        (Action.EDIT, 0.2, "flux-dev usually takes about 1 s"),
        (Action.GENERATE, 8.4, "flux-dev usually takes about 8 s"),
        (Action.EDIT, 89.4, "flux-dev usually takes about 89 s"),
        (Action.GENERATE, 90, "flux-dev usually takes about 2 min"),
        (Action.GENERATE, 600, "flux-dev usually takes about 10 min"),
    ],
)
def test_running_status(action: Action, usual: float | None, expected: str) -> None:
    """The status says what is running, since when in Discord's time format, and how long it usually takes."""
    text = texts.painting(EN, replace(REQUEST, action=action), NOW, usual)
    assert ("Painting" if action is Action.GENERATE else "Editing") in text
    assert f"<t:{int(NOW.timestamp())}:R>" in text
    assert expected in text


@pytest.mark.parametrize("place", [1, 300])
def test_the_place_in_the_queue(place: int) -> None:
    """A queued job's status says its position."""
    assert f"position {place}." in EN("status-queued", place=place)


@pytest.mark.parametrize(
    ("action", "count", "expected"),
    [
        (Action.GENERATE, 1, "your picture is ready"),
        (Action.GENERATE, 2, "your pictures are ready"),
        (Action.EDIT, 1, "your edited picture is ready"),
    ],
)
def test_the_result_pings_its_user(action: Action, count: int, expected: str) -> None:
    """The heading mentions the user once."""
    job = replace(JOB, request=replace(REQUEST, action=action, count=count))
    assert texts.result_heading(EN, job) == f"<@1> {expected}."


def test_the_results_small_print() -> None:
    """Model, size, seconds and job id are below the result; seconds only if they are known."""
    done = replace(JOB, result=TaskResult("t", (Image("https://example.org/1.png"),)))
    took = replace(done, submitted_at=NOW, finished_at=NOW + timedelta(seconds=8.4))
    assert texts.result_details(EN, took) == f"-# flux-dev · 1024x1024 · 8 s · `{JOB.id}`"
    assert texts.result_details(EN, done) == f"-# flux-dev · 1024x1024 · `{JOB.id}`"
    assert texts.status_details(JOB) == f"-# flux-dev · 1024x1024 · `{JOB.id}`"


def test_final_cards_are_distinguishable() -> None:
    """The buttons that identify a result or a failure are on no other card of the job."""
    done = replace(JOB, result=TaskResult("t", (Image("https://example.org/1.png"),)))
    broken = replace(JOB, result=TaskResult("t", failure=Failure("forbidden")))
    assert str(cards.final_custom_id(done)) not in custom_ids(cards.finished(EN, broken, []))
    assert str(cards.final_custom_id(broken)) not in custom_ids(cards.finished(EN, done, [None]))
    for job in (done, broken):
        assert str(cards.final_custom_id(job)) in custom_ids(cards.finished(EN, job, [None] if job is done else []))
        assert str(cards.final_custom_id(job)) not in custom_ids(cards.status(EN, job, None))


def custom_ids(card: cards.Card) -> set[str]:
    """Return the custom_ids of a card's buttons."""
    return {item.custom_id or "" for item in card.view.walk_children() if isinstance(item, discord.ui.Button)}


@pytest.mark.parametrize(
    ("ratio", "size", "label"),
    [
        ("16:9", "1344x768", "16:9 wide (1344x768)"),
        ("16:9", "16:9", "16:9 wide"),
        ("4:7", "1024x1792", "4:7 (1024x1792)"),
        ("7:5", "7:5", "7:5"),
    ],
)
def test_shape_labels(ratio: str, size: str, label: str) -> None:
    """A shape's label describes it in words, with its size if that adds information."""
    assert texts.shape_label(EN, ratio, size) == label


@pytest.mark.parametrize(
    ("message", "count", "expected"),
    [
        ("undelivered-results", 1, "The result of an earlier"),
        ("undelivered-results", 5, "The results of 5 earlier"),
        ("undelivered-results-more", 5, "The results of more than 5 earlier"),
    ],
)
def test_undelivered_notice(message: str, count: int, expected: str) -> None:
    """The notice counts the undelivered results that it offers."""
    assert expected in EN(message, count=count)


@pytest.mark.parametrize(
    ("urls", "text"),
    [
        ({1: "https://e.org/a.png"}, "[Picture 1](https://e.org/a.png)"),
        ({1: "https://e.org/a(1).png"}, "[Picture 1](https://e.org/a%281%29.png)"),
        ({1: "https://e.org/)[x](https://evil.example"}, "[Picture 1](https://e.org/%29[x]%28https://evil.example)"),
        ({1: "https://e.org/1", 3: "https://e.org/3"}, "[Picture 1](https://e.org/1)\n[Picture 3](https://e.org/3)"),
    ],
)
def test_links_to_pictures(urls: dict[int, str], text: str) -> None:
    """A link leads to its whole address and nowhere else."""
    assert texts.unfetched(EN, urls).endswith(f"\n{text}")


def test_links_to_originals() -> None:
    """The originals of shrunk pictures are linked."""
    shrunk = texts.shrunk(EN, {2: "https://e.org/2", 4: "https://e.org/a(4)"})
    assert shrunk.endswith(": [original 2](https://e.org/2), [original 4](https://e.org/a%284%29)")


# --- limits -------------------------------------------------------------------------------------------------


def length(card: cards.Card) -> int:
    """Return the number of characters in a card's texts; none may be empty."""
    assert all(item.content for item in card.view.walk_children() if isinstance(item, discord.ui.TextDisplay))
    return card.view.content_length()


def picture(*, shrunk: bool) -> Picture:
    """Return a fetched picture, whose contents do not matter here."""
    return Picture(io.BytesIO(b"picture"), "PNG", 1, 1, 7, shrunk=shrunk)


def long_job(prompt: str, urls: list[str]) -> Job:
    """Return a finished job in which every text has its maximum length."""
    request = replace(REQUEST, prompt=prompt, model="m" * 100, size="99968x99968", count=4)
    result = TaskResult("t", tuple(Image(url) for url in urls)) if urls else None
    return replace(
        JOB,
        request=request,
        origin=replace(ORIGIN, user_id=2**63 - 1),
        result=result,
        submitted_at=NOW,
        finished_at=NOW + timedelta(days=1),
    )


@pytest.mark.parametrize("prompt", LONG_PROMPTS, ids=lambda prompt: repr(prompt[:3]))
def test_long_prompts_fit_on_every_status_card(prompt: str) -> None:
    """A status card is within the limit for any prompt, and says so if the prompt is truncated."""
    job = long_job(prompt, [])
    for place in (0, 10**6):
        assert length(cards.accepted(EN, AcceptedJob(job, place, 1e6))) <= TEXT_LIMIT
    for card in CardState:
        assert length(cards.status(EN, replace(job, card=card), None)) <= TEXT_LIMIT
    assert texts.is_truncated(job.request) == (texts.prompt(job.request)[-1] == "…")


@pytest.mark.parametrize("prompt", LONG_PROMPTS, ids=lambda prompt: repr(prompt[:3]))
@pytest.mark.parametrize("code", [*CODES, "never heard of"])
def test_long_prompts_fit_on_every_failure_card(prompt: str, code: str) -> None:
    """A failure card is within the limit for any prompt and API message."""
    failure = TaskResult("t", failure=Failure(code, "*" * 500))
    assert length(cards.finished(EN, replace(long_job(prompt, []), result=failure), [])) <= TEXT_LIMIT


@pytest.mark.parametrize("prompt", LONG_PROMPTS, ids=lambda prompt: repr(prompt[:3]))
@pytest.mark.parametrize(
    "at_hand",
    [
        lambda _: picture(shrunk=False),
        lambda _: picture(shrunk=True),
        lambda _: None,
        lambda n: n % 2 and picture(shrunk=True),
    ],
    ids=["all fetched", "all shrunk", "none fetched", "some of both"],
)
@pytest.mark.parametrize("count", [1, 4, MAX_IMAGES])
def test_long_prompts_fit_on_every_result_card(
    prompt: str, at_hand: Callable[[int], Picture | None], count: int
) -> None:
    """A result card is within the limit for any prompt and any picture addresses."""
    urls = [f"https://example.org/{number}".ljust(2000, "(") for number in range(count)]
    card = cards.finished(EN, long_job(prompt, urls), [at_hand(number) or None for number in range(count)])
    assert length(card) <= TEXT_LIMIT
    assert all(len(file.description or "") <= texts.ALT_TEXT_LIMIT for file in card.files)
    for file in card.files:
        file.close()


@pytest.mark.parametrize("count", [1, 4, 8])
def test_usual_links_all_fit(count: int) -> None:
    """Addresses of the usual length are all linked."""
    name = "https://platform2.cdn.acedata.cloud/flux/6a97bf49-df50-4129-9e46-119aa9fca73c"
    urls = {number: f"{name}-{number}.png" for number in range(count)}
    assert all(f"({url})" in texts.unfetched(EN, urls) for url in urls.values())
    assert all(f"({url})" in texts.shrunk(EN, urls) for url in urls.values())


@settings(deadline=None)
@given(st.text(max_size=4000) | st.sampled_from(LONG_PROMPTS), st.integers(1, MAX_IMAGES))
def test_alt_text(prompt: str, count: int) -> None:
    """The alt text is the prompt as written, numbered if there are several pictures, within its limit."""
    for number in (1, count):
        alt = texts.alt_text(EN, replace(REQUEST, prompt=prompt), number, count)
        assert len(alt) <= 1024
        assert alt.startswith(f"Picture {number} of {count}: " if count > 1 else prompt[:1000].rstrip("\\"))
        assert alt.endswith((prompt, "…"))


@settings(deadline=None)
@given(st.text() | st.sampled_from(LONG_PROMPTS))
def test_the_label_of_an_undelivered_picture(prompt: str) -> None:
    """A button's label is one line of at most 80 characters."""
    label = fetch_button(EN, replace(JOB, request=replace(REQUEST, prompt=prompt))).label or ""
    assert 1 <= len(label) <= 80
    assert len(label.splitlines()) == 1
