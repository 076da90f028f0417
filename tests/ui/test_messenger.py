"""The delivery methods one by one: where a finished job is posted, and the fallback if that fails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from flux_bot.core.errors import DeliveryFailed
from flux_bot.core.jobs import OUTCOME_UNKNOWN, OVERDUE, UNREACHABLE, Failure, Image, Job, JobStatus, TaskResult
from flux_bot.flux.protocol import OPERATOR_CODES
from flux_bot.images.decoding import Picture
from flux_bot.workflow.delivery import Contents, Delivered
from tests.flux.caller import eventually
from tests.harness import SMALL, BotHarness, alt_texts, gallery, job_id_of, picture, text_of

URL = "https://example.org/files/{}.png"
LONG_AGO = datetime.now(UTC) - timedelta(minutes=20)

NO_PERMISSION, NO_ACCESS, NO_CHANNEL = (403, 50013), (403, 50001), (404, 10003)
NO_TOKEN, NO_WEBHOOK, NO_MESSAGE = (401, 50027), (404, 10015), (404, 10008)
NO_DM, NO_FRIEND = (403, 50007), (403, 50278)


def succeeded(job: Job, count: int = 1, **changes: Any) -> Job:
    """Return the job as finished with pictures."""
    result = TaskResult("task", tuple(Image(URL.format(number)) for number in range(1, count + 1)))
    finished: dict[str, Any] = {
        "status": JobStatus.FINISHED,
        "request": replace(job.request, count=count),
        "result": result,
        "finished_at": datetime.now(UTC),
        "delivery_attempts": 1,
    }
    return replace(job, **finished | changes)


def failed(job: Job, code: str = "forbidden", message: str = "", **changes: Any) -> Job:
    """Return the job as finished with a failure."""
    result = TaskResult("task", failure=Failure(code, message))
    return replace(succeeded(job), result=result, **changes)


def with_origin(job: Job, **changes: Any) -> Job:
    """Return the job with another origin."""
    return replace(job, origin=replace(job.origin, **changes))


async def deliver(harness: BotHarness, job: Job, *pictures: Picture | None) -> tuple[Delivered | None, list[str]]:
    """Deliver a job outside the loops, and return the outcome and the calls made."""
    before = len(harness.calls)
    delivered = await harness.messenger.deliver(job, Contents(pictures))
    return delivered, harness.calls[before:]


def refuse(harness: BotHarness, refusals: dict[str, tuple[int, int]]) -> None:
    """Let Discord refuse each of these calls."""
    for name, (status, code) in refusals.items():
        harness.refuse(name, status, code)


TOKEN_DEAD = {"token_expires_at": LONG_AGO}
MAY_NOT = {"can_post": False}


@pytest.mark.parametrize(
    ("origin", "refusals", "calls"),
    [
        ({}, {}, ["post"]),
        (TOKEN_DEAD, {}, ["post"]),
        ({}, {"post": NO_PERMISSION}, ["post", "edit reply"]),
        ({}, {"post": NO_ACCESS}, ["post", "edit reply"]),
        ({}, {"post": NO_CHANNEL}, ["post", "edit reply"]),
        (MAY_NOT, {}, ["edit reply"]),
        (TOKEN_DEAD | MAY_NOT, {}, ["open DM", "DM"]),
        ({"interaction_token": None}, {"post": NO_PERMISSION}, ["post", "open DM", "DM"]),
        (TOKEN_DEAD, {"post": NO_PERMISSION}, ["post", "open DM", "DM"]),
        ({}, {"post": NO_PERMISSION, "edit reply": NO_TOKEN}, ["post", "edit reply", "open DM", "DM"]),
        (MAY_NOT, {"edit reply": NO_WEBHOOK}, ["edit reply", "open DM", "DM"]),
        (MAY_NOT, {"edit reply": NO_MESSAGE}, ["edit reply", "open DM", "DM"]),
    ],
)
async def test_delivery_of_a_success(
    tmp_path: Path, origin: dict[str, Any], refusals: dict[str, tuple[int, int]], calls: list[str]
) -> None:
    """Pictures are posted to the channel, else edited into the reply, else sent as a direct message."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        refuse(harness, refusals)
        delivered, called = await deliver(harness, with_origin(succeeded(job), **origin), picture())
        assert called == calls
        assert delivered is not None
        assert delivered.replaced_card is (calls[-1] == "edit reply")
        where = harness.alice.user.dm_channel if calls[-1] == "DM" else harness.channel
        result = harness.messages(where)[-1]
        assert result.id == delivered.message_id
        assert (alt_texts(result), job_id_of(result)) == (["a cat"], job.id)
        assert harness.alice.id in harness.pinged(result)


