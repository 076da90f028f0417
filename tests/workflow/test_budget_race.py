"""A budget is never exceeded, however many processes accept requests at once."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Action, ImageRequest, Job, Origin
from flux_bot.core.rules.limits import OperatorRules
from flux_bot.flux.client import FluxApi
from flux_bot.images.fetcher import ImageFetcher
from flux_bot.metrics import Metrics
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.store.store import JobStore
from flux_bot.ui import texts
from flux_bot.workflow.loops import Parts, Timing
from flux_bot.workflow.workflow import Workflow
from tests.database import ON_POSTGRESQL
from tests.english import EN
from tests.flux.caller import TOKEN, eventually

PROCESSES, USERS, COMMANDS, PICTURES = 3, 20, 200, 37
REQUEST = ImageRequest(Action.GENERATE, "a cat", "flux-dev", "1:1")
RULES = OperatorRules(budget_per_day=PICTURES * Decimal("0.216"))


def parts_of(store: JobStore, api: FluxApi) -> Parts:
    """Return the parts of one of the processes."""
    minute = timedelta(minutes=1)
    return Parts(
        store=store,
        catalogue=load_catalogue(""),
        api=api,
        images=ImageFetcher(),
        metrics=Metrics(),
        limits=Limits(COMMANDS, COMMANDS, COMMANDS),
        rules=RULES,
        timing=Timing(callback_grace=minute, poll_interval=minute, deadline=minute, delivery_lease=minute),
        public_url="",
    )


async def command(workflow: Workflow, number: int) -> Job | str:
    """Let a user send a command, and return the job or the refusal that the user reads."""
    expires_at = datetime.now(UTC) + timedelta(minutes=15)
    origin = Origin(
        number % USERS, 20, 30, "en-US", None, expires_at, upload_limit=10**7, can_post=True, interaction_id=number + 1
    )
    try:
        accepted = await workflow.accept(lambda _: [REQUEST], origin)
    except RequestRejected as rejected:
        return texts.refusal(EN, rejected.text)
    await workflow.replied(accepted, number + 1)
    return accepted.job


@ON_POSTGRESQL
async def test_many_commands_at_once(store_url: str) -> None:
    """Of 200 commands of 20 users to three processes, 37 fit the budget and reach the API; the others are refused."""
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(FakeFlux(token=TOKEN, seconds=None))
        workflows = []
        for _ in range(PROCESSES):
            store = await stack.enter_async_context(JobStore(store_url))
            api = await stack.enter_async_context(FluxApi(fake.url, TOKEN))
            workflows.append(Workflow(parts_of(store, api)))
        for workflow in workflows:
            dispatching = await stack.enter_async_context(asyncio.TaskGroup())
            dispatching.create_task(workflow._dispatch.run())  # noqa: SLF001
            stack.callback(workflow.stop)
        answers = await asyncio.gather(*(command(workflows[number % PROCESSES], number) for number in range(COMMANDS)))
        refusals = [answer for answer in answers if isinstance(answer, str)]
        assert len(refusals) == COMMANDS - PICTURES
        assert {refusal.partition(", and")[0] for refusal in refusals} == {
            "My budget for everybody together is 7.992 credits a day. I have 0 credits left"
        }
        await eventually(lambda: len(fake.tasks) == PICTURES)
        assert (await store.count_open()).by_state["queued"] == 0, "nothing else will be submitted"
        assert len(fake.submissions) == PICTURES
