"""The observer fills the ledger at the end of a run with what is visible from outside."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cogs.messages.pictures import WHICH
from flux_bot.sandbox.exchange import Exchange
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.ui.cards import Verb
from flux_bot.ui.file_names import SOURCE, file_name
from flux_bot.ui.interactions.drafts import CHANGE
from tests.chaos.database import OPEN_STATUSES
from tests.chaos.ledger import Answer, LedgerEntry
from tests.chaos.plan import Command
from tests.discord_server.payloads import DEFER, EPHEMERAL, Payload, text_of, walk
from tests.discord_server.server import DiscordServer, Interaction, Request
from tests.english import EN

REJECTED = frozenset({400, 401, 403, 404, 429, 500, 503})
"""Statuses that mean that the image API has started no task; it may have started one if there is any other answer."""

UUID_LENGTH = 36
"""The length of the part of a task's id that begins the names of its pictures."""
RESULT_BUTTON, FAILURE_BUTTON, CARD_BUTTON = f"{Verb.REROLL}:", f"{Verb.RETRY}:", f"{Verb.CANCEL}:"
"""Prefixes of the custom_ids of buttons that only a result, a failure notice, or a status card has."""
GROUP_BUTTON = f"{Verb.REROLL_ALL}:"
"""The prefix on the final message of a group, with or without pictures."""
REJECTION_BUTTON = f"{CHANGE}:"
"""The prefix of a button that only a rejection has."""
_UNCERTAIN = EN("maybe-saved", reference="").split(".")[0]


@dataclass(frozen=True, slots=True)
class IssuedCommand:
    """A command that a user has issued: its interaction, or the id of the user's message."""

    command: Command
    interaction: Interaction | None = None
    message_id: int | None = None


def answer_of(issued: IssuedCommand, calls: Sequence[Request]) -> Answer:
    """Return the bot's answer to a command; a status card shows the prompt.

    A rejection also shows it, but has other buttons. After a deferred reply, the answer is the first successful edit,
    if there was one.
    """
    if issued.interaction is None:
        return _answer_to_message(issued, calls)
    ack = issued.interaction.ack
    if ack is None:
        return Answer.NOTHING
    bodies = [ack.get("data") or {}]
    if ack["type"] == DEFER:
        edits = [call for call in calls if call.method == "PATCH" and issued.interaction.token in call.path]
        bodies = [call.json for call in edits if call.status == 200]
        if not bodies:
            return Answer.NOTHING
    text = _text_of(bodies[0])
    if _UNCERTAIN in text:
        return Answer.UNCERTAIN
    return (
        Answer.CARD if issued.command.words in text and not has_button(bodies[0], REJECTION_BUTTON) else Answer.REFUSAL
    )


def _answer_to_message(issued: IssuedCommand, calls: Sequence[Request]) -> Answer:
    """Return the bot's answer to a message; a refusal is recognised by its nonce."""
    answer = Answer.NOTHING
    for call in calls:
        if call.status not in (200, 204) or not isinstance(call.json, dict):
            continue
        body = call.json.get("data") or call.json
        if body.get("nonce") == f"{issued.message_id}-r":
            return Answer.UNCERTAIN if _UNCERTAIN in _text_of(body) else Answer.REFUSAL
        if has_button(body, CARD_BUTTON) and issued.command.words in _text_of(body):
            answer = Answer.CARD
    return answer


def is_answered(issued: IssuedCommand, calls: Iterable[Request]) -> bool:
    """Return whether a message has been answered, by a status card, a refusal or a list of pictures."""
    for call in calls:
        nonce = str(call.json.get("nonce")) if call.status == 200 and isinstance(call.json, dict) else ""
        if nonce in (f"{issued.message_id}-r", f"{issued.message_id}-w"):
            return True
        if nonce.endswith("-s") and issued.command.words in _text_of(call.json):
            return True
    return False


def _text_of(body: Payload) -> str:
    """Return all the text in the body of a call."""
    return "\n".join(str(part.get("content")) for part in walk(body.get("components") or []))


def is_list_for(message: Payload, request_id: int) -> bool:
    """Return whether a message is the list of pictures that answers a user's message."""
    return any(
        str(part.get("custom_id", "")).startswith(f"{WHICH}:") and str(part["custom_id"]).endswith(f":{request_id}")
        for part in walk(message.get("components") or [])
    )


def is_rejection(message: Payload) -> bool:
    """Return whether a message is the reply to a rejected request, which shows the prompt although there is no job."""
    return has_button(message, REJECTION_BUTTON) or _UNCERTAIN in text_of(message)


