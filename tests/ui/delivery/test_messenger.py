"""The messenger, called directly: where finished jobs are posted, the fallbacks, and the status card."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from flux_bot.core.errors import DeliveryFailed, RateLimited
from flux_bot.core.jobs import CardState, Failure, Image, Job, JobStatus, TaskResult
from flux_bot.images.decoding import Picture
from flux_bot.ui.delivery.messenger import ATTEMPTS_PER_METHOD
from flux_bot.workflow.contents import Contents
from flux_bot.workflow.delivery import Delivered
from tests.finished_jobs import answer, buttons, start_group
from tests.harness import SMALL, BotHarness, alt_texts, job_id_of, picture, picture_bytes, text_of

URL = "https://example.org/files/{}.png"
TOKEN_DEAD: dict[str, Any] = {"token_expires_at": datetime.now(UTC) - timedelta(minutes=20)}
TOKEN_DYING: dict[str, Any] = {"token_expires_at": datetime.now(UTC) + timedelta(seconds=5)}
MAY_NOT: dict[str, Any] = {"can_post": False}

NO_PERMISSION, NO_MESSAGE, NO_DMS = (403, 50013), (404, 10008), (403, 50007)
Refusals = dict[str, tuple[int, int]]


def succeeded(job: Job, count: int = 1, **origin: Any) -> Job:
    """Return the job as finished with pictures, with changes of its origin."""
    return replace(
        job,
        status=JobStatus.FINISHED,
        request=replace(job.request, count=count),
        result=TaskResult("task", tuple(Image(URL.format(number)) for number in range(1, count + 1))),
        origin=replace(job.origin, **origin),
        finished_at=job.accepted_at + timedelta(seconds=1),
        delivery_attempts=1,
    )


def failed(job: Job, **origin: Any) -> Job:
    """Return the job as finished with a failure, with changes of its origin."""
    return replace(succeeded(job, **origin), result=TaskResult("task", failure=Failure("forbidden")))


async def calls_of(harness: BotHarness, call: Awaitable[object]) -> list[str]:
    """Return the calls that the messenger makes."""
    before = len(harness.calls)
    await call
    return harness.calls[before:]


async def deliver(
    harness: BotHarness, job: Job, *pictures: Picture | None, refusals: Refusals | None = None
) -> tuple[Delivered | None, list[str]]:
    """Deliver a job while Discord refuses some calls; return the outcome and the calls, except the opening of a DM."""
    before = len(harness.calls)
    for name, (status, code) in (refusals or {}).items():
        harness.refuse(name, status, code)
    delivered = await harness.messenger.deliver(job, Contents(pictures))
    harness.stop_refusing()
    return delivered, [name for name in harness.calls[before:] if name != "open DM"]


def shown(harness: BotHarness, delivered: Delivered | None) -> discord.Message:
    """Return the message of a delivery."""
    assert delivered is not None
    there = harness.alice.user.dm_channel
    places = harness.messages(viewer=harness.alice) + harness.messages(there)
    (message,) = [message for message in places if message.id == delivered.message_id]
    assert delivered.channel_id == message.channel.id
    return message


async def private_job(harness: BotHarness) -> Job:
    """Request a private picture, and return its job."""
    return await harness.job(job_id_of(answer(await harness.imagine("a secret cat", private=True))))


async def test_delivery_methods(tmp_path: Path) -> None:
    """A result is posted to the channel, a failure is sent privately; if that fails, the next method is tried."""
    post, edit, dm, private, card = "post", "edit reply", "DM", "follow up", "edit message"
    cases: list[tuple[Callable[..., Job], dict[str, Any], Refusals, list[str]]] = [
        (succeeded, {}, {}, [post]),
        (succeeded, TOKEN_DEAD, {}, [post]),
        (succeeded, {}, {post: NO_PERMISSION}, [post, edit]),
        (succeeded, MAY_NOT, {}, [edit]),
        (succeeded, TOKEN_DYING | MAY_NOT, {}, [dm]),
        (succeeded, {"interaction_token": None}, {post: NO_PERMISSION}, [post, dm]),
        (succeeded, {}, {post: NO_PERMISSION, edit: NO_MESSAGE}, [post, edit, dm]),
        (failed, {}, {}, [private]),
        (failed, MAY_NOT, {}, [private]),
        (failed, {}, {private: NO_MESSAGE}, [private, dm]),
        (failed, TOKEN_DEAD, {}, [dm]),
        (failed, {}, {private: NO_MESSAGE, dm: NO_DMS}, [private, dm, edit]),
        (failed, TOKEN_DEAD, {dm: NO_DMS}, [dm, card]),
    ]
    methods = {post: "channel", edit: "reply", dm: "direct_message", private: "private_follow_up", card: "card"}
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        for finished, origin, refusals, calls in cases:
            pictures = [picture()] if finished is succeeded else []
            delivered, called = await deliver(harness, finished(job, **origin), *pictures, refusals=refusals)
            assert called == calls, (finished, origin, refusals)
            message = shown(harness, delivered)
            assert delivered
            method = "card" if finished is failed and calls[-1] == edit else methods[calls[-1]]
            assert delivered.method == method, (finished, origin, refusals)
            assert delivered.replaced_card is (calls[-1] in {edit, card}) is (message.id == job.reply_message_id)
            assert message.flags.ephemeral is (calls[-1] == private)
            assert ("> a cat" in text_of(message)) is (method != "card"), "others see the card"
            assert delivered.picture_bytes == (picture().size if pictures else 0)
            assert alt_texts(message) == (["a cat"] if pictures else [])
            assert harness.alice.id in harness.pinged(message) or method == "card", (finished, origin)
        await deliver(harness, succeeded(job, ping=False), picture())
        assert harness.pinged(harness.messages()[-1]) == []
        bodies = [entry.json or {} for name in (post, dm) for entry in harness.requests(name)]
        assert {body["nonce"] for body in bodies if body["enforce_nonce"]} == {job.id, f"{job.id}-f"}
        assert all(len(body["nonce"]) <= 25 and body["enforce_nonce"] for body in bodies)

        harness.env.backend.delete_channel(harness.channel.id)
        _, called = await deliver(harness, succeeded(job), picture())
        assert called == [post, edit, dm], "with the channel, the reply is deleted too"


async def test_private_jobs_and_unreachable_users(tmp_path: Path) -> None:
    """If every method fails, nothing is posted or raised; a private job never appears where others can see it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        for last, code in (("open DM", 50278), ("DM", 50007)):
            refusals = {"follow up": NO_MESSAGE, "edit reply": NO_MESSAGE, last: (403, code)}
            delivered, called = await deliver(harness, failed(job), refusals=refusals)
            assert (delivered, called) == (None, ["follow up", *(["DM"] if last == "DM" else []), "edit reply"])
        lost = replace(failed(job, **TOKEN_DEAD), reply_message_id=None)
        assert await deliver(harness, lost, refusals={"DM": NO_DMS}) == (None, ["DM"])
        assert len(harness.messages(viewer=harness.bob)) == 1
        assert harness.messages(harness.alice.user.dm_channel) == []

        job = await private_job(harness)
        for finished in (succeeded(job), failed(job)):
            small = [picture()] * len(finished.images)
            _, called = await deliver(harness, finished, *small, refusals={"edit reply": NO_MESSAGE})
            assert called == ["edit reply", "DM"]
            expired = replace(finished, origin=replace(job.origin, **TOKEN_DEAD))
            assert (await deliver(harness, expired, *small))[1] == ["DM"]
        assert len(harness.messages(viewer=harness.bob)) == 1


