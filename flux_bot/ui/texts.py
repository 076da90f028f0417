"""How the messages of ``locales`` become the sentences a user reads, and the text safety they need."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from flux_bot.core.jobs import Action, Failure, ImageRequest, Job
from flux_bot.core.text import Argument, Phrase
from flux_bot.locales import ENGLISH, Words, words_in

ALT_TEXT_LIMIT = 1024
"""discord-api-docs, components/reference, "media gallery item": description."""

PROMPT_ON_CARD = 1500
"""Characters of escaped prompt on a card, well under the 4,000 that all texts of a message share."""


class Relation(StrEnum):
    """How a request came of an earlier one."""

    REROLLED = "rerolled"
    REMIXED = "remixed"
    EDITED = "edited-from"


# --- cards ---------------------------------------------------------------------------------------------


def painting(words: Words, request: ImageRequest, since: datetime, usual_seconds: float | None) -> str:
    """Say that the picture is being made, since when, and when it is usually there."""
    return f"{_since(words, request, since)} {_usual(words, request, usual_seconds)}"


def slow(words: Words, request: ImageRequest, since: datetime) -> str:
    """Say that the picture is still being made although it should be there."""
    return f"{_since(words, request, since)} {words('slow')}"


def _since(words: Words, request: ImageRequest, since: datetime) -> str:
    status = "status-painting" if request.action is Action.GENERATE else "status-editing"
    return words(status, since=timestamp(since))


def _usual(words: Words, request: ImageRequest, seconds: float | None) -> str:
    if seconds is None:
        return words("usual-unknown")
    short = words("duration-seconds", seconds=max(1, round(seconds)))
    duration = short if seconds < 90 else words("duration-minutes", minutes=round(seconds / 60))
    return words("usual", model=request.model, duration=duration)


def status_details(job: Job) -> str:
    """Give what was chosen and the job's id in small print."""
    return _small(job.request.model, job.request.size, f"`{job.id}`")


def result_heading(words: Words, job: Job) -> str:
    """Name the asker, who is pinged by this."""
    user = f"<@{job.origin.user_id}>"
    if job.request.action is Action.EDIT:
        return words("result-edited", user=user)
    return words("result-ready", user=user, count=job.request.count)


def result_details(words: Words, job: Job) -> str:
    """Give model, size, seconds taken and the job's id in small print."""
    return _small(job.request.model, job.request.size, *time_taken(words, job), f"`{job.id}`")


def time_taken(words: Words, job: Job) -> list[str]:
    """Say how long the image API took, in a list that is empty where that is not known."""
    return [words("duration-seconds", seconds=round(job.seconds_taken))] if job.seconds_taken is not None else []


def relation(words: Words, request: ImageRequest, parent: Job | None) -> str:
    """Say of which picture this one came, with a link if all readers may see that; None: its job is forgotten."""
    how = relation_of(request, parent) if parent else Relation.REMIXED
    url = parent.result_url if parent else None
    link = words("parent-link", url=url) if url else words("parent-plain")
    return f"-# {words(f'result-{how}', parent=link)}"


def relation_of(request: ImageRequest, parent: Job) -> Relation:
    """Tell how a request came of its parent: what is changed is the parent's result, or what the parent changed too."""
    if request.action is not parent.request.action or _is_result_of(parent, request.image_url):
        return Relation.EDITED
    before = parent.request
    same = (request.prompt, request.model, request.size, request.count)
    return Relation.REROLLED if same == (before.prompt, before.model, before.size, before.count) else Relation.REMIXED


def _is_result_of(parent: Job, url: str | None) -> bool:
    """Tell whether an address is that of a job's picture, at the image API or as a file at Discord."""
    originals = [image.url for image in parent.images]
    return url is not None and (url in originals or re.search(rf"/flux-{parent.id}-\d+\.", url) is not None)


def originals(words: Words, urls: Mapping[int, str]) -> str:
    """List links to original pictures, by number."""
    return ", ".join(words("original-link", number=number, url=_whole(url)) for number, url in urls.items())


def shrunk(words: Words, urls: Mapping[int, str]) -> str:
    """Link the originals, by number, of pictures that had to be made smaller."""
    return f"-# {words('shrunk', links=originals(words, urls))}"


def unfetched(words: Words, urls: Mapping[int, str]) -> str:
    """Link pictures, by number, that could not be fetched."""
    links = [words("picture-link", number=number, url=_whole(url)) for number, url in urls.items()]
    return "\n".join((words("unfetched", count=len(urls)), *links))


