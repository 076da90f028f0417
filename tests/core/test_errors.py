"""The error tree matches the drawing in its docstring."""

import inspect
import re

from flux_bot.core import errors
from flux_bot.core.errors import ApiBusy, ApiRefused
from flux_bot.core.jobs import Failure


def test_the_drawing_matches_the_classes() -> None:
    """The drawing has every class below its only parent, in the order of the file, and nothing else."""
    found = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__]
    in_file = sorted(found, key=lambda kind: inspect.getsourcelines(kind)[1])
    _, _, drawing = (errors.__doc__ or "").strip().partition("\n\n")
    path: list[type] = [Exception]
    for line, kind in zip(drawing.splitlines(), in_file, strict=True):
        match = re.match(r"((?:│   |    )*(?:[├└]── )?)([A-Z]\w+)( {2,}\S|$)", line)
        assert match, line
        path[len(match[1]) // 4 + 1 :] = [kind]
        assert (match[2], kind.__bases__) == (kind.__name__, (path[-2],))
        assert (kind.__doc__ or "").endswith("."), kind


def test_errors_of_the_api() -> None:
    """ApiBusy and ApiRefused hold the failure; one also when to retry, the other the API's trace id."""
    failure = Failure("too_many_requests", "Slow down.")
    busy, refused = ApiBusy(failure), ApiRefused(failure, trace_id="t")
    assert (busy.failure, busy.retry_after, busy.is_internal) == (failure, None, False)
    assert (refused.failure, refused.trace_id) == (failure, "t")
    assert str(busy) == str(refused) == "too_many_requests"  # the message may repeat the prompt
    assert str(ApiBusy(failure, "HTTP 429")) == str(ApiRefused(failure, "HTTP 429")) == "too_many_requests, HTTP 429"
