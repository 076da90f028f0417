"""The loop that deletes messages: errors, rate limits, and the priority of deliveries."""

from pathlib import Path

import pytest

from flux_bot.workflow.erasing import message_erasure
from tests.finished_jobs import make_picture
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delete messages without pauses."""
    monkeypatch.setattr(message_erasure, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(message_erasure, "LONGEST_BACKOFF_SECONDS", 0.05)


async def erase(harness: BotHarness) -> None:
    """Erase alice's data, including her messages."""
    await harness.app.workflow.erase_user(harness.alice.id, deletes_messages=True, locale="de")


async def report(harness: BotHarness) -> list[str]:
    """Wait for the report and return its lines."""
    where = harness.alice.user.dm_channel
    return text_of(await harness.wait_for_message("abgeschlossen", where=where)).splitlines()


async def test_refused_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that Discord refuses to delete for good, or repeatedly, are counted; temporary errors are retried."""
    monkeypatch.setattr(message_erasure, "ATTEMPTS", 3)
    async with BotHarness(tmp_path) as harness:
        for status, code, times, refused in ((403, 50001, None, True), (403, 40333, None, True), (403, 0, 2, False)):
            await make_picture(harness)
            before = len(harness.requests("delete message"))
            harness.refuse("delete message", status, code, times=times)
            await erase(harness)
            lines = await report(harness)
            count = 0 if refused else 1
            assert lines[0].endswith(f"{count} von 1 gelöscht."), code
            assert (len(lines) == 2) is refused, code
            attempts = len(harness.requests("delete message")) - before
            assert attempts == (1 if code == 50001 else 3), code
            harness.stop_refusing()
            await eventually(lambda: not harness.sql("SELECT * FROM message_erasures"))
            for message in harness.messages(harness.alice.user.dm_channel):
                harness.env.backend.delete_message(message.channel.id, message.id)


async def test_a_rate_limit(tmp_path: Path) -> None:
    """The loop waits as long as Discord requires, and no attempt is counted."""
    async with BotHarness(tmp_path) as harness:
        await make_picture(harness)
        harness.refuse("delete message", 429, times=1)
        await erase(harness)
        await eventually(lambda: harness.requests("delete message"))
        await harness.change("UPDATE message_erasures SET next_at = 1")
        harness.app.workflow._signals.erase.set()  # noqa: SLF001
        assert (await report(harness))[0].endswith("1 von 1 gelöscht.")


async def test_an_impossible_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the report can't be sent, the user is forgotten anyway."""
    monkeypatch.setattr(message_erasure, "ATTEMPTS", 3)
    async with BotHarness(tmp_path) as harness:
        for code, attempts in ((50007, 1), (40333, 3)):
            await make_picture(harness)
            harness.stop_refusing()
            harness.refuse("DM", 403, code)
            before = len(harness.requests("DM"))
            await erase(harness)
            await eventually(lambda: not harness.sql("SELECT * FROM message_erasures"))
            assert harness.messages() == []
            assert len(harness.requests("DM")) - before == attempts, code


async def test_deliveries_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No message is deleted while results are being posted, unless that takes too long."""
    monkeypatch.setattr(message_erasure, "YIELD_PAUSE_SECONDS", 0.01)
    async with BotHarness(tmp_path) as harness:
        erasures = harness.app.workflow._message_erasures  # noqa: SLF001
        await make_picture(harness)
        deleted: list[int] = []

        def is_delivering() -> bool:
            deleted.append(len(harness.requests("delete message")))
            return len(deleted) < 20

        erasures._is_delivering = is_delivering  # noqa: SLF001
        await erase(harness)
        assert (await report(harness))[0].endswith("1 von 1 gelöscht.")
        assert deleted[:20] == [0] * 20

        await make_picture(harness)
        monkeypatch.setattr(message_erasure, "YIELDS_SECONDS", 0.05)
        erasures._is_delivering = lambda: True  # noqa: SLF001
        await erase(harness)
        await eventually(lambda: len(harness.messages()) == 0)
