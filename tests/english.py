"""The English texts that users read, for tests that check them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from flux_bot.core.errors import RequestRejected
from flux_bot.locales import translator_for

EN = translator_for("en-US")


def said(rejected: RequestRejected) -> str:
    """Return the text of a refusal."""
    return EN.text(rejected.text)


@contextmanager
def rejects(pattern: str) -> Iterator[pytest.ExceptionInfo[RequestRejected]]:
    """Expect a refusal whose text matches a pattern."""
    with pytest.raises(RequestRejected) as refusal:
        yield refusal
    assert re.search(pattern, said(refusal.value)), said(refusal.value)
