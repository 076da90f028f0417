"""Prompts with alternatives: ``{red|blue} car, {day|night}`` expands to four prompts.

Braces without a bar are literal. A backslash makes a brace, a bar or a backslash literal, but only in prompts that
contain a brace.
"""

import re
from collections.abc import Sequence

from flux_bot.core.differences import common_length
from flux_bot.core.errors import RequestRejected

MAX_GROUP_IMAGES = 8
"""The maximum number of pictures that one command may request."""
_ESCAPED = re.compile(r"\\([{}|\\])")
_HIDDEN = {character: chr(0xFDD0 + number) for number, character in enumerate("{}|\\")}
"""Unicode noncharacters that stand for escaped characters; any that a prompt contains are removed."""
_REMOVED = str.maketrans("", "", "".join(_HIDDEN.values()))
_ALTERNATIVES = re.compile(r"\{([^{}]*\|[^{}]*)\}")


def variations(prompt: str, count: int) -> list[str]:
    """Return the distinct prompts that a prompt expands to, in the order of its alternatives.

    Raises RequestRejected if ``count`` pictures of each are more than ``MAX_GROUP_IMAGES``, or if a prompt is empty.
    """
    if "{" not in prompt:
        return [prompt]
    unfinished, found = [_ESCAPED.sub(lambda match: _HIDDEN[match[1]], prompt.translate(_REMOVED))], []
    while unfinished:
        first, *unfinished = unfinished
        match = _ALTERNATIVES.search(first)
        if match is None:
            found.append(first)
            continue
        alternatives = dict.fromkeys(one.strip() for one in match[1].split("|"))
        unfinished = [f"{first[: match.start()]}{one}{first[match.end() :]}" for one in alternatives] + unfinished
        if (len(unfinished) + len(found)) * count > MAX_GROUP_IMAGES:
            raise RequestRejected("too-many-variations", limit=MAX_GROUP_IMAGES)
    plain = list(dict.fromkeys(_shown(one).strip() for one in found))
    if not all(plain):
        raise RequestRejected("empty-prompt")
    return plain


def escaped(prompt: str) -> str:
    """Escape a prompt so that ``variations`` returns exactly this prompt."""
    return _escaped(prompt) if "{" in prompt else prompt


def joined(prompts: Sequence[str], limit: int | None = None) -> str:
    """Return one prompt that expands to the given prompts, as a user might have typed it.

    It may repeat text that the prompts have in common. If it is longer than ``limit`` characters, return the first
    prompt instead.
    """
    whole = _joined(prompts)
    return whole if limit is None or len(whole) <= limit else escaped(prompts[0])


def _joined(prompts: Sequence[str]) -> str:
    if len(prompts) == 1:
        return escaped(prompts[0])
    typed = [_escaped(prompt) for prompt in prompts]
    found = [_with_alternatives(typed)]
    for size in range(2, len(prompts)):
        if len(prompts) % size == 0:  # there may be several sets of alternatives, of which the last one changes fastest
            parts = [prompts[start : start + size] for start in range(0, len(prompts), size)]
            found.append(_with_alternatives([joined(part) for part in parts]))
    right = [text for text in found if _expands_to(text, prompts)]
    return min(right, key=len, default=f"{{{'|'.join(typed)}}}")


def _expands_to(text: str, prompts: Sequence[str]) -> bool:
    try:
        return variations(text, 1) == list(prompts)
    except RequestRejected:
        return False


def _with_alternatives(texts: Sequence[str]) -> str:
    """Combine escaped texts into one, with alternatives between the words that all of them begin and end with."""
    start = _to_last_space(texts)
    rests = [text[start:] for text in texts]
    end = _to_last_space([rest[::-1] for rest in rests])
    middles = [rest[: len(rest) - end] for rest in rests]
    return f"{texts[0][:start]}{{{'|'.join(middles)}}}{rests[0][len(middles[0]) :]}"


def _to_last_space(texts: Sequence[str]) -> int:
    """Return the length of the texts' common beginning, up to and including its last space."""
    return texts[0].rfind(" ", 0, common_length(texts)) + 1


def _escaped(text: str) -> str:
    return re.sub(r"([{}|\\])", r"\\\1", text)


def _shown(prompt: str) -> str:
    for character, hidden in _HIDDEN.items():
        prompt = prompt.replace(hidden, character)
    return prompt
