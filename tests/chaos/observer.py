"""Fills the ledger at the end of a run with what can be seen from outside."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cogs.messages.pictures import WHICH
from flux_bot.sandbox.exchange import Exchange
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.ui.cards import Verb
from flux_bot.ui.drafts import CHANGE
from flux_bot.ui.file_names import SOURCE, file_name
from tests.chaos.database import OPEN_STATUSES
from tests.chaos.ledger import Answer, LedgerEntry
from tests.chaos.plan import Command
from tests.discord_server.payloads import DEFER, EPHEMERAL, Payload, text_of, walk
from tests.discord_server.server import DiscordServer, Interaction, Request
from tests.english import EN

REJECTED = frozenset({400, 401, 403, 404, 429, 500, 503})
"""Statuses with which the image API starts no task. Any other answer, or none, may have started one."""

UUID_LENGTH = 36
"""Of a task's id, with which the names of its pictures begin."""
RESULT_BUTTON, FAILURE_BUTTON, CARD_BUTTON = f"{Verb.REROLL}:", f"{Verb.RETRY}:", f"{Verb.CANCEL}:"
"""Prefixes of the custom_ids of buttons that only a result, a failure notice, or a status card has."""
GIVEN_BACK = f"{CHANGE}:"
"""That of a button that only a rejection has."""
_UNCERTAIN = EN("maybe-saved", reference="").split(".")[0]


@dataclass(frozen=True, slots=True)
class IssuedCommand:
    """A command that a user has issued, and its interaction, or the id of the message that it is."""

    command: Command
    interaction: Interaction | None = None
    message_id: int | None = None


def answer_of(issued: IssuedCommand, calls: Sequence[Request]) -> Answer:
    """Return how the bot answered a command; its status card shows the prompt.

    A rejection shows it, too, but has other buttons. After a deferred reply the answer is the first successful edit, or
    nothing if there was none.
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
    text = _written(bodies[0])
    if _UNCERTAIN in text:
        return Answer.UNCERTAIN
    return Answer.CARD if issued.command.prompt in text and not has_button(bodies[0], GIVEN_BACK) else Answer.REFUSAL


def _answer_to_message(issued: IssuedCommand, calls: Sequence[Request]) -> Answer:
    """Return how the bot answered a message: a refusal is recognised by its nonce."""
    answer = Answer.NOTHING
    for call in calls:
        if call.status not in (200, 204) or not isinstance(call.json, dict):
            continue
        body = call.json.get("data") or call.json
        if body.get("nonce") == f"{issued.message_id}-r":
            return Answer.UNCERTAIN if _UNCERTAIN in _written(body) else Answer.REFUSAL
        if has_button(body, CARD_BUTTON) and issued.command.prompt in _written(body):
            answer = Answer.CARD
    return answer


def _written(body: Payload) -> str:
    """Return all the text in the body of a call."""
    return "\n".join(str(part.get("content")) for part in walk(body.get("components") or []))


def is_list_for(message: Payload, asked: int) -> bool:
    """Return whether a message is the list of pictures that answers the message ``asked``."""
    return any(
        str(part.get("custom_id", "")).startswith(f"{WHICH}:") and str(part["custom_id"]).endswith(f":{asked}")
        for part in walk(message.get("components") or [])
    )


def is_rejection(message: Payload) -> bool:
    """Return whether a message gives a rejected request back; it shows the prompt, but there is no job."""
    return has_button(message, GIVEN_BACK) or _UNCERTAIN in text_of(message)


def is_final(message: Payload) -> bool:
    """Return whether a message shows a result or a failure, not a job in progress."""
    return has_button(message, RESULT_BUTTON) or has_button(message, FAILURE_BUTTON)


def has_button(message: Payload, prefix: str) -> bool:
    """Return whether a message has a button whose custom_id has this prefix."""
    return any(str(part.get("custom_id", "")).startswith(prefix) for part in walk(message.get("components") or []))


def _is_private_notice(message: Payload, rows: Iterable[dict[str, Any]]) -> bool:
    """Return whether a message is a failure that was told by a private follow-up, not on a private status card."""
    is_card = any(row["reply_message_id"] == int(message["id"]) for row in rows)
    is_private = bool(message["flags"] & EPHEMERAL) and not is_card
    return is_private and not has_button(message, RESULT_BUTTON)


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
        """Take both doubles, the database's rows, the messages deleted with their channel, and the bots' logs."""
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

    def entry(self, issued: IssuedCommand) -> LedgerEntry:
        """Return the ledger entry of a command."""
        prompt = issued.command.prompt
        rows, submissions = self._rows[prompt], self._submissions[prompt]
        own = {f"{FAILURE_BUTTON}{row['id']}" for row in rows}  # a failure on a public card does not quote the prompt

        def is_own(text: str, message: Payload) -> bool:
            return prompt in text or any(has_button(message, button) for button in own)

        messages = [
            (text, message)
            for text, message in self._messages
            if is_own(text, message) and not is_rejection(message) and (rows or not has_button(message, f"{WHICH}:"))
        ]
        finals = [(text, message) for text, message in messages if is_final(message)]
        pictures = [message for _, message in finals if has_button(message, RESULT_BUTTON)]
        private = [message for _, message in finals if _is_private_notice(message, rows)]
        repeated = max(0, len(private) - 1)
        sources = {file_name(row["id"], SOURCE, "") for row in rows}
        shown = [
            part
            for message in pictures
            for part in message["attachments"]
            if not part["filename"].startswith(tuple(sources))
        ]
        return LedgerEntry(
            prompt=prompt,
            answer=answer_of(issued, self._discord.requests),
            saved=bool(rows),
            undelivered=any(row["undelivered_at"] is not None for row in rows),
            settled=all(row["next_delivery_at"] is None and row["status"] not in OPEN_STATUSES for row in rows),
            payments=self._payments(issued.command, rows, submissions),
            is_only_told=self._lists_tasks and bool(self._made[prompt]) and len(finals) > len(pictures),
            pictures=len(pictures),
            notices=len(finals) - len(pictures) - repeated,
            repeated_notices=repeated,
            deleted=sum(is_own(text, message) for text, message in self._deleted),
            wrong_pictures=sum(self._bytes_of(part) not in self._pictures[prompt] for part in shown),
            cards_left=0 if any(row["undelivered_at"] is not None for row in rows) else len(messages) - len(finals),
            events=tuple(self._events(issued, rows, submissions, [message for _, message in messages])),
        )

    def _payments(self, command: Command, rows: Sequence[dict[str, Any]], submissions: Sequence[Exchange]) -> int:
        """Return how often the request may have been paid; those for missing pictures belong to the first."""
        may_have_started = sum(exchange.status not in REJECTED for exchange in submissions)
        tasks = [task for row in rows for task in row["earlier_tasks"] or ()]
        continued = len(set(tasks) & self._short_tasks)
        return max(may_have_started - continued, -(-self._made[command.prompt] // command.count))

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
