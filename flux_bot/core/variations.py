"""Prompts with alternatives: ``{red|blue} car, {day|night}`` stands for four prompts.

Braces without a bar are text, and so are characters after a backslash, in prompts that have braces at all.
"""

import re

from flux_bot.core.errors import RequestRejected

MAX_GROUP_IMAGES = 8
"""Of all requests of one command."""
_ESCAPED = re.compile(r"\\([{}|\\])")
_HIDDEN = {character: chr(0xFDD0 + number) for number, character in enumerate("{}|\\")}
"""Stand-ins for escaped characters, that no text contains (Unicode's noncharacters)."""
_ALTERNATIVES = re.compile(r"\{([^{}]*\|[^{}]*)\}")


def variations(prompt: str, count: int) -> list[str]:
    """Return the prompts that a prompt stands for, each once, in the order of its alternatives.

    Raises RequestRejected if ``count`` pictures of each are more than ``MAX_GROUP_IMAGES``, or if one is empty.
    """
    if "{" not in prompt:
        return [prompt]
    unfinished, found = [_ESCAPED.sub(lambda match: _HIDDEN[match[1]], prompt)], []
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
    """Return what to type for this very prompt: ``variations`` returns it alone."""
    return re.sub(r"([{}|\\])", r"\\\1", prompt) if "{" in prompt else prompt


def _shown(prompt: str) -> str:
    for character, hidden in _HIDDEN.items():
        prompt = prompt.replace(hidden, character)
    return prompt
