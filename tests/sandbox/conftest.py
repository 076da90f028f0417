"""The fake Flux API, its clients and its callback receiver."""

from collections.abc import AsyncIterator

import pytest

from flux_bot.sandbox.fake_flux import FakeFlux
from tests.flux.caller import TOKEN, Caller, Receiver


@pytest.fixture
async def fake() -> AsyncIterator[FakeFlux]:
    """A fake API whose pictures take no time."""
    async with FakeFlux(token=TOKEN, seconds=0) as running:
        running.scale = 1 / 8
        yield running


@pytest.fixture
async def fake_of_march() -> AsyncIterator[FakeFlux]:
    """A fake API as the guide of March 2026 describes it, whose pictures take no time."""
    async with FakeFlux(token=TOKEN, api="2026-03", seconds=0) as running:
        running.scale = 1 / 8
        yield running


@pytest.fixture
async def caller(fake: FakeFlux) -> AsyncIterator[Caller]:
    """A client of the fake API."""
    async with Caller(fake) as client:
        yield client


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver of its callbacks."""
    async with Receiver() as receiving:
        yield receiving
