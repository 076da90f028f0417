"""The common words of prompts and their differences: ``red car, day`` and ``blue car, day`` differ in red and blue."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import reduce
from itertools import takewhile

_WORD = re.compile(r"[^\W\u3000-\u9fff]+|\S")
"""A word, or another character: Japanese and Chinese have no spaces, so each of their characters is a word."""
_MOST_COMPARED = 100
"""The maximum number of words to compare between a common beginning and a common end; more would take too long."""
GAP = "…"

Span = tuple[int, int]


def differences(prompts: Sequence[str]) -> tuple[str, list[str]]:
    """Return the words that all prompts share, with an ellipsis for each gap, and the words unique to each prompt.

    A prompt without unique words is returned whole. If two prompts would get the same text, all are returned whole.
    """
    spans = [[match.span() for match in _WORD.finditer(prompt)] for prompt in prompts]
    words = [[prompt[start:end] for start, end in found] for prompt, found in zip(prompts, spans, strict=True)]
    start = common_length(words)
    end = common_length([found[: start - 1 if start else None : -1] for found in words])
    middles = [found[start : len(found) - end] for found in words]
    common = reduce(_common_words, middles) if max(map(len, middles)) <= _MOST_COMPARED else []
    parts = [_own_parts(middle, found[start:], common) for middle, found in zip(middles, spans, strict=True)]
    own = [", ".join(prompt[a:b] for a, b in found) for prompt, found in zip(prompts, parts, strict=True)]
    own = [part or prompt for part, prompt in zip(own, prompts, strict=True)]
    if len(set(own)) < len(own):
        own = list(prompts)
    template = prompts[0]
    for a, b in reversed(parts[0]):
        template = f"{template[:a]}{GAP}{template[b:]}"
    return template, own


def common_length(texts: Sequence[Sequence[str]]) -> int:
    """Return how many words or characters at the beginning are the same in all texts."""
    return sum(1 for _ in takewhile(lambda found: len(set(found)) == 1, zip(*texts, strict=False)))


def _common_words(some: list[str], others: list[str]) -> list[str]:
    """Return the words that both texts have in the same order."""
    blocks = SequenceMatcher(None, some, others, autojunk=False).get_matching_blocks()
    return [word for block in blocks for word in some[block.a : block.a + block.size]]


def _own_parts(words: Sequence[str], spans: Sequence[Span], common: Sequence[str]) -> list[Span]:
    """Return the positions of the words that are not common; adjacent positions are joined."""
    parts: list[Span] = []
    left, is_open = list(common), False
    for word, (start, end) in zip(words, spans, strict=False):
        if left and word == left[0]:
            left.pop(0)
            is_open = False
        else:
            parts = [*parts[:-1], (parts[-1][0], end)] if is_open else [*parts, (start, end)]
            is_open = True
    return parts
