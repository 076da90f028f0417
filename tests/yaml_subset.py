"""Reads as much of YAML as compose.yaml is written in: mappings, flow lists, plain and quoted text, anchors, merges."""

import re
from typing import Any

_WORDS = re.compile(r'"([^"]*)"|([^\s,\[\]]+)')


def load(text: str) -> dict[str, Any]:
    """Return the document; every scalar as text, nothing as None. Raises ValueError for other YAML."""
    lines = [line for line in (re.sub(r"(^|\s)#.*", "", line).rstrip() for line in text.splitlines()) if line]
    return _Reader(lines).mapping(0)


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines[::-1]
        self._anchors: dict[str, Any] = {}

    def mapping(self, indent: int) -> dict[str, Any]:
        """Take the lines of this depth."""
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while self._lines and _depth(self._lines[-1]) == indent:
            line = self._lines.pop()
            match = re.fullmatch(r"\s*([\w<-]+):(?: (.*))?", line)
            if match is None or match[1] in found:
                raise ValueError(f"not understood: {line}")
            value = self._value(match[2] or "", indent)
            if match[1] == "<<":
                merged = value
            else:
                found[match[1]] = value
        if self._lines and _depth(self._lines[-1]) > indent:
            raise ValueError(f"too deep: {self._lines[-1]}")
        return {**merged, **found}

    def _value(self, text: str, indent: int) -> Any:
        if text.startswith("*"):
            return self._anchors[text[1:]]
        if text and text[0] not in '&"[':
            return text
        if text.startswith("["):
            return _words(text)
        if text.startswith('"'):
            if text.count('"') != 2 or not text.endswith('"'):
                raise ValueError(f"not understood: {text}")
            return text[1:-1]
        depth = _depth(self._lines[-1]) if self._lines else 0
        nested = self.mapping(depth) if depth > indent else None
        if text:
            self._anchors[text[1:]] = nested
        return nested


def _words(text: str) -> list[str]:
    return [quoted or plain for quoted, plain in _WORDS.findall(text)]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