def is_final(message: Payload) -> bool:
    """Return whether a message shows a result or a failure, not a job in progress."""
    return any(has_button(message, prefix) for prefix in (RESULT_BUTTON, FAILURE_BUTTON, GROUP_BUTTON))


def _is_single_result(message: Payload) -> bool:
    """Return whether a message shows the result of only one job, which says nothing about the others of its group."""
    return has_button(message, RESULT_BUTTON) and not has_button(message, GROUP_BUTTON)


def has_button(message: Payload, prefix: str) -> bool:
    """Return whether a message has a button whose custom_id has this prefix."""
    return any(str(part.get("custom_id", "")).startswith(prefix) for part in walk(message.get("components") or []))


@dataclass(frozen=True, slots=True)
class Messages:
    """The bot's messages about a command."""

    all: Sequence[Payload]
    finals: Sequence[Payload]
    deleted: Sequence[Payload]
    """The final messages that were deleted together with their channel."""
    cards: Container[int | None]
    """The ids of the status cards."""

    def is_private_notice(self, message: Payload) -> bool:
        """Return whether a message is a private follow-up about a failure, not a private status card."""
        is_private = bool(message["flags"] & EPHEMERAL) and int(message["id"]) not in self.cards
        return is_private and not message["attachments"] and not has_button(message, RESULT_BUTTON)


def _is_text(attachment: Payload) -> bool:
    return str(attachment["filename"]).endswith(".txt")