@pytest.mark.parametrize(
    ("origin", "refusals", "calls"),
    [
        ({}, {}, ["edit reply"]),
        ({}, {"edit reply": NO_MESSAGE}, ["edit reply", "post"]),
        (TOKEN_DEAD, {}, ["post"]),
        (TOKEN_DEAD, {"post": NO_PERMISSION}, ["post", "open DM", "DM"]),
        (TOKEN_DEAD | MAY_NOT, {}, ["open DM", "DM"]),
    ],
)
async def test_delivery_of_a_failure(
    tmp_path: Path, origin: dict[str, Any], refusals: dict[str, tuple[int, int]], calls: list[str]
) -> None:
    """A failure is edited into the status card; only if that is gone does it go elsewhere."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        refuse(harness, refusals)
        delivered, called = await deliver(harness, with_origin(failed(job), **origin))
        assert called == calls
        assert delivered is not None
        assert delivered.replaced_card is (calls[-1] == "edit reply")
        where = harness.alice.user.dm_channel if calls[-1] == "DM" else harness.channel
        result = harness.messages(where)[-1]
        assert result.id == delivered.message_id
        assert "safety filter refused this prompt" in text_of(result)


@pytest.mark.parametrize("finished", [succeeded, failed])
@pytest.mark.parametrize(
    ("origin", "refusals", "calls"),
    [
        ({}, {}, ["edit reply"]),
        ({}, {"edit reply": NO_TOKEN}, ["edit reply", "open DM", "DM"]),
        (TOKEN_DEAD, {}, ["open DM", "DM"]),
    ],
)
async def test_delivery_of_a_private_job(
    tmp_path: Path, finished: Any, origin: dict[str, Any], refusals: dict[str, tuple[int, int]], calls: list[str]
) -> None:
    """A private job never appears where others can see it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        card = (await harness.imagine(private=True)).response
        assert card is not None
        job = await harness.job(job_id_of(card.message))
        refuse(harness, refusals)
        pictures = [picture()] if finished is succeeded else []
        delivered, called = await deliver(harness, with_origin(finished(job), **origin), *pictures)
        assert delivered is not None
        assert called == calls
        assert harness.messages(viewer=harness.bob) == []


