"""Every sentence a user may read, and the text safety they need. Short, kind, says what to do."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from flux_bot.jobs import Action, Failure, ImageRequest, Job

ALT_TEXT_LIMIT = 1024
"""discord-api-docs, components/reference, "media gallery item": description."""

PROMPT_ON_CARD = 1500
"""Characters of escaped prompt on a card, well under the 4,000 that all texts of a message share."""

_FREE = "It cost nothing."

# What to say for each error code of the image API (flux-api guide, "Error handling") and of our own.
_FAILURES = {
    "bad_request": f"The picture service did not accept this request. {_FREE} Please change it and try again.",
    "forbidden": f"The picture service's safety filter refused this prompt. {_FREE} Please reword it and try again.",
    "too_many_requests": f"The picture service is too busy at the moment. {_FREE} Please try again in a few minutes.",
    "api_error": f"The picture service failed while painting. {_FREE} Trying again often helps.",
    "timeout": f"The picture service took too long and gave up. {_FREE} Trying again often helps.",
    "unreachable": f"The picture service can't be reached at the moment. {_FREE} Please try again later.",
    "outcome_unknown": (
        "The connection to the picture service broke while your request was being sent, and no picture has come. "
        "It may have been charged, so it was not sent a second time. Please ask again if you still want it."
    ),
    "overdue": (
        "The picture service took the request but never sent a result. Failed pictures are not charged. "
        "Please try again."
    ),
    "no_token": f"The picture service is not set up correctly. {_FREE} The operator has been told.",
    "invalid_token": f"The picture service does not let this bot in at the moment. {_FREE} The operator has been told.",
    "token_expired": f"The picture service does not let this bot in any more. {_FREE} The operator has been told.",
    "token_mismatched": f"The picture service does not know this bot. {_FREE} The operator has been told.",
    "used_up": f"The picture service is not available right now. {_FREE} The operator has been told; try again later.",
    "disabled": f"The picture service is closed to this bot at the moment. {_FREE} The operator has been told.",
    "no_api": f"The picture service can't be found. {_FREE} The operator has been told.",
    "api_not_implemented": f"The picture service can't do this at the moment. {_FREE} The operator has been told.",
}

_UNEXPECTED_CODE = f"The picture service could not make this picture. {_FREE} Please try again later."

_SHAPE_NAMES = {
    "1:1": "square",
    "16:9": "wide",
    "9:16": "tall",
    "3:2": "landscape",
    "2:3": "portrait",
    "4:3": "landscape, classic",
    "3:4": "portrait, classic",
    "5:4": "nearly square, wide",
    "4:5": "nearly square, tall",
    "21:9": "very wide",
    "9:21": "very tall",
}


# --- cards ---------------------------------------------------------------------------------------------


def painting(request: ImageRequest, since: datetime, usual_seconds: float | None) -> str:
    """Say that the picture is being made, since when, and when it is usually there."""
    verb = "Painting" if request.action is Action.GENERATE else "Editing"
    text = f"🎨 **{verb}** since {timestamp(since)}."
    if usual_seconds is None:
        return f"{text} This usually takes one to two minutes."
    return f"{text} {request.model} usually takes about {_duration(usual_seconds)}."


def queued(place: int) -> str:
    """Say where in the queue a request stands; 1 is the next."""
    return f"⏳ **In the queue**, place {place}. It starts by itself; this message changes when it does."


def busy() -> str:
    """Say that the image API takes nothing at the moment."""
    return "⏳ **Waiting**: the picture service is busy. It starts by itself; this message changes when it does."


def status_details(job: Job) -> str:
    """Give what was chosen and the job's id in small print."""
    return f"-# {job.request.model} · {job.request.size} · `{job.id}`"


def mark(job: Job) -> str:
    """Tell a final card from every other: by the job's id, and by whether it is of pictures or of a failure."""
    return f" · job `{job.id}`" if job.result and job.result.images else f" · failed job `{job.id}`"


def result_heading(job: Job) -> str:
    """Name the asker, who is pinged by this."""
    if job.request.action is Action.EDIT:
        return f"<@{job.origin.user_id}> your edited picture is ready."
    what = "your picture is" if job.request.count == 1 else "your pictures are"
    return f"<@{job.origin.user_id}> {what} ready."


def result_details(job: Job) -> str:
    """Give model, size, seconds taken and the job's id in small print."""
    parts = [job.request.model, job.request.size]
    if job.seconds_taken is not None:
        parts.append(f"{job.seconds_taken:.0f} s")
    return f"-# {' · '.join(parts)}{mark(job)}"


def fewer_pictures(got: int, asked: int) -> str:
    """Say that fewer pictures came than were asked for."""
    return f"-# The picture service made {got} of the {asked} pictures."


def shrunk(urls: Mapping[int, str]) -> str:
    """Link the originals, by number, of pictures that had to be made smaller."""
    links = ", ".join(f"[original {number}]({_whole(url)})" for number, url in urls.items())
    return f"-# Made smaller to fit Discord's upload limit: {links}"


def links_attached(count: int) -> str:
    """Point to the file that holds links too long for a card."""
    return f"-# The {'address is' if count == 1 else 'addresses are'} in the attached file."


def unfetched(urls: Mapping[int, str]) -> str:
    """Link pictures, by number, that could not be fetched."""
    links = "\n".join(f"[Picture {number}]({_whole(url)})" for number, url in urls.items())
    what, where = ("This picture", "it is") if len(urls) == 1 else ("These pictures", "they are")
    return f"{what} could not be loaded into Discord; here is where {where}, for a few weeks at least:\n{links}"


