"""/sandbox sets the faults, and the bot handles each of them as its description says."""

from dataclasses import replace
from pathlib import Path

import discord

from flux_bot.sandbox.api_forms import DEFAULT_MODEL
from flux_bot.sandbox.fake_flux import FakeFlux, FakeTask
from flux_bot.sandbox.fault_command import FAULTS, FaultCommand
from flux_bot.sandbox.faults import ANSWERS
from flux_bot.sandbox.sandbox import Sandbox
from tests.finished_jobs import answer, private_text
from tests.flux.caller import eventually
from tests.harness import gallery, text_of
from tests.sandbox.users import PICTURE_SECONDS, imagine, opened, run, seen, sees


async def set_fault(sandbox: Sandbox, fault: str) -> None:
    """Choose a fault as bob; all members can read the reply."""
    await run(sandbox, "bob", "sandbox", fault=fault)
    await sees(sandbox, fault, FAULTS[fault].description, by="carol")


async def picture_with(sandbox: Sandbox, fault: str) -> tuple[discord.Message, discord.Message, FakeTask]:
    """Request a picture during a fault, and return the reply, the result and the API's task."""
    await set_fault(sandbox, fault)
    prompt = f"a cat during {fault.replace('forbidden', 'closed')}"  # moderation rejects the word "forbidden"
    reply = answer(await imagine(sandbox, prompt))
    result = await sees(sandbox, "your picture is ready", prompt)
    (task,) = (task for task in sandbox.fake.tasks.values() if task.request["prompt"] == prompt)
    return reply, result, task


def test_every_fault_is_offered() -> None:
    """The command offers every fault and nothing else."""

    async def recover() -> None:
        pass

    (command,) = FaultCommand(FakeFlux(token=""), recover).get_app_commands()
    assert isinstance(command, discord.app_commands.Command)
    assert [choice.value for choice in command.parameters[0].choices] == list(FAULTS)


async def test_faults_that_leave_a_picture(tmp_path: Path) -> None:
    """The picture arrives once, although the API, its callback or its answer is slow, lost or duplicated."""
    async with opened(tmp_path) as sandbox:
        _, twice, task = await picture_with(sandbox, "double callback")
        await task.ended.wait()
        assert [post.status for post in task.posts] == [200, 200]

        _, slow, task = await picture_with(sandbox, "slow API")
        assert task.seconds == 5 * PICTURE_SECONDS

        _, lost, task = await picture_with(sandbox, "lost callback")
        assert task.posts == []
        assert any(task.id in lookup.body["ids"] for lookup in sandbox.fake.lookups)

        _, unanswered, task = await picture_with(sandbox, "lost answer")
        submissions = [exchange for exchange in sandbox.fake.submissions if exchange.body == task.request]
        assert [(exchange.task_id, exchange.status) for exchange in submissions] == [(task.id, None)]

        results = seen(sandbox, "your picture is ready")
        assert [result.id for result in results] == [twice.id, slow.id, lost.id, unanswered.id]
        assert [len(gallery(result)) for result in results] == [1, 1, 1, 1]


async def test_faults_that_need_another_submission(tmp_path: Path) -> None:
    """A missing picture is requested again and arrives with the others; another model replaces a missing one."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "fewer pictures")
        await run(sandbox, "alice", "imagine", prompt="many cats", size="1:1", count=3)
        result = await sees(sandbox, "pictures are ready", "many cats")
        assert len(gallery(result)) == 3
        assert [exchange.body["count"] for exchange in sandbox.fake.submissions] == [3, 1]

        _, result, task = await picture_with(sandbox, "model gone")
        assert len(gallery(result)) == 1
        assert task.model != DEFAULT_MODEL
        assert sandbox.fake.rejections == {(DEFAULT_MODEL, "generate", "model is invalid."): 1}


async def test_faults_of_the_delivery(tmp_path: Path) -> None:
    """Deleted pictures are linked, and while the bot may not post, the picture replaces the reply."""
    async with opened(tmp_path) as sandbox:
        _, result, task = await picture_with(sandbox, "pictures gone")
        assert "could not be loaded" in text_of(result)
        assert f"{sandbox.fake.url}/files/{task.id}.png" in text_of(result)
        assert not gallery(result)

        reply, result, _ = await picture_with(sandbox, "channel forbidden")
        assert (result.id, len(gallery(result))) == (reply.id, 1)

        reply, result, _ = await picture_with(sandbox, "nothing")
        assert result.id != reply.id
        await eventually(lambda: not seen(sandbox, "Painting"))
        assert [message.id for message in seen(sandbox, "a cat during nothing")] == [result.id]


async def test_faults_of_the_api(tmp_path: Path) -> None:
    """A request waits while the API is down; if it is refused, only its user is notified and nothing is charged."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "API down")
        await imagine(sandbox, "a dog")
        await eventually(lambda: [exchange.status for exchange in sandbox.fake.submissions] == [503, 503])
        await sees(sandbox, "Waiting", "a dog")
        await set_fault(sandbox, "nothing")
        assert gallery(await sees(sandbox, "your picture is ready", "a dog"))
        sandbox.fake.submissions.clear()

        for fault, message in {
            "moderation refusal": "safety filter refused this prompt",
            "painting fails": "failed while painting",
            "empty balance": "not available right now",
        }.items():
            await set_fault(sandbox, fault)
            await imagine(sandbox, f"a cat with {fault}")
            failure = await sees(sandbox, message, "It cost nothing", f"a cat with {fault}")
            assert failure.flags.ephemeral, fault
            await eventually(lambda: not seen(sandbox, "a cat with", by="carol"))  # the status card is removed

        refusal = private_text(await imagine(sandbox, "a mouse"))  # without balance, it is refused at once
        assert "not available right now" in refusal
        assert len(sandbox.fake.submissions) == 3
        assert [task.request["prompt"] for task in sandbox.fake.paid] == ["a dog"]


async def test_recovery_after_a_fault(tmp_path: Path) -> None:
    """The bot recovers at once: it accepts requests, continues waiting ones, and offers a model that was gone."""
    async with opened(tmp_path) as sandbox:
        await set_fault(sandbox, "empty balance")
        await imagine(sandbox, "a fox")
        await sees(sandbox, "The operator has been notified.", "a fox")
        assert (await imagine(sandbox, "a hare")).ephemeral
        await set_fault(sandbox, "nothing")
        assert not (await imagine(sandbox, "a bear")).ephemeral
        await sees(sandbox, "your picture is ready", "a bear")

        await set_fault(sandbox, "model gone")
        await imagine(sandbox, "a wolf")
        await sees(sandbox, "your picture is ready", "a wolf")
        await set_fault(sandbox, "nothing")
        await imagine(sandbox, "an owl")
        await sees(sandbox, "your picture is ready", "an owl")
        models = [task.model == DEFAULT_MODEL for task in sandbox.fake.tasks.values()]
        assert models == [True, False, True]

        sandbox.fake.faults.submit = replace(ANSWERS["rate_limited"], retry_after="300")
        await imagine(sandbox, "a whale")
        await sees(sandbox, "Waiting", "a whale")
        await set_fault(sandbox, "nothing")
        await sees(sandbox, "your picture is ready", "a whale")
