"""Every error the bot raises on purpose.

FluxBotError
├── ConfigurationError      a setting is missing or wrong; the operator mends it (exit code 2)
├── StartupFailed           the outside world refuses us at start, e.g. the Discord token (exit code 1)
├── RequestRejected         the user can mend it; its phrase is said to them in their language
├── ApiError                the image API did not take a submission or answer a look-up
│   ├── ApiBusy             surely nothing started: try again later
│   ├── ApiRefused          a final no, with the failure to tell the user
│   └── ApiUnknown          no telling whether a task started: never submit again
├── StoreUnavailable        the database did not do it; the same call may succeed later
│   └── SaveUncertain       no telling whether a request was saved: its picture may come by itself
├── BadCallback             a callback that is not what the API sends
├── BadImage                a picture that can't be fetched or is none
│   └── ImageUnreachable    worth another try: the host did not answer as it should
└── DeliveryFailed          Discord is out of reach for now: try again later
"""

from flux_bot.core.jobs import Failure
from flux_bot.core.text import Argument, TranslatableText


class FluxBotError(Exception):
    """The root of the tree."""


class ConfigurationError(FluxBotError):
    """A setting is missing or malformed; the text names the variable and what it should be."""


class StartupFailed(FluxBotError):
    """Something outside refuses the bot at start; the text says what to do."""


class RequestRejected(FluxBotError):
    """The user asked for something that can't be done; the phrase is for them."""

    def __init__(self, message_id: str, **arguments: Argument) -> None:
        """Take what to say: a message of ``locales`` and its arguments."""
        super().__init__(message_id, arguments)
        self.phrase = TranslatableText(message_id, arguments)


class ApiError(FluxBotError):
    """The image API did not do what was asked of it."""


class ApiBusy(ApiError):
    """Surely nothing started and trying again later makes sense."""

    def __init__(self, failure: Failure, *, retry_after: float | None = None, retry_once: bool = False) -> None:
        """Keep ``retry_after`` in seconds (None: not said) and whether a second refusal is final."""
        super().__init__(f"{failure.code}: {failure.message}")
        self.failure = failure
        self.retry_after = retry_after
        self.retry_once = retry_once


class ApiRefused(ApiError):
    """A final no; nothing started and nothing was charged."""

    def __init__(self, failure: Failure, *, trace_id: str | None = None) -> None:
        """Keep the failure to tell and the API's own id for the exchange."""
        super().__init__(f"{failure.code}: {failure.message}")
        self.failure = failure
        self.trace_id = trace_id


class ApiUnknown(ApiError):
    """No telling whether the task started; it may have been charged."""


class StoreUnavailable(FluxBotError):
    """The database did not do what was asked; the same call may succeed later."""


class SaveUncertain(StoreUnavailable):
    """The connection broke while a request was being saved, and there is no looking whether it is there."""


class BadCallback(FluxBotError):
    """A callback that is not what the API sends."""


class BadImage(FluxBotError):
    """The bytes are no picture we can post, or their address is not allowed; final."""


class ImageUnreachable(BadImage):
    """The picture's host did not answer as it should; worth another try."""


class DeliveryFailed(FluxBotError):
    """Discord could not be reached for now."""