async def test_temporary_errors(tmp_path: Path) -> None:
    """After a temporary error no other method is tried: the delivery is to be retried unchanged."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        nowhere = TOKEN_DEAD | MAY_NOT
        for call, origin in (("post", TOKEN_DEAD), ("edit reply", MAY_NOT), ("open DM", nowhere), ("DM", nowhere)):
            for status, code in (
                (401, 0),
                (403, 0),
                (403, 40333),
                (403, 40003),
                (408, 0),
                (429, 0),
                (500, 0),
                (503, 0),
            ):
                harness.refuse(call, status, code)
                with pytest.raises(DeliveryFailed):
                    await harness.messenger.deliver(succeeded(job, **origin), Contents([picture()]))
                assert harness.calls[-1] == call, (status, code)
                harness.stop_refusing()


async def test_rate_limits(tmp_path: Path) -> None:
    """While a channel is limited, results come through the interaction, once; without a token they wait."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        messenger = harness.messenger
        harness.refuse("post", 429)
        delivered = await messenger.deliver(succeeded(job), Contents([picture()]))
        assert harness.calls[-3:] == ["post", "history", "follow up"]
        assert delivered is not None
        assert delivered.method == "follow_up"
        assert alt_texts(shown(harness, delivered)) == ["a cat"]
        assert harness.pinged(shown(harness, delivered)) == [harness.alice.id]
        for attempts in (1, 2):
            again = replace(succeeded(job), delivery_attempts=attempts)
            called = await calls_of(harness, messenger.deliver(again, Contents([picture()])))
            assert called == ["history"], "it was posted, and the limit is known"

        waiting = succeeded(job, **TOKEN_DEAD)
        assert messenger.seconds_to_wait(waiting) > 0 == messenger.seconds_to_wait(succeeded(job))
        for other in (failed(job), succeeded(job, **TOKEN_DEAD | MAY_NOT)):
            assert messenger.seconds_to_wait(other) == 0
        with pytest.raises(RateLimited):
            await messenger.deliver(waiting, Contents([picture()]))
        old, _ = await harness.start_job("a cat of an earlier version")
        unknown = await messenger.deliver(succeeded(old, interaction_id=None), Contents([picture()]))
        assert unknown is not None
        assert unknown.method == "reply", "a follow-up could not be found again"
        harness.refuse("follow up", 403, 40094)
        fresh, _ = await harness.start_job("a fox")
        with pytest.raises(RateLimited):
            await messenger.deliver(succeeded(fresh), Contents([picture()]))
        harness.refuse("history", *NO_PERMISSION)
        unreadable = await messenger.deliver(succeeded(fresh), Contents([picture()]))
        assert unreadable is not None
        assert unreadable.method == "reply"