class Observer:
    """Collects messages, submissions, pictures and rows by prompt."""

    def __init__(
        self,
        discord: DiscordServer,
        flux: FakeFlux,
        rows: Iterable[dict[str, Any]],
        deleted: Iterable[Payload],
        logs: Iterable[str],
    ) -> None:
        """Take both doubles, the database's rows, the messages deleted with their channel, and the processes' logs."""
        self._discord = discord
        own_id = str(discord.backend.bot_user.id)
        self._messages = [
            (text_of(message), message) for message in discord.all_messages() if message["author"]["id"] == own_id
        ]
        self._deleted = [(text_of(message), message) for message in deleted if is_final(message)]
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            self._rows[row["prompt"]].append(row)
        self._submissions: dict[str, list[Exchange]] = defaultdict(list)
        for exchange in flux.submissions:
            self._submissions[str(exchange.body.get("prompt"))].append(exchange)
        self._pictures: dict[str, set[bytes]] = defaultdict(set)
        for name, picture in flux.files.items():
            if task := flux.tasks.get(name[:UUID_LENGTH]):
                self._pictures[task.request["prompt"]].add(picture.data)
        self._made: dict[str, int] = defaultdict(int)
        self._short_tasks: set[str] = set()
        for task in flux.paid:
            made = len((task.response or {})["data"])
            self._made[task.request["prompt"]] += made
            if made < task.request.get("count", 1):
                self._short_tasks.add(task.id)
        self._lists_tasks = flux.form.lists_tasks
        self._logs = list(logs)

    def entries(self, issued: IssuedCommand) -> list[LedgerEntry]:
        """Return the ledger entries of a command, one for each of its jobs."""
        rows = [row for prompt in issued.command.prompts for row in self._rows[prompt]]
        messages = self._messages_of(issued, rows)
        return [self._entry(issued, prompt, rows, messages) for prompt in issued.command.prompts]

    def _messages_of(self, issued: IssuedCommand, rows: Sequence[dict[str, Any]]) -> Messages:
        """Return the messages about a command; a failure on a public card does not quote the prompt."""
        own = {f"{prefix}{row['id']}" for row in rows for prefix in (FAILURE_BUTTON, GROUP_BUTTON)}

        def is_own(text: str, message: Payload) -> bool:
            return issued.command.words in text or any(has_button(message, button) for button in own)

        found = [
            message
            for text, message in self._messages
            if is_own(text, message) and not is_rejection(message) and (rows or not has_button(message, f"{WHICH}:"))
        ]
        finals = [message for message in found if is_final(message)]
        deleted = [message for text, message in self._deleted if is_own(text, message)]
        return Messages(found, finals, deleted, {row["reply_message_id"] for row in rows})

    def _entry(
        self, issued: IssuedCommand, prompt: str, group: Sequence[dict[str, Any]], messages: Messages
    ) -> LedgerEntry:
        rows, submissions = self._rows[prompt], self._submissions[prompt]
        is_group, is_first = len(issued.command.prompts) > 1, prompt == issued.command.prompts[0]
        pictures = [one for one in messages.finals if self._shows(one, rows, is_group=is_group)]
        lost = [one for one in messages.deleted if self._shows(one, rows, is_group=is_group)]
        notices = [one for one in messages.finals if one not in pictures and not (is_group and _is_single_result(one))]
        # The message of a group may lack this job's pictures, which then follow in a separate message.
        notices = [] if is_group and (pictures or lost or self._has_pictures(rows)) else notices
        # The bot can't find a private notice after a lost answer, so it may post another one, or the picture.
        private = [int(one["id"]) for one in notices if messages.is_private_notice(one)]
        first_picture = min((int(one["id"]) for one in pictures), default=None)
        repeated = len([one for one in private if one < first_picture]) if first_picture else max(0, len(private) - 1)
        undelivered = any(row["undelivered_at"] is not None for row in group if row in rows or row["group_id"])
        shown = [part for message in pictures for part in self._pictures_in(message, rows, is_group=is_group)]
        is_reported_in_deleted = bool(messages.deleted) and not (is_group and self._has_pictures(rows))
        of_group = [one for one in messages.finals if has_button(one, GROUP_BUTTON)]
        repeated_groups = max(0, len([one for one in of_group if messages.is_private_notice(one)]) - 1)
        cards = [one for one in messages.all if one not in messages.finals] if is_first else []
        return LedgerEntry(
            prompt=prompt,
            answer=answer_of(issued, self._discord.requests),
            saved=bool(rows),
            undelivered=undelivered,
            settled=all(row["next_delivery_at"] is None and row["status"] not in OPEN_STATUSES for row in rows),
            payments=self._payments(issued.command.count, prompt, rows, submissions),
            has_only_notice=self._lists_tasks and bool(self._made[prompt]) and bool(notices),
            pictures=len(pictures),
            notices=len(notices) - repeated,
            repeated_notices=repeated,
            groups=len(of_group) - repeated_groups if is_first else 0,
            deleted=len(lost) or int(is_reported_in_deleted),
            wrong_pictures=sum(self._bytes_of(part) not in self._pictures[prompt] for part in shown),
            cards_left=0 if undelivered else len(cards),
            events=tuple(self._events(issued, rows, submissions, messages.all)),
        )

    @staticmethod
    def _has_pictures(rows: Sequence[dict[str, Any]]) -> bool:
        return any(row["images"] for row in rows)

    def _shows(self, message: Payload, rows: Sequence[dict[str, Any]], *, is_group: bool) -> bool:
        """Return whether a final message shows the pictures of a job, or links to them."""
        if not is_group:
            return has_button(message, RESULT_BUTTON)
        links = [image["url"] for row in rows for image in row["images"] or ()]
        files = (self._bytes_of(part).decode() for part in message["attachments"] if _is_text(part))
        text = "\n".join([text_of(message), *files])
        return bool(self._pictures_in(message, rows, is_group=True)) or any(link in text for link in links)

    @staticmethod
    def _pictures_in(message: Payload, rows: Sequence[dict[str, Any]], *, is_group: bool) -> list[Payload]:
        """Return the attached pictures of a job, without the source of an edit."""
        own = tuple(file_name(row["id"], "", "").removesuffix(".") for row in rows) if is_group else ("",)
        sources = tuple(file_name(row["id"], SOURCE, "") for row in rows)
        return [
            part
            for part in message["attachments"]
            if part["filename"].startswith(own) and not part["filename"].startswith(sources) and not _is_text(part)
        ]

    def _payments(
        self, count: int, prompt: str, rows: Sequence[dict[str, Any]], submissions: Sequence[Exchange]
    ) -> int:
        """Return how often the request may have been paid; submissions for missing pictures belong to the first one."""
        may_have_started = sum(exchange.status not in REJECTED for exchange in submissions)
        tasks = [task for row in rows for task in row["earlier_tasks"] or ()]
        continued = len(set(tasks) & self._short_tasks)
        return max(may_have_started - continued, -(-self._made[prompt] // count))

    def _bytes_of(self, attachment: Payload) -> bytes:
        return self._discord.files[int(attachment["id"])][0]

    def _events(
        self,
        issued: IssuedCommand,
        rows: Sequence[dict[str, Any]],
        submissions: Sequence[Exchange],
        messages: Sequence[Payload],
    ) -> Iterable[str]:
        yield f"{issued.command}, answered with {answer_of(issued, self._discord.requests).value}"
        yield from (f"submitted: answer {exchange.status}, task {exchange.task_id}" for exchange in submissions)
        for message in messages:
            yield f"message {message['id']} in {message['channel_id']}: {text_of(message)!r}"
        for row in rows:
            yield str({name: str(value) for name, value in row.items() if value is not None})
            yield from (line for log in self._logs for line in log.splitlines() if row["id"] in line)