def failure(words: Words, job: Job, reason: Failure) -> str:
    """Say what happened, whether it cost anything and what to do next."""
    known = f"failure-{reason.code}"
    text = f"⚠️ {words(known if words.has(known) else 'failure-unexpected')}"
    if reason.code == "bad_request" and reason.message:
        text += f"\n{words('failure-said', message=quoted(reason.message, 300))}"
    return f"{text}\n{_small(escape(job.request.model), f'`{job.id}`')}"


def prompt(request: ImageRequest) -> str:
    """Show the prompt as it was written, cut if it is very long."""
    return f"> {cut(one_line(request.prompt), PROMPT_ON_CARD)}"


def shown_prompt(text: str) -> str | None:
    """Return the prompt that ``prompt`` has shown, in one line and perhaps cut; None if the text is none."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text.removeprefix("> ")) if text.startswith("> ") else None


def is_cut(request: ImageRequest) -> bool:
    """Tell whether ``prompt`` can't show the whole prompt."""
    return len(one_line(request.prompt)) > PROMPT_ON_CARD


def alt_text(words: Words, request: ImageRequest, number: int, count: int) -> str:
    """Describe a picture by its prompt for those who can't see it."""
    text = request.prompt
    if count > 1:
        text = words("alt-one-of", number=number, count=count, prompt=text)
    return cut(text, ALT_TEXT_LIMIT)


def _small(*parts: str) -> str:
    return f"-# {' · '.join(parts)}"


# --- names ---------------------------------------------------------------------------------------------


def shape_label(words: Words, ratio: str, size: str) -> str:
    """Name a shape in words, e.g. ``16:9 wide (1344x768)``."""
    name = f"shape-{ratio.replace(':', '-')}"
    label = words(name) if words.has(name) else ratio
    return label if size == ratio else f"{label} ({size})"


def model_label(words: Words, name: str, label: str) -> str:
    """Name a model, unless the operator's catalogue has a name of its own for it."""
    message = f"model-{name.replace('.', '-')}"
    english = words_in(ENGLISH)
    return words(message) if english.has(message) and english(message) == label else label


def pixel_rule(smallest: int, largest: int | None, step: int) -> Phrase:
    """Describe which pixel sizes a model takes."""
    arguments: dict[str, Argument] = {"smallest": str(smallest), "step": str(step)}
    if largest is None:
        return Phrase("pixel-rule-open", arguments)
    return Phrase("pixel-rule-range", arguments | {"largest": str(largest)})


# --- text safety ---------------------------------------------------------------------------------------

_INLINE = re.compile(r"([\\*_~|`<>@\[\]():])")
_LINE_START = re.compile(r"(^|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])(\s*)([-+#]|\d+(?=[.)]))")


def escape(text: str) -> str:
    """Return text that Discord shows exactly as it was written: no markdown, mentions, emoji or links.

    Discord lets a backslash stand before any ASCII punctuation
    (support.discord.com, "Markdown Text 101", "escape").
    """
    return _LINE_START.sub(_escape_line_start, _INLINE.sub(r"\\\1", text))


def _escape_line_start(match: re.Match[str]) -> str:
    line, blank, sign = match.groups()
    return f"{line}{blank}{sign}\\" if sign.isdigit() else f"{line}{blank}\\{sign}"


def one_line(text: str) -> str:
    """Return what somebody wrote in one line, safe to show."""
    return escape(" ".join(text.splitlines()))


def brief(text: str, limit: int) -> str:
    """Return what somebody wrote in one line, without further blanks and cut; not yet safe to stand in markdown."""
    return cut(" ".join(text.split()), limit)


def quoted(text: str, limit: int) -> str:
    """Return what somebody wrote, cut and then made safe, to stand in a sentence."""
    return escape(cut(text, limit))


def _whole(url: str) -> str:
    """Return an address that a masked link can hold: a bracket would end it."""
    return url.replace("(", "%28").replace(")", "%29")


def cut(text: str, limit: int) -> str:
    """Return at most ``limit`` characters, ending in an ellipsis if something is missing."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rstrip("\\") + "…"


def timestamp(at: datetime) -> str:
    """Return a Discord timestamp that keeps itself up to date, e.g. "2 minutes ago"."""
    return f"<t:{int(at.timestamp())}:R>"
