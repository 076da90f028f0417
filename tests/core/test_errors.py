"""The error tree is as its docstring draws it."""

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
    """Return the parent of each error as drawn, in order; the root has none."""
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


def test_the_tree_is_drawn_as_it_is() -> None:
    """Every class stands in the drawing under its parent, and nothing else does."""
    real = {name: kind.__bases__[0].__name__ for name, kind in CLASSES.items() if kind is not FluxBotError}
    assert drawn() == {"FluxBotError": "", **real}


def test_the_drawing_follows_the_code() -> None:
    """The classes stand in the file in the order they are drawn."""
    in_file = sorted(CLASSES, key=lambda name: inspect.getsourcelines(CLASSES[name])[1])
    assert list(drawn()) == in_file


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_one_parent_each(kind: type[Exception]) -> None:
    """Every error of ours is a FluxBotError with one parent, and says in a line what it means."""
    assert issubclass(kind, FluxBotError)
    assert len(kind.__bases__) == 1
    assert kind.__doc__
    assert kind.__doc__.endswith(".")


def test_what_a_busy_api_says() -> None:
    """ApiBusy keeps the failure and when to try again."""
    busy = ApiBusy(Failure("too_many_requests", "Slow down."), retry_after=2.5, retry_once=True)
    assert (busy.failure.code, busy.retry_after, busy.retry_once) == ("too_many_requests", 2.5, True)
    assert str(busy) == "too_many_requests: Slow down."
    assert (ApiBusy(busy.failure).retry_after, ApiBusy(busy.failure).retry_once) == (None, False)


def test_what_a_refusal_says() -> None:
    """ApiRefused keeps the failure to tell and the API's own id."""
    refused = ApiRefused(Failure("forbidden", "no"), trace_id="t")
    assert (refused.failure, refused.trace_id, str(refused)) == (Failure("forbidden", "no"), "t", "forbidden: no")
