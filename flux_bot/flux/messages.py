"""Classifies the image API's error messages, because there are few error codes. No I/O.

``bad_request`` covers every part of a request, and ``api_error`` everything that happens to a task.
"""

import re

from flux_bot.core.errors import ApiRefused, ModelRejected, SizeRejected

_SUBJECTS: tuple[tuple[str, type[ApiRefused] | None], ...] = (
    (r"prompts?|tokens?|keys?|credentials?|balance|accounts?|applications?|callbacks?|callback_urls?|counts?", None),
    (r"image_urls?|image url|files?|uploads?|downloads?|payload|bytes|[0-9.]+ ?[kmg]i?b", None),
    (r"(source|input|reference) (image|picture)", None),
    (r"(image_?)?sizes?|(aspect_?)?ratios?|aspect|resolutions?|dimensions?|width|height", SizeRejected),
    (r"[0-9]{2,5} ?[x×*] ?[0-9]{2,5}(px)?|[0-9]{1,2}:[0-9]{1,2}|尺寸|比例|分辨率|宽高", SizeRejected),
    (r"temporar(y|ily)|overload(ed)?|busy|maintenance|capacity|timeout|timed out", None),
    (r"models?|flux-(dev|pro|kontext|[0-9])[a-z0-9.-]*|模型", ModelRejected),
    (r"images?|pictures?|actions?|urls?|users?|seeds?|json|permissions?|polic(y|ies)|contents?|fetch", None),
    (r"[^\x00-\x7f]", None),  # another language, and none of the topics above
    (r"", SizeRejected),  # nothing specific
)
"""What a message is about, and what is then rejected; the first line that fits counts. Sizes come before models: "model
x does not support 2:1" is about both, and a size can be sent in another form."""
_REJECTIONS = tuple(
    (re.compile(rf"(?<![a-z0-9])({words})(?![a-z0-9])" if words else "", re.IGNORECASE), kind)
    for words, kind in _SUBJECTS
)

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)

_MODERATION = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"\bcontent[ _-]?(moderation|filter|policy|violation)",
        r"\bsafety[ _-]?(system|filter|check|polic|guideline)",
        r"\b(reject|block|refus|den)\w* .{0,40}\bmoderation\b|\bmoderation\b.{0,40} (reject|block|refus|den)",
        r"\bflagged\b|\bnsfw\b",
        r"\b(sensitive|prohibited|inappropriate|disallowed|unsafe|harmful)[ _-](content|word|material)",
        r"\bviolat\w+\b.{0,80}\b(polic|guideline)",
        r"敏感(内容|词|信息)|内容违规|违规内容|审核(不|未)通过",
    )
)
_NOT_MODERATION = re.compile(
    r"time[ds]?[ -]?out|unavailable|unreachable|overload|\bconnect|\bnetwork|\b(account|application|rate|quota)\b",
    re.IGNORECASE,
)
"""Another problem, perhaps of the moderation itself, or one of the operator's account."""


def find_rejection(message: str) -> type[ApiRefused] | None:
    """Return the error for the message of a ``bad_request`` about the size or the model; None for any other message.

    A message that says nothing specific counts as a message about the size: trying another form of the size is free.
    """
    # Users choose the addresses, whose words must not disable a model for everybody.
    text = _ADDRESS.sub("url", message)
    return next(kind for words, kind in _REJECTIONS if words.search(text))


_SENTENCE = re.compile(r"[^\W\d_][^<>(){}\[\]`\\|=_@#*/\n\r]{7,298}[^\s,:;<(\[{=]")
_CODE = re.compile(
    r"\b\w*(Error|Exception|Traceback)\b|\b0x[0-9a-f]+|::|\w\.\w+\.\w|\b[a-z]+[A-Z]\w*|[0-9a-f]{8,}|\b[45]\d\d\b|\bNone\b"
)


def is_plain_sentence(message: str) -> bool:
    """Return whether a message is a plain sentence, without brackets, code, addresses or names of exceptions."""
    words = message.strip()
    has_words = len(words.split()) >= 3 or not words.isascii()
    return has_words and bool(_SENTENCE.fullmatch(words)) and not _CODE.search(words)


_PICTURE = re.compile(
    r"(?<![a-z])(images?|pictures?|photos?)(?![a-z])|(?<![a-z])image_?urls?(?![a-z])|图片|图像", re.IGNORECASE
)


def is_about_the_picture(message: str) -> bool:
    """Return whether the message of a ``bad_request`` is about the picture to edit."""
    return bool(_PICTURE.search(message))


def is_moderation(message: str) -> bool:
    """Return whether a message unmistakably says that moderation rejected the prompt or the picture."""
    return any(words.search(message) for words in _MODERATION) and not _NOT_MODERATION.search(message)
