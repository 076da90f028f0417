"""Messages to the operator about what only they can solve: each cause once an hour, in all processes together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from flux_bot.core.errors import ApiRefused, StoreUnavailable
from flux_bot.core.jobs import Action, Failure
from flux_bot.flux.advice import advice
from flux_bot.flux.protocol import OPERATOR_CODES
from flux_bot.store.store import JobStore

log = logging.getLogger(__name__)

INTERVAL = timedelta(hours=1)
"""A cause that lasts is told again after this."""
RETRY_INTERVAL = timedelta(minutes=5)
"""When to try again if the operator could not be reached."""
SEND_SECONDS = 5.0
"""How long sending may take: a user's reply or failure waits for it."""
NAME_LIMIT = 100
"""Characters of a note's name."""
SENT, SENDING = "sent", "sending"

SendToOperator = Callable[[str], Awaitable[bool]]
"""Sends a text to the operator, and returns whether somebody got it."""


async def reach_nobody(_: str) -> bool:
    """Send nothing: Discord is not connected yet."""
    return False


class OperatorNotices:
    """Tells the operator, and knows what they have been told."""

    def __init__(self, store: JobStore, now: Callable[[], datetime]) -> None:
        self.send: SendToOperator = reach_nobody
        self._store = store
        self._now = now
        self._lock = asyncio.Lock()

    async def tell_failure(self, failure: Failure) -> bool:
        """Tell that a task failed for a reason that only the operator can solve; False for any other failure."""
        if failure.code not in OPERATOR_CODES:
            return False
        return await self._tell(failure.code, _refusal_text(failure.code, advice(failure.code)))

    async def tell_refusal(self, refused: ApiRefused) -> bool:
        """Tell that the image API refuses all requests."""
        code = refused.failure.code
        return await self._tell(code, _refusal_text(str(refused), advice(code, is_from_api=refused.is_from_api)))

    async def tell_model_rejected(self, model: str, action: Action) -> None:
        """Tell that the image API no longer takes a model."""
        text = (
            f"The image API rejects the model {model} ({action}). It is not offered for 24 hours, then tried again. "
            "If it is gone for good, remove it from your FLUX_CATALOGUE, or update flux-bot."
        )
        await self._tell(f"{model} {action}", text)

    async def _tell(self, cause: str, text: str) -> bool:
        """Return whether the operator was told about a cause within the hour; otherwise tell them now."""
        name = f"operator told: {cause}"[:NAME_LIMIT]
        try:
            async with self._lock:
                now = self._now()
                known = await self._store.note(name)
                if known is not None:
                    state, at = known.split()
                    age = now - datetime.fromisoformat(at)
                    if age < (INTERVAL if state == SENT else RETRY_INTERVAL):
                        return state == SENT
                claim = f"{SENDING} {now.isoformat()}"
                if not await self._store.replace_note(name, known, claim) or not await self._send(text):
                    return False
                return await self._store.replace_note(name, claim, f"{SENT} {now.isoformat()}")
        except StoreUnavailable as error:
            log.warning("Can't tell the operator: %s", error)
            return False

    async def _send(self, text: str) -> bool:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                is_sent = await self.send(text)
        except TimeoutError:
            is_sent = False
        log.info("The operator %s", "has been told" if is_sent else "could not be told")
        return is_sent


def _refusal_text(said: str, what_to_do: str) -> str:
    return f"The image API refuses the bot ({said}), so nobody gets pictures. {what_to_do}"
