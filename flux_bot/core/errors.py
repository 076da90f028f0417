"""The error tree.

FluxBotError
├── ConfigurationError      a setting is missing or wrong (exit code 2)
├── StartupFailed           the bot can't start for an external reason, such as a rejected token (exit code 1)
├── RequestRejected         the user can change the request; the text says how
├── ApiError                the image API did not accept a submission or answer a look-up
│   ├── ApiBusy             nothing was started: try again later
│   ├── ApiRefused          final; its failure is shown to the user
│   │   ├── SizeRejected    not final: another form of the size may be accepted
│   │   └── ModelRejected   not final: another model may be accepted
│   └── ApiUnknown          a task may have been started: never submit again
├── StoreUnavailable        the transaction failed; the same call may succeed later
│   └── SaveUncertain       the connection broke at the commit: the transaction may have been saved
├── BadCallback             a callback that the image API did not send
├── BadImage                a picture that can't be fetched or decoded; final
│   └── ImageUnreachable    the picture's host is having trouble: try again later
└── DeliveryFailed          Discord can't be reached: try again later
    └── RateLimited         a rate limit of Discord
"""

from flux_bot.core.jobs import Failure
from flux_bot.core.text import Argument, TranslatableText


class FluxBotError(Exception):
    """The root of the tree."""


class ConfigurationError(FluxBotError):
    """A setting is missing or malformed; the text names the variable and describes a valid value."""


class StartupFailed(FluxBotError):
    """The bot can't start for an external reason; the text says what to do."""


class RequestRejected(FluxBotError):
    """The request can't be carried out; the text explains why to the user."""

    def __init__(self, message_id: str, **arguments: Argument) -> None:
        """Take the id of a message in ``locales``, and its arguments."""
        super().__init__(message_id, arguments)
        self.text = TranslatableText(message_id, arguments)


class ApiError(FluxBotError):
    """The image API did not accept a submission or answer a look-up; the text never contains the API's own message."""


class ApiBusy(ApiError):
    """Nothing was started; try again later."""

    def __init__(
        self, failure: Failure, detail: str = "", *, retry_after: float | None = None, is_internal: bool = False
    ) -> None:
        """Take our own detail for the log, and ``retry_after`` in seconds (None if unknown).

        ``is_internal`` means an error inside the API, as opposed to a busy API; it is retried at most once.
        """
        super().__init__(_join(failure, detail))
        self.failure = failure
        self.retry_after = retry_after
        self.is_internal = is_internal


class ApiRefused(ApiError):
    """The API refuses the request for good; nothing was started or charged."""

    def __init__(
        self, failure: Failure, detail: str = "", *, trace_id: str | None = None, is_from_api: bool = True
    ) -> None:
        """Take the failure to show, our own detail for the log, and the API's own id of the exchange.

        ``is_from_api`` is False if the answer does not look like the API's: it may come from a firewall or proxy.
        """
        super().__init__(_join(failure, detail))
        self.failure = failure
        self.trace_id = trace_id
        self.is_from_api = is_from_api


class SizeRejected(ApiRefused):
    """The API does not accept this size for this model, at least not in this form; nothing was started or charged."""


class ModelRejected(ApiRefused):
    """The API does not know this model, or does not offer it for this action; nothing was started or charged."""


class ApiUnknown(ApiError):
    """A task may have been started and charged."""


class StoreUnavailable(FluxBotError):
    """The transaction failed; the same call may succeed later."""


class SaveUncertain(StoreUnavailable):
    """The connection broke at the commit: the transaction may have been saved."""


class BadCallback(FluxBotError):
    """A callback that the image API did not send."""


class BadImage(FluxBotError):
    """The bytes are not a picture that can be posted, or the address is not allowed; final."""


class ImageUnreachable(BadImage):
    """The picture's host is having trouble; try again later."""


class DeliveryFailed(FluxBotError):
    """Discord can't be reached; try again later."""


class RateLimited(DeliveryFailed):
    """A rate limit of Discord applies, so nothing was posted."""

    def __init__(self, retry_after: float) -> None:
        """Take the seconds to wait."""
        super().__init__(f"Discord asks to wait {retry_after:.1f} s")
        self.retry_after = retry_after


def _join(failure: Failure, detail: str) -> str:
    return f"{failure.code}, {detail}" if detail else failure.code
