"""Advice for the operator about the image API's refusals."""

import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.flux.advice import advice, check_token
from flux_bot.flux.client import FluxApi
from flux_bot.flux.protocol import OPERATOR_CODES
from flux_bot.sandbox.fake_flux import FakeFlux
from tests.flux.caller import TOKEN, UNREACHABLE


def test_advice() -> None:
    """The advice names a setting for each code that the operator can fix; if the API did not answer, the address."""
    for code in OPERATOR_CODES:
        assert advice(code).startswith(("FLUX_API_TOKEN: ", "FLUX_API_URL: ")), code
    assert "balance" in advice("used_up")
    assert advice("used_up", is_from_api=False) == advice("no_api")


async def test_checking_the_token() -> None:
    """Checking a token takes one free look-up without ids; the errors for a bad token or address say what to do."""
    async with FakeFlux(token=TOKEN) as fake:
        async with FluxApi(fake.url, TOKEN) as api:
            await check_token(api)
        assert [lookup.body for lookup in fake.lookups] == [{"action": "retrieve_batch", "ids": []}]
        assert fake.submissions == []
        async with FluxApi(fake.url, "wrong") as api:
            with pytest.raises(StartupFailed, match=r"^FLUX_API_TOKEN: .* The API answered: invalid_token"):
                await check_token(api)
    async with FluxApi(UNREACHABLE, TOKEN) as api:
        with pytest.raises(StartupFailed, match=r"^FLUX_API_URL: a look-up at .* failed \(unreachable"):
            await check_token(api)
