"""The error tree matches the drawing in its docstring."""

import inspect
import re

import pytest

from flux_bot.core import errors
from flux_bot.core.errors import ApiBusy, ApiRefused, FluxBotError
from flux_bot.core.jobs import Failure

CLASSES = {
    name: kind for name, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__
}


def drawn() -> dict[str, str]:
    """Return the parent of each error in the drawing, in order; that of the root is ""."""
    parents: dict[str, str] = {}
    path: list[str] = []
    _, _, tree = (errors.__doc__ or "").partition("\n\n")
    for line in tree.splitlines():
        match = re.match(r"((?:│   |    )*(?:[├└]── )?)([A-Z]\w+)( {2,}\S|$)", line)
        assert match, line
        depth, name = len(match[1]) // 4, match[2]
        parents[name] = path[depth - 1] if depth else ""
        path[depth:] = [name]
    return parents


def test_the_drawing_matches_the_classes() -> None:
    """Every class is in the drawing below its parent, and nothing else is."""
    real = {name: kind.__bases__[0].__name__ for name, kind in CLASSES.items() if kind is not FluxBotError}
    assert drawn() == {"FluxBotError": "", **real}


def test_the_drawing_has_the_order_of_the_file() -> None:
    """The classes are in the same order in the file and in the drawing."""
    in_file = sorted(CLASSES, key=lambda name: inspect.getsourcelines(CLASSES[name])[1])
    assert list(drawn()) == in_file


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_one_parent_each(kind: type[Exception]) -> None:
    """Every error is a FluxBotError with one parent and a docstring."""
    assert issubclass(kind, FluxBotError)
    assert len(kind.__bases__) == 1
    assert kind.__doc__
    assert kind.__doc__.endswith(".")


def test_api_busy() -> None:
    """ApiBusy holds the failure and when to retry."""
    busy = ApiBusy(Failure("too_many_requests", "Slow down."), retry_after=2.5, retry_once=True)
    assert (busy.failure.code, busy.retry_after, busy.retry_once) == ("too_many_requests", 2.5, True)
    assert str(busy) == "too_many_requests: Slow down."
    assert (ApiBusy(busy.failure).retry_after, ApiBusy(busy.failure).retry_once) == (None, False)


def test_api_refused() -> None:
    """ApiRefused holds the failure and the API's trace id."""
    refused = ApiRefused(Failure("forbidden", "no"), trace_id="t")
    assert (refused.failure, refused.trace_id, str(refused)) == (Failure("forbidden", "no"), "t", "forbidden: no")