async def test_endless_temporary_errors(tmp_path: Path) -> None:
    """After very many attempts, the next method is tried; after the last one, the job is undelivered."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        for attempts, calls in ((ATTEMPTS_PER_METHOD, ["post"]), (ATTEMPTS_PER_METHOD + 1, ["edit reply"])):
            again = replace(succeeded(job), delivery_attempts=attempts)
            _, called = await deliver(harness, again, picture(), refusals={"history": NO_PERMISSION})
            assert [name for name in called if name != "history"] == calls, attempts
        exhausted = replace(succeeded(job), delivery_attempts=3 * ATTEMPTS_PER_METHOD + 1)
        assert await deliver(harness, exhausted, picture()) == (None, [])


async def test_dead_tokens(tmp_path: Path) -> None:
    """If Discord calls a token invalid early, the next method is used, and the card is changed through the channel."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        for dead in ((401, 50027), (404, 10015)):
            job, _ = await harness.start_job()
            _, called = await deliver(harness, succeeded(job, **MAY_NOT), picture(), refusals={"edit reply": dead})
            assert called == ["edit reply", "DM"]
            for name in ("edit reply", "remove card"):
                harness.refuse(name, *dead)
            messenger = harness.messenger
            assert await calls_of(harness, messenger.edit_status_card(job)) == ["edit reply", "edit message"]
            assert await calls_of(harness, messenger.remove_status_card(job)) == ["remove card", "delete message"]
            harness.stop_refusing()
            assert harness.messages() == []


async def test_second_attempt(tmp_path: Path) -> None:
    """A post from before a crash is found and not repeated; the status card is not mistaken for it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        there = await harness.alice.user.slash("imagine", prompt="a cat", **SMALL)
        direct = await harness.job(job_id_of(answer(there)))
        public, _ = await harness.start_job()
        for job, finished, post in (
            (public, succeeded, "post"),
            (public, failed, "DM"),
            (direct, failed, "DM"),
            (direct, succeeded, "DM"),
        ):
            pictures = [picture()] if finished is succeeded else []
            again = replace(finished(job, **TOKEN_DEAD), delivery_attempts=2)
            first, called = await deliver(harness, again, *pictures)
            assert called == ["history", post]
            await harness.imagine("another")
            second, called = await deliver(harness, again, *pictures)
            assert called == ["history"]
            assert first is not None
            assert second == replace(first, picture_bytes=0)
        _, called = await deliver(harness, again, picture(), refusals={"history": NO_PERMISSION})
        assert called == ["history", "DM"], "without the history it relies on the nonce"


async def test_second_attempt_ignores_copies(tmp_path: Path) -> None:
    """A copy shown with /show in the meantime is not mistaken for the post, which pings."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        (result,) = harness.messages()
        copy = await harness.alice.slash(harness.channel, "show", job=job.id)
        harness.env.backend.delete_message(harness.channel.id, result.id)
        again = replace(await harness.job(job.id), delivery_attempts=2)
        delivered, called = await deliver(harness, again, picture())
        assert called == ["history", "post"]
        assert shown(harness, delivered).id != answer(copy).id


