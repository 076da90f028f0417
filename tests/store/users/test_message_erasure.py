"""The messages of an erased user: which ones are deleted, and how they are counted."""

from datetime import timedelta

from flux_bot.store.schema import messages_to_erase
from flux_bot.store.store import JobStore
from flux_bot.store.users.message_erasure import MessageToErase, Outcome, Progress, Report
from tests import database as db
from tests.database import LATER, NOW, SECOND, Rows
from tests.store.users.test_erasure import ALICE, BOB, erase, everything

LEASE = timedelta(minutes=1)


async def step(store: JobStore, now: object = NOW) -> MessageToErase | Report | None:
    """Return the next step."""
    return (await store.users.messages.claim(now=now, lease=LEASE)).work  # type: ignore[arg-type]


async def test_which_messages(store: JobStore, rows: Rows) -> None:
    """Results and cards of cancelled jobs are deleted, but not bob's messages, nor those that only alice sees."""
    await db.delivered(store, BOB, message_id=1)
    await db.delivered(store, ALICE, message_id=2)
    direct = await db.delivered(store, ALICE, message_id=3, private=True)
    await rows.put(direct.id, result_channel_id=21)
    await db.delivered(store, ALICE, message_id=4, private=True)  # a private reply
    answered = await db.delivered(store, ALICE, message_id=5, private=True)
    await rows.put(answered.id, message_id=50)  # a message to the bot, in its direct messages
    await db.delivered(store, ALICE, message_id=2)  # a job of a group, with the same message
    cancelled = await db.queued(store, ALICE)
    await store.admission.set_reply(cancelled.id, 6)
    erased = await erase(store, deletes_messages=True, locale="de")
    assert erased is not None
    assert erased.messages == 4
    left = (await everything(rows))[messages_to_erase.name]
    assert sorted((row["channel_id"], row["message_id"], row["user_id"]) for row in left) == [
        (20, 2, ALICE),
        (20, 5, ALICE),
        (20, 6, ALICE),
        (21, 3, ALICE),
    ]


async def test_counted_once_and_reported(store: JobStore, other_store: JobStore, rows: Rows) -> None:
    """All processes together delete one message at a time, and retry failed ones last; the report follows."""
    for message_id in (1, 2, 3):
        await db.delivered(store, ALICE, message_id=message_id)
    await erase(store, deletes_messages=True, locale="de")
    first = await step(store)
    assert isinstance(first, MessageToErase)
    claimed = await other_store.users.messages.claim(now=NOW, lease=LEASE)
    assert (claimed.work, claimed.next_at) == (None, NOW + LEASE)
    assert await step(other_store, NOW + LEASE) == first, "the process has died"
    for process in (store, other_store):
        await process.users.messages.note(first, Outcome.DELETED, now=NOW)
    second = await step(store)
    assert isinstance(second, MessageToErase)
    await store.users.messages.postpone(ALICE, NOW + SECOND, failed=second)
    assert await step(store) is None
    third = await step(store, NOW + SECOND)
    assert isinstance(third, MessageToErase)
    assert third.message_id != second.message_id
    await store.users.messages.note(third, Outcome.REFUSED, now=NOW)
    overview = await store.users.overviews.of(ALICE, now=NOW)
    assert overview.messages == Progress(3, 1, 0, 1)
    assert overview.messages.done == 2

    await db.delivered(store, ALICE, message_id=4)  # has also been erased meanwhile
    await erase(store, deletes_messages=True, locale="fr")
    for outcome in (Outcome.GONE, Outcome.DELETED):
        message = await step(store, LATER)
        assert isinstance(message, MessageToErase)
        assert (message.message_id, message.attempts) in {(4, 0), (second.message_id, 1)}
        await store.users.messages.note(message, outcome, now=NOW)
    assert await step(store) == Report(ALICE, "fr", Progress(4, 2, 1, 1))
    await store.users.messages.end(ALICE)
    assert await step(store, LATER) is None
    assert str(ALICE) not in repr((await everything(rows))["message_erasures"])
