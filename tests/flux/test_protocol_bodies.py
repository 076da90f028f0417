"""Requests to the image API: the bodies of submissions and look-ups."""

import json

import pytest

from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.flux.protocol import MAX_IDS_PER_LOOKUP, lookup_body, submit_body


@pytest.mark.parametrize("callback_url", [None, "", "https://bot.example.org/callbacks/job/secret"])
def test_generation_body(callback_url: str | None) -> None:
    """Action, prompt, model, size, count and one way to get the result are always sent."""
    request = ImageRequest(Action.GENERATE, "a cat", "flux-dev", "1024x1024", count=3)
    way = {"callback_url": callback_url} if callback_url else {"async": True}
    assert submit_body(request, callback_url) == {
        "action": "generate",
        "prompt": "a cat",
        "model": "flux-dev",
        "size": "1024x1024",
        "count": 3,
        **way,
    }


def test_edit_body() -> None:
    """An edit has its picture's address and no count, which is for generation only."""
    request = ImageRequest(Action.EDIT, "add a hat", "flux-kontext-pro", "1:1", image_url="https://example.org/cat.png")
    assert submit_body(request, None) == {
        "action": "edit",
        "prompt": "add a hat",
        "model": "flux-kontext-pro",
        "size": "1:1",
        "image_url": "https://example.org/cat.png",
        "async": True,
    }


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("private", [False, True])
def test_bodies_are_plain_json(action: Action, private: bool) -> None:
    """A body survives JSON unchanged, and does not say whether a request is private."""
    body = submit_body(ImageRequest(action, "“ü\n\U0001f3a8", "m", "1:1", image_url="u", private=private), "https://x")
    assert json.loads(json.dumps(body)) == body
    assert "private" not in body


@pytest.mark.parametrize("count", [0, 1, MAX_IDS_PER_LOOKUP])
def test_lookup_body(count: int) -> None:
    """A look-up can have many task ids."""
    ids = [f"task-{number}" for number in range(count)]
    assert lookup_body(iter(ids)) == {"action": "retrieve_batch", "ids": ids}
