"""Alerts about problems that only the operator can solve: at most once an hour for each cause, across all processes.

An alert about an empty account is not repeated until pictures can be made again. The alerts of ``budget_alerts.py`` are
sent only once in a day or month.
"""

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
"""How soon to repeat an alert if its cause persists."""
RETRY_INTERVAL = timedelta(minutes=5)
"""How soon to retry if the operator could not be reached."""
SEND_SECONDS = 5.0
"""How long sending may take, while a user's reply or failure waits for it."""
NAME_LIMIT = 100
"""The maximum number of characters in a note's name."""
SENT, SENDING = "sent", "sending"
ACCOUNT_EMPTY = "used_up"

SendToOperator = Callable[[str], Awaitable[bool]]
"""Sends a text to the operator, and returns whether it was delivered."""


async def reach_nobody(_: str) -> bool:
    """Send nothing, because Discord is not connected yet."""
    return False


class OperatorAlerts:
    """Sends alerts to the operator, and remembers which were sent."""

    def __init__(self, store: JobStore, now: Callable[[], datetime]) -> None:
        self.send: SendToOperator = reach_nobody
        self._store = store
        self._now = now
        self._lock = asyncio.Lock()

    async def notify_failure(self, failure: Failure) -> bool:
        """Report a failure if only the operator can solve it; return whether the operator has been notified."""
        if failure.code not in OPERATOR_CODES:
            return False
        return await self._notify(failure.code, _refusal_text(failure.code, advice(failure.code)))

    async def notify_refusal(self, refused: ApiRefused) -> bool:
        """Report that the image API rejects all requests; return whether the operator has been notified."""
        code = refused.failure.code
        return await self._notify(code, _refusal_text(str(refused), advice(code, is_from_api=refused.is_from_api)))

    async def notify_model_rejected(self, model: str, action: Action) -> None:
        """Report that the image API no longer accepts a model."""
        text = (
            f"The image API rejects the model {model} ({action}). It is not offered for 24 hours, then tried again. "
            "If it is gone for good, remove it from your FLUX_CATALOGUE, or update flux-bot."
        )
        await self._notify(f"{model} {action}", text)

    async def notify_once(self, cause: str, text: str, *, since: datetime) -> bool:
        """Send an alert unless one was sent for this cause since a time; return whether the operator received it."""
        return await self._notify(cause, text, since)

    async def _notify(self, cause: str, text: str, since: datetime | None = None) -> bool:
        """Send an alert unless an alert for this cause was sent since a time, by default within the last hour.

        Return whether the operator received the alert.
        """
        name = f"operator alert: {cause}"[:NAME_LIMIT]
        try:
            async with self._lock:
                now = self._now()
                known = await self._store.note(name)
                if known is not None:
                    state, at = known.split()[0], datetime.fromisoformat(known.split()[1])
                    if state != SENT and now - at < RETRY_INTERVAL:
                        return False
                    is_recent = at >= since if since else now - at < INTERVAL
                    if state == SENT and (is_recent or await self._is_still_so(cause, at)):
                        return True
                claim = f"{SENDING} {now.isoformat()}"
                if not await self._store.replace_note(name, known, claim) or not await self._send(text):
                    return False
                return await self._store.replace_note(name, claim, f"{SENT} {now.isoformat()}")
        except StoreUnavailable as error:
            log.warning("Can't notify the operator: %s", error)
            return False

    async def _is_still_so(self, cause: str, at: datetime) -> bool:
        """Return whether an alert about an empty account still applies, because no picture has been made since."""
        return cause == ACCOUNT_EMPTY and not await self._store.spending.is_any_since(at)

    async def _send(self, text: str) -> bool:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                is_sent = await self.send(text)
        except TimeoutError:
            is_sent = False
        log.info("The operator was notified" if is_sent else "The operator could not be notified")
        return is_sent


def _refusal_text(reason: str, what_to_do: str) -> str:
    return f"The image API refuses the bot ({reason}), so nobody gets pictures. {what_to_do}"