async def test_pictures_over_the_limit(tmp_path: Path) -> None:
    """Pictures over the upload limit are shrunk and linked; if Discord accepts less, still smaller ones are sent."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        for origin in ({}, MAY_NOT, TOKEN_DEAD | MAY_NOT):
            large = succeeded(job, 2, upload_limit=20_000, **origin)
            delivered, _ = await deliver(harness, large, picture(), picture(200, 150, noisy=True))
            result = shown(harness, delivered)
            small, shrunk = (len(data or b"") for data in picture_bytes(harness, result))
            assert small == picture().size
            assert 0 < shrunk <= 20_000
            assert f"]({URL.format(2)})" in text_of(result)
            assert URL.format(1) not in text_of(result)

        for refusal in ((413, 0), (400, 40005)):
            for times, limit in {1: 10_000, 2: 2_500, 3: 0}.items():
                harness.refuse("post", *refusal, times=times)
                large = succeeded(job, upload_limit=20_000)
                delivered, called = await deliver(harness, large, picture(200, 150, noisy=True))
                assert called == ["post"] * (times + 1), refusal
                result = shown(harness, delivered)
                assert URL.format(1) in text_of(result)
                sizes = [len(data or b"") for data in picture_bytes(harness, result)]
                assert len(sizes) == bool(limit)
                assert delivered is not None
                assert delivered.picture_bytes == sum(sizes) <= limit


async def test_the_status_card(tmp_path: Path) -> None:
    """The card is edited and removed as the reply while the token is valid, then as a message if that is allowed."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        public, _ = await harness.start_job()
        private = await private_job(harness)
        edit, remove = harness.messenger.edit_status_card, harness.messenger.remove_status_card
        lost = replace(public, reply_message_id=None)
        for job, origin, edited, removed in (
            (lost, TOKEN_DEAD, [], []),
            (private, TOKEN_DEAD, [], []),
            (public, TOKEN_DEAD | MAY_NOT, ["edit message"], ["delete message"]),
            (public, {}, ["edit reply"], ["remove card"]),  # the card is gone, which is not an error
            (public, TOKEN_DEAD, ["edit message"], ["delete message"]),
        ):
            changed = replace(job, origin=replace(job.origin, **origin))
            assert await calls_of(harness, edit(changed)) == edited, origin
            assert await calls_of(harness, remove(changed)) == removed, origin
        assert [job_id_of(message) for message in harness.messages(viewer=harness.alice)] == [private.id]
        for name, call in (("edit reply", edit), ("remove card", remove)):
            harness.refuse(name, *NO_MESSAGE, times=1)
            assert await calls_of(harness, call(lost)) == [name]
            assert harness.requests(name)[-1].path.endswith("original"), "the token is enough"
            harness.refuse(name, 503)
            with pytest.raises(DeliveryFailed):
                await call(public)


async def test_the_expected_cost(tmp_path: Path) -> None:
    """With SHOW_COST, the status card shows the expected cost in the first reply and after each edit."""
    async with BotHarness(tmp_path, seconds=None, show_cost=True, credit_price="0.0952 USD") as harness:
        job, _ = await harness.start_job(model="flux-dev", size="1:1", count=2)
        for card in (CardState.PAINTING, CardState.SLOW, CardState.BUSY):
            assert "· about 0.43 credits ($0.041)" in text_of(harness.messages()[0]), card
            await harness.messenger.edit_status_card(replace(job, card=card))
        assert "busy" in text_of(harness.messages()[0])
        assert "· about 0.43 credits ($0.041)" in text_of(harness.messages()[0])
        await harness.restart(show_cost=False)
        await harness.messenger.edit_status_card(job)
        assert "credits" not in text_of(harness.messages()[0])