@pytest.mark.parametrize("finished", [succeeded, failed])
@pytest.mark.parametrize(
    ("refusals", "last"),
    [({"DM": NO_DM}, "DM"), ({"open DM": NO_FRIEND}, "open DM"), ({"open DM": (400, 50007)}, "open DM")],
)
async def test_every_method_fails(
    tmp_path: Path, finished: Any, refusals: dict[str, tuple[int, int]], last: str
) -> None:
    """If the user can't be reached in any way, nothing is posted and no error is raised."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        refuse(harness, {"post": NO_ACCESS, "edit reply": NO_WEBHOOK} | refusals)
        pictures = [picture()] if finished is succeeded else []
        delivered, called = await deliver(harness, finished(job), *pictures)
        assert delivered is None
        assert sorted(called[:2]) == ["edit reply", "post"]
        assert called[-1] == last
        assert len(harness.messages()) == 1
        assert harness.messages(harness.alice.user.dm_channel) == []


async def test_channel_deleted(tmp_path: Path) -> None:
    """If the channel was deleted, so was the reply, and the pictures are sent as a direct message."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        harness.env.backend.delete_channel(harness.channel.id)
        delivered, called = await deliver(harness, succeeded(job), picture())
        assert delivered is not None
        assert called == ["post", "edit reply", "open DM", "DM"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize(
    ("origin", "call"),
    [({}, "post"), (MAY_NOT, "edit reply"), (TOKEN_DEAD | MAY_NOT, "open DM"), (TOKEN_DEAD | MAY_NOT, "DM")],
)
async def test_temporary_errors(tmp_path: Path, origin: dict[str, Any], call: str, status: int) -> None:
    """After a temporary error no other method is tried: the delivery is to be retried unchanged."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        harness.refuse(call, status)
        before = len(harness.calls)
        with pytest.raises(DeliveryFailed):
            await harness.messenger.deliver(with_origin(succeeded(job), **origin), Contents([picture()]))
        assert harness.calls[before:][-1] == call


async def test_nonce(tmp_path: Path) -> None:
    """Every new message has the job's id as its enforced nonce, within Discord's 25 characters."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        await deliver(harness, succeeded(job), picture())
        await deliver(harness, with_origin(succeeded(job), **TOKEN_DEAD | MAY_NOT), picture())
        for name in ("post", "DM"):
            (entry,) = harness.requests(name)
            assert entry.json is not None
            assert (entry.json["nonce"], entry.json["enforce_nonce"]) == (job.id, True)
            assert 1 <= len(entry.json["nonce"]) <= 25


@pytest.mark.parametrize("origin", [{}, TOKEN_DEAD | MAY_NOT], ids=["post", "DM"])
async def test_second_attempt_finds_the_first(tmp_path: Path, origin: dict[str, Any]) -> None:
    """A message posted before a crash is found again and not repeated."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        job = with_origin(succeeded(job), **origin)
        first, _ = await deliver(harness, job, picture())
        for prompt in ("another", "and another"):
            await harness.imagine(prompt)
        again, called = await deliver(harness, replace(job, delivery_attempts=2), picture())
        assert first is not None
        assert again == replace(first, picture_bytes=0)
        assert called[-1] == "history"


async def test_second_attempt_ignores_copies(tmp_path: Path) -> None:
    """A copy shown with /show in the meantime is not mistaken for the post, which pings."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        harness.refuse("post", 500)
        await harness.fake.finish(task.id)
        await eventually(lambda: harness.row(job.id)["delivery_attempts"])
        shown = await harness.alice.slash(harness.channel, "show", job=job.id)
        assert shown.response is not None
        harness.stop_refusing()
        result = await harness.wait_for_message("your picture is ready")
        await harness.wait_until_closed(job.id)
        assert harness.row(job.id)["result_message_id"] == result.id != shown.response.message.id


@pytest.mark.parametrize("place", ["channel", "direct message"])
@pytest.mark.parametrize("finished", [succeeded, failed])
async def test_second_attempt_posts_if_needed(tmp_path: Path, finished: Any, place: str) -> None:
    """If nothing was posted before, the second attempt posts: the status card is not a delivery."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        if place == "channel":
            card = (await harness.imagine()).response
        else:
            card = (await harness.alice.user.slash("imagine", prompt="a cat", **SMALL)).response
        assert card is not None
        job = await harness.job(job_id_of(card.message))
        job = with_origin(finished(job, delivery_attempts=2), **TOKEN_DEAD)
        delivered, called = await deliver(harness, job, *([picture()] if finished is succeeded else []))
        assert delivered is not None
        assert delivered.message_id != card.id
        assert called[-1] == ("post" if place == "channel" else "DM")


async def test_second_attempt_without_history(tmp_path: Path) -> None:
    """If the bot may not read the channel's history, the second attempt relies on the nonce."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        harness.refuse("history", *NO_ACCESS)
        _, called = await deliver(harness, replace(succeeded(job), delivery_attempts=2), picture())
        assert called == ["history", "post"]


def sizes_of(harness: BotHarness, message: discord.Message) -> list[int]:
    """Return the sizes of a message's pictures, in bytes."""
    files = [harness.env.backend.cdn.get(item.media.url) for item in gallery(message)]
    return [len(file) for file in files if file is not None]


@pytest.mark.parametrize("origin", [{}, MAY_NOT, TOKEN_DEAD | MAY_NOT], ids=["post", "edit reply", "DM"])
async def test_pictures_over_the_limit(tmp_path: Path, origin: dict[str, Any]) -> None:
    """Pictures over the interaction's upload limit are shrunk, with the originals linked."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        job = with_origin(succeeded(job, 2), upload_limit=20_000, **origin)
        delivered, _ = await deliver(harness, job, picture(), picture(200, 150, noisy=True))
        assert delivered is not None
        result = (harness.messages(harness.alice.user.dm_channel) + harness.messages())[
            0 if "token_expires_at" in origin else -1
        ]
        small, shrunk = sizes_of(harness, result)
        assert small == picture().size
        assert 0 < shrunk <= 20_000
        assert f"]({URL.format(2)})" in text_of(result)
        assert URL.format(1) not in text_of(result)


@pytest.mark.parametrize("refusal", [(413, 0), (413, 40005), (400, 40005)])
async def test_discord_finds_pictures_too_large(tmp_path: Path, refusal: tuple[int, int]) -> None:
    """If Discord accepts less than it announced, smaller pictures are sent, and finally links."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        job = with_origin(succeeded(job), upload_limit=20_000)
        limits = {1: 10_000, 2: 2_500, 3: 0}
        for times, limit in limits.items():
            harness.refuse("post", *refusal, times=times)
            delivered, called = await deliver(harness, job, picture(200, 150, noisy=True))
            assert called == ["post"] * (times + 1)
            assert delivered is not None
            result = harness.messages()[-1]
            assert URL.format(1) in text_of(result)
            if limit:
                (size,) = sizes_of(harness, result)
                assert 0 < size <= limit
            else:
                assert gallery(result) == []


async def test_pictures_that_can_not_be_fetched(tmp_path: Path) -> None:
    """Pictures that could not be fetched are linked; the others are shown."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        await deliver(harness, succeeded(job, 3), picture(), None, picture())
        result = harness.messages()[-1]
        assert alt_texts(result) == ["Picture 1 of 3: a cat", "Picture 3 of 3: a cat"]
        assert f"]({URL.format(2)})" in text_of(result)
        assert URL.format(1) not in text_of(result)
        await deliver(harness, succeeded(job, 2), None, None)
        result = harness.messages()[-1]
        assert gallery(result) == []
        assert f"[Picture 1]({URL.format(1)})\n[Picture 2]({URL.format(2)})" in text_of(result)


async def test_fewer_pictures(tmp_path: Path) -> None:
    """The result says if the API made fewer pictures than requested."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job(count=4)
        result = TaskResult("task", (Image(URL.format(1)),))
        await deliver(harness, replace(succeeded(job, 4), result=result), picture())
        assert "The picture service made only 1 of the 4 pictures." in text_of(harness.messages()[-1])


INTERNAL = "Traceback: token sk-123 refused by 10.0.0.1"

SAYS = {
    "bad_request": ("did not accept this request", "cost nothing"),
    "forbidden": ("safety filter refused this prompt", "cost nothing", "reword"),
    "too_many_requests": ("too busy", "cost nothing", "in a few minutes"),
    "api_error": ("failed while painting", "cost nothing", "again"),
    "timeout": ("took too long", "cost nothing", "again"),
    UNREACHABLE: ("can’t be reached", "cost nothing", "again later"),
    OUTCOME_UNKNOWN: ("may have been charged", "not sent a second time", "ask again"),
    OVERDUE: ("never sent a result", "not charged", "try again"),
    **dict.fromkeys(OPERATOR_CODES, ("cost nothing", "operator has been told")),
    "a_code_of_tomorrow": ("could not make this picture", "cost nothing", "try again"),
}


async def test_failure_sentences(tmp_path: Path) -> None:
    """Each failure card says what happened, what it cost and what to do, without internals."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job("a cat")
        sentences = []
        for code, parts in SAYS.items():
            await deliver(harness, failed(job, code, INTERNAL))
            (card,) = harness.messages()
            heading, *rest = text_of(card).split("\n")
            assert heading.startswith(f"<@{harness.alice.id}> ⚠️ ")
            assert all(part in heading for part in parts), heading
            assert rest[-1] == "> a cat"
            assert rest[-2].startswith("-# flux-2-flex · ")
            assert job_id_of(card) == job.id
            assert ("It said: " in text_of(card)) is (code == "bad_request")
            sentences.append(heading)
        assert len(set(sentences)) == len(SAYS)
