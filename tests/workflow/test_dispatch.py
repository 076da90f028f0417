"""The dispatch loop, and its handling of submissions that the image API does not accept."""

import json
from collections import Counter
from pathlib import Path

from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.jobs import MODEL_REJECTED, Action, Failure, ImageRequest
from flux_bot.sandbox.api_forms import FORMS, Api
from flux_bot.sandbox.faults import ANSWERS, BadAnswer
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, job_id_of, text_of

EVERYBODY_AT_ONCE = {"flux_max_in_flight": 50, "max_running_per_user": 50, "max_queued_per_user": 1000}


async def test_refusals(tmp_path: Path) -> None:
    """A refusal is shown to the user; the request is not repeated, except once after a 500 if that is allowed."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        for resubmit, prompt, fault, sentence, submissions in (
            (False, "something forbidden", None, "safety filter refused this prompt.", 1),
            (False, "a broken cat", "api_error", "failed while painting.", 1),
            (True, "a cat that stays broken", "api_error", "failed while painting.", 2),
            (False, "a firewall's cat", BadAnswer(403), "did not accept this request.", 1),
            (False, "a strange cat", BadAnswer(307), "could not make this picture.", 1),
            (False, "a cat", "no_api", "The picture service can’t be reached.", 1),
        ):
            await harness.restart(resubmit_after_500=resubmit)
            before = len(harness.calls), len(harness.fake.submissions)
            harness.fake.faults.submit = ANSWERS[fault] if isinstance(fault, str) else fault
            await harness.imagine(prompt)
            card = await harness.wait_for_message(sentence, f"> {prompt}", viewer=harness.alice)
            assert card.flags.ephemeral
            assert text_of(card).startswith(f"<@{harness.alice.id}> ⚠️ ")
            busy = ["edit reply"] if submissions > 1 else []
            await harness.wait_until_closed(harness.sql("SELECT id FROM jobs ORDER BY accepted_at DESC")[0]["id"])
            to_operator = ["open DM", "DM"] if fault == "no_api" else []
            expected = ["reply", *busy, *to_operator, "follow up", "remove card"]
            assert harness.calls[before[0] :] == expected, prompt
            assert len(harness.fake.submissions) - before[1] == submissions
        assert (await harness.imagine()).ephemeral, "no request is accepted while the operator has to act"
        await harness.restart()
        assert not (await harness.imagine()).ephemeral


async def test_a_busy_api(tmp_path: Path) -> None:
    """Jobs wait for a busy API any number of times, and their cards say so until they are submitted."""
    async with BotHarness(tmp_path, seconds=None, resubmit_after_500=True) as harness:
        slow_down = ANSWERS["rate_limited_retry_after"]
        harness.fake.faults.submit = [ANSWERS["api_error"], slow_down, slow_down, None]
        job, task = await harness.start_job()
        await eventually(lambda: len(harness.requests("edit reply")) == 2)
        busy, painting = (str(entry.json) for entry in harness.requests("edit reply"))
        assert "**Waiting**: the picture service is busy." in busy
        assert "**Painting**" in painting
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert harness.calls == ["publish", "reply", "edit reply", "edit reply", "post", "remove card"]
        assert [submission.status for submission in harness.fake.submissions] == [500, 429, 429, 200]


async def test_an_unknown_outcome(tmp_path: Path) -> None:
    """If a task may have started, nothing is submitted again: the job waits for its callback until the deadline."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=2) as harness:
        harness.fake.faults.submit = [ANSWERS["accepted_gateway_timeout"], ANSWERS["timeout"]]
        await harness.imagine("a lucky cat")
        await eventually(lambda: harness.fake.tasks)
        (task,) = harness.fake.tasks
        await harness.fake.finish(task)
        await harness.wait_for_message("your picture is ready", "> a lucky cat")
        await harness.imagine("a cat")
        await harness.wait_for_message(
            "may have been charged, so it was not sent a second time.", "> a cat", viewer=harness.alice
        )
        assert len(harness.fake.submissions) == 2