async def test_a_notice(tmp_path: Path) -> None:
    """A failure that was posted as a separate message is deleted, but the status card is not."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        remove = harness.messenger.remove_notice
        for message_id in (None, job.reply_message_id):
            assert await calls_of(harness, remove(replace(job, result_message_id=message_id))) == []
        for origin, call in (({}, "remove card"), (TOKEN_DEAD, "delete message")):
            posted, _ = await deliver(harness, failed(job, **origin))
            assert await calls_of(harness, remove(noticed(job, posted))) == [call]
        assert len(harness.messages(viewer=harness.alice)) == 1
        assert harness.messages(harness.alice.user.dm_channel) == []


def noticed(job: Job, posted: Delivered | None) -> Job:
    """Return the job as failed, with the message that says so."""
    assert posted is not None
    return replace(failed(job), result_message_id=posted.message_id, result_channel_id=posted.channel_id)


async def test_a_private_notice_is_not_repeated(tmp_path: Path) -> None:
    """Discord can't find the notice, so the process remembers it until the job is marked as delivered."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job()
        messenger = harness.messenger
        first = await messenger.deliver(failed(job), Contents())
        again = replace(failed(job), delivery_attempts=2)
        assert await messenger.deliver(again, Contents()) == first
        assert harness.calls.count("follow up") == 1
        await messenger.remove_status_card(job)
        await messenger.deliver(again, Contents())
        assert harness.calls.count("follow up") == 2


async def test_failures_where_nobody_else_is(tmp_path: Path) -> None:
    """In direct messages, a failure is shown on the status card; in a group chat, only its user sees it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        there = await harness.alice.user.slash("imagine", prompt="a cat", **SMALL)
        direct = await harness.job(job_id_of(answer(there)))
        assert (await deliver(harness, failed(direct)))[1] == ["edit reply"]
        assert (await deliver(harness, failed(direct, **MAY_NOT)))[1] == ["follow up"]


async def test_the_buttons_of_a_failure(tmp_path: Path) -> None:
    """The buttons are removed wherever the failure was posted, as long as the message can be edited."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        public, _ = await harness.start_job()
        hidden = await private_job(harness)
        remove = harness.messenger.remove_buttons
        expired = noticed(hidden, (await deliver(harness, failed(hidden)))[0])
        expired = replace(expired, origin=replace(hidden.origin, **TOKEN_DEAD))
        assert await calls_of(harness, remove(expired)) == ["edit message"]  # no effect: the bot can't see it
        for job, origin, refusals, call in (
            (public, {}, {}, "edit reply"),
            (public, TOKEN_DEAD, {}, "edit message"),
            (public, TOKEN_DEAD, {"DM": NO_DMS}, "edit message"),
            (hidden, {}, {}, "edit reply"),
        ):
            posted, _ = await deliver(harness, failed(job, **origin), refusals=refusals)
            notice = noticed(job, posted)
            before = shown(harness, posted)
            assert buttons(before), origin
            assert await calls_of(harness, remove(replace(notice, origin=replace(job.origin, **origin)))) == [call]
            after = shown(harness, posted)
            assert not buttons(after), origin
            assert text_of(after) == text_of(before), origin
        # The card's id was lost in a crash, so the failure is on a card that others see.
        refusals = {"DM": NO_DMS}
        posted, _ = await deliver(harness, failed(public, **TOKEN_DEAD), refusals=refusals)
        lost = replace(noticed(public, posted), reply_message_id=None)
        await remove(replace(lost, origin=replace(public.origin, **TOKEN_DEAD)))
        assert "a cat" not in text_of(shown(harness, posted))
        harness.refuse("edit message", *NO_MESSAGE)
        assert await calls_of(harness, remove(replace(notice, result_channel_id=1))) == ["edit message"]


async def test_second_attempt_of_a_group(tmp_path: Path) -> None:
    """The search for the post starts where the last job ended, as many messages may follow the first job's end."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        first, *others = [succeeded(job, **TOKEN_DEAD) for job in await start_group(harness)]
        first = replace(first, finished_at=datetime.now(UTC) - timedelta(hours=1))
        await deliver(harness, replace(first, group=(first, *others), delivery_attempts=2), *[picture()] * 3)
        (search,) = [call for call in harness.env.http_requests if "after" in call.params]
        since = discord.utils.snowflake_time(search.params["after"])
        assert since > datetime.now(UTC) - timedelta(minutes=5)
