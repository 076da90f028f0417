"""What users read in English, for tests that look at words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from flux_bot.core.errors import RequestRejected
from flux_bot.locales import translator_for

EN = translator_for("en-US")


def said(rejected: RequestRejected) -> str:
    """Return how a user is refused."""
    return EN.text(rejected.text)


@contextmanager
def rejects(pattern: str) -> Iterator[pytest.ExceptionInfo[RequestRejected]]:
    """Expect that a user is refused in words that fit."""
    with pytest.raises(RequestRejected) as refusal:
        yield refusal
    assert re.search(pattern, said(refusal.value)), said(refusal.value)