async def test_finished_at_once(tmp_path: Path) -> None:
    """An answer that already has the pictures finishes its job."""
    async with BotHarness(tmp_path) as harness:
        await harness.imagine("a cat")
        await harness.wait_for_message("your picture is ready", "> a cat")
        (task,) = harness.fake.tasks.values()
        finished = {**(task.response or {}), "task_id": "another-task"}
        harness.fake.faults.submit = BadAnswer(200, page=json.dumps(finished))
        await harness.imagine("a dog")
        await harness.wait_for_message("your picture is ready", "> a dog")
        assert not harness.fake.lookups


async def test_all_queued_jobs_start(tmp_path: Path) -> None:
    """After a start, as many queued jobs are submitted as the limits allow."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        for number in range(7):
            await harness.imagine(f"number {number}", who=(harness.alice, harness.bob)[number % 2])
        await eventually(lambda: len(harness.fake.tasks) == 1)
        await harness.restart(flux_max_in_flight=6)
        await eventually(lambda: len(harness.fake.tasks) == 6)


async def test_a_size_in_another_form(tmp_path: Path) -> None:
    """The first job of a model shows which form the API accepts; the others wait for it, even after a restart."""
    expected: dict[Api, tuple[str, int]] = {"2026-03": ("1344x768", 1), "2026-10": ("16:9", 0)}
    for api, (form, rejected) in expected.items():
        async with BotHarness(tmp_path / api, api=api) as harness:
            for number in range(3):
                await harness.imagine(f"fox {number}", model="flux-2-pro", size="16:9")
            for number in range(3):
                await harness.wait_for_message("your picture is ready", f"> fox {number}")
            await harness.restart()
            await harness.imagine("a badger", model="flux-2-pro", size="16:9")
            await harness.wait_for_message("your picture is ready", "> a badger")
            assert harness.fake.rejections.total() == rejected, api
            assert {task.request["size"] for task in harness.fake.tasks.values()} == {form}, api
            assert len(harness.fake.tasks) == 4, api


async def test_a_size_that_no_form_has(tmp_path: Path) -> None:
    """The user reads which shapes the model supports, and the next job is submitted as usual."""
    async with BotHarness(tmp_path) as harness:
        harness.fake.faults.submit = [ANSWERS["bad_request"], ANSWERS["bad_request"], None]
        await harness.imagine("a cat", model="flux-dev", size="16:9")
        await harness.wait_for_message(
            "did not accept this shape", "The model supports 1\\:1, 16\\:9,", viewer=harness.alice
        )
        assert [one.body["size"] for one in harness.fake.submissions] == ["16:9", "1344x768"]
        await harness.imagine("a dog", model="flux-dev", size="16:9")
        await harness.wait_for_message("your picture is ready", "> a dog")


async def test_every_choice_against_both_apis(tmp_path: Path) -> None:
    """Every request that a user can choose gets its picture, and each model costs at most one rejected submission."""
    for api in FORMS:
        async with BotHarness(tmp_path / api, api=api, expects_errors=True, **EVERYBODY_AT_ONCE) as harness:
            models = [(action, model) for action in Action for model in load_catalogue("").models_for(action)]
            wanted = [(action, model, shape.size) for action, model in models for shape in model.shapes()]
            source = harness.host_picture()
            for number, (action, model, size) in enumerate(wanted):
                await harness.accept(ImageRequest(action, f"fox {number}.", model.name, size, image_url=source))
            await eventually(lambda: not harness.sql("SELECT id FROM jobs WHERE finished_at IS NULL"))
            made = {(task.request["prompt"], task.request["action"]) for task in harness.fake.tasks.values()}
            assert len(harness.fake.tasks) == len(made), "none is submitted twice"
            for number, (action, model, size) in enumerate(wanted):
                is_offered = model.name in harness.fake.form.sizes[action]
                assert ((f"fox {number}.", action) in made) == is_offered, (api, action, model.name, size)
            assert set(harness.fake.rejections.values()) <= {1}, api
            by_model = Counter((model, action) for model, action, _ in harness.fake.rejections.elements())
            assert set(by_model.values()) <= {1}, (api, by_model)


async def test_a_default_model_that_is_gone(tmp_path: Path) -> None:
    """The job is submitted with the next model without asking; the missing model is not offered for this action."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        harness.fake.faults.gone_models = ["flux-dev"]
        for prompt in ("a cat", "a dog"):
            await harness.alice.slash(harness.channel, "imagine", prompt=prompt)
            await harness.wait_for_message("your picture is ready", f"> {prompt}")
        assert [task.model for task in harness.fake.tasks.values()] == ["flux-2-klein"] * 2
        assert harness.fake.rejections.total() == 1
        for action, is_offered in ((Action.GENERATE, False), (Action.EDIT, True)):
            names = [model.name for model in harness.app.workflow.catalogue.models_for(action)]
            assert ("flux-dev" in names) == is_offered, action
        await harness.restart()
        await eventually(lambda: not harness.app.workflow.catalogue.find("flux-dev", Action.GENERATE))