def failure(job: Job, reason: Failure) -> str:
    """Say what happened, whether it cost anything and what to do next."""
    text = f"⚠️ {_FAILURES.get(reason.code, _UNEXPECTED_CODE)}"
    if reason.code == "bad_request" and reason.message:
        text += f"\nIt said: {escape(cut(reason.message, 300))}"
    return f"{text}\n-# {escape(job.request.model)}{mark(job)}"


def prompt(request: ImageRequest) -> str:
    """Show the prompt as it was written, cut if it is very long."""
    return f"> {cut(_one_line(request.prompt), PROMPT_ON_CARD)}"


def is_cut(request: ImageRequest) -> bool:
    """Tell whether ``prompt`` can't show the whole prompt."""
    return len(_one_line(request.prompt)) > PROMPT_ON_CARD


def _one_line(text: str) -> str:
    return escape(" ".join(text.splitlines()))


def alt_text(request: ImageRequest, number: int, count: int) -> str:
    """Describe a picture by its prompt for those who can't see it."""
    prefix = f"Picture {number} of {count}: " if count > 1 else ""
    return cut(prefix + request.prompt, ALT_TEXT_LIMIT)


# --- answers to a command ------------------------------------------------------------------------------


def too_many_queued(limit: int) -> str:
    """Ask for patience when somebody has too many jobs waiting."""
    waiting = "a picture" if limit == 1 else f"{limit} pictures"
    return f"You already have {waiting} waiting. Please let some of them finish, then ask again."


def unavailable() -> str:
    """Say that the operator has to act first."""
    return "The picture service is not available right now. The operator has been told. Please try again later."


def stopping() -> str:
    """Say that the bot is about to restart."""
    return "I am just being restarted. Please ask again in a minute."


def one_image_please() -> str:
    """Explain that an edit needs exactly one picture."""
    return "Please give exactly one picture to edit: attach it as `image`, or paste its address as `image_url`."


def not_an_image(filename: str) -> str:
    """Refuse an attachment that is no picture."""
    return f"“{escape(cut(filename, 80))}” is not a picture I can edit. Please attach a PNG, JPEG or WebP file."


def image_too_large(limit_mib: int) -> str:
    """Refuse an attachment that the image API would not take."""
    return f"That picture is too large to edit. Please attach one of at most {limit_mib} MiB."


def not_a_link() -> str:
    """Refuse what is no address of a picture."""
    return "That is not a web link. Use one that begins with https:// and has no spaces, or upload the picture instead."


def link_too_long(limit: int) -> str:
    """Refuse a very long link."""
    return f"That link is longer than {limit} characters. Use a shorter one or upload the picture instead."


def link_with_password() -> str:
    """Refuse a link that carries credentials."""
    return "That link contains a user name or password. Use a link without them or upload the picture instead."


def link_not_public() -> str:
    """Refuse a link that only its own network can open."""
    return "That link does not lead to a public website. Use one that anybody can open or upload the picture instead."


def empty_prompt() -> str:
    """Refuse a prompt without any words."""
    return "The prompt is empty. Please describe the picture you want."


def size_not_taken(model: str, typed: str, takes: str) -> str:
    """Refuse a size and list what the model takes."""
    return f"{model} can't make the size “{escape(cut(typed, 50))}”. It takes {takes}."


def pixel_rule(smallest: int, largest: int | None, step: int) -> str:
    """Describe which pixel sizes a model takes."""
    upper = f"to {largest}" if largest is not None else "or more"
    return f"a shape such as 16:9, or WIDTHxHEIGHT with each side {smallest} {upper} in steps of {step}"


def no_such_model(typed: str, action: Action, names: Sequence[str]) -> str:
    """Refuse a model and list those there are."""
    return f"There is no model “{escape(cut(typed, 50))}” that can {action}. Choose one of {', '.join(names)}."


def shape_label(ratio: str, size: str) -> str:
    """Name a shape in words, e.g. ``16:9 wide (1344x768)``."""
    name = _SHAPE_NAMES.get(ratio)
    words = f"{ratio} {name}" if name else ratio
    return words if size == ratio else f"{words} ({size})"


def kept_results(count: int, *, more: bool = False) -> str:
    """Tell somebody that results of theirs could not be delivered and are kept; ``more``: not all are offered."""
    if count == 1:
        return "📬 The result of an earlier request could not be delivered. Nothing is lost: fetch it here."
    if more:
        return (
            f"📬 The results of more than {count} earlier requests could not be delivered. Nothing is lost: fetch the "
            f"first {count} here, and the rest after your next command."
        )
    return f"📬 The results of {count} earlier requests could not be delivered. Nothing is lost: fetch them here."


def fetch_kept(request: ImageRequest) -> str:
    """Label the button that fetches a kept result."""
    return cut(f"Fetch: {' '.join(request.prompt.split())}", 80)


def fetching() -> str:
    """Say that a kept result is on its way."""
    return "📬 Fetching your result…"


def nothing_kept() -> str:
    """Say that there is nothing to fetch any more."""
    return "This result has already been delivered."


def no_channel() -> str:
    """Say that there is no channel to answer in."""
    return "I can't tell which channel this came from. Please try again in another one."


def unexpected(reference: str) -> str:
    """Say that something broke, with a reference that the operator finds in the log."""
    return f"Something went wrong on my side. Please try again; if it stays, tell the operator `{reference}`."


def maybe_saved(reference: str) -> str:
    """Say that nobody can tell whether a request was taken, so that it is not paid twice."""
    return (
        "The connection to my database broke just as I was saving your request. If it was saved, the picture comes by "
        f"itself: please wait a few minutes before you ask again. If this stays, tell the operator `{reference}`."
    )


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


def _duration(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"
