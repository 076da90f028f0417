"""Advice for the operator if the image API refuses the bot, for the doctor, the log and direct messages."""

import asyncio

from flux_bot.core.errors import ApiError, ApiRefused, StartupFailed
from flux_bot.core.text import plain_line
from flux_bot.flux.client import FluxApi
from flux_bot.flux.protocol import TASKS_PATH

CHECK_SECONDS = 30.0
"""How long a look-up may take."""

_NO_API = "FLUX_API_URL: there is no Flux Images API at this address."
_BAD_TOKEN = "FLUX_API_TOKEN: the image API rejects this token. Copy it again and check that it may use Flux."  # noqa: S105
_ADVICE = {
    "used_up": "FLUX_API_TOKEN: the balance is used up. Buy more in the Ace Data Cloud console.",
    "no_api": _NO_API,
    "api_not_implemented": _NO_API,
}


def advice(code: str, *, is_from_api: bool = True) -> str:
    """Return which setting causes a refusal and what to do; ``code`` counts only if the response is from the API."""
    return _ADVICE.get(code, _BAD_TOKEN) if is_from_api else _NO_API


async def check_token(api: FluxApi) -> None:
    """Check with a free look-up that the API accepts the token. Raises StartupFailed, which says what to do."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await api.look_up([])
    except ApiRefused as refused:
        answer = ": ".join(filter(None, (str(refused), plain_line(refused.failure.message))))
        text = advice(refused.failure.code, is_from_api=refused.is_from_api)
        raise StartupFailed(f"{text} The API answered: {answer}") from refused
    except (ApiError, TimeoutError) as error:
        reason = str(error) or f"no response within {CHECK_SECONDS:g} s"
        raise StartupFailed(f"FLUX_API_URL: a look-up at {api.url}{TASKS_PATH} failed ({reason})") from error