async def test_a_chosen_model_that_is_gone(tmp_path: Path) -> None:
    """The user is notified, and nothing else is submitted; the next request for the model is not even sent."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        harness.fake.faults.gone_models = ["flux-2-max"]
        for prompt in ("a cat", "a dog"):
            card = await harness.imagine(prompt, model="flux-2-max")
            if card.ephemeral:  # the bot knows by now
                assert prompt == "a dog"
            else:
                await harness.wait_for_message("<@", f"> {prompt}", viewer=harness.alice)
        assert len(harness.fake.submissions) == 1
        (row,) = harness.sql("SELECT failure_code, failure_message FROM jobs")
        assert tuple(row) == (MODEL_REJECTED, "flux-kontext-pro")


async def test_without_an_answer_others_go_on(tmp_path: Path) -> None:
    """If the answer to a submission is lost, no other job waits for it to learn what the API accepts."""
    async with BotHarness(tmp_path) as harness:
        harness.fake.faults.submit = [ANSWERS["bad_gateway"], None]
        await harness.imagine("a lost cat")
        await harness.imagine("a dog")
        await harness.wait_for_message("your picture is ready", "> a dog")


async def test_callbacks_of_parts_before_their_answers(tmp_path: Path) -> None:
    """A late answer is not mistaken for the answer to the next part."""
    async with BotHarness(tmp_path, callback_grace_seconds=3600) as harness:
        harness.fake.faults.callback_before_answer = True
        harness.fake.faults.missing_images = [1, 0]
        await harness.imagine("a cat", count=2)
        card = await harness.wait_for_message("your pictures are ready", "> a cat")
        assert len(alt_texts(card)) == 2


async def test_missing_pictures(tmp_path: Path) -> None:
    """Missing pictures are requested again as parts of the same job, and all pictures arrive on one card."""
    async with BotHarness(tmp_path) as harness:
        harness.fake.faults.missing_images = [3, 2, 0]
        await harness.imagine("a cat", count=4)
        card = await harness.wait_for_message("your pictures are ready", "> a cat")
        assert len(alt_texts(card)) == 4
        assert [task.request["count"] for task in harness.fake.tasks.values()] == [4, 3, 2]
        harness.fake.faults.failure = [None, Failure("api_error")]
        harness.fake.faults.missing_images = 1
        await harness.imagine("a dog", count=2)
        card = await harness.wait_for_message("> a dog", "1 of the 2 pictures")
        assert len(alt_texts(card)) == 1
        assert len(harness.fake.tasks) == 5
        job = await harness.job(job_id_of(card))
        assert job.result
        assert job.result.cost == harness.fake.charged / 5, "one of five pictures"
