"""What is to be seen from outside when all is over: the stories of all commands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flux_bot.sandbox.fake_flux import Exchange, FakeFlux
from tests.chaos.database import OPEN_STATUSES
from tests.chaos.ledger import Answer, Story
from tests.chaos.plan import Command
from tests.english import EN
from tests.wire.discord_server import WireDiscord
from tests.wire.openapi import DEFER, Payload, text_of, walk
from tests.wire.world import Interaction, Request

SURELY_STARTED_NOTHING = frozenset({400, 401, 403, 404, 429, 500, 503})
"""Answers of the image API; its 500 carries its own envelope. All others, and none, may have started a task."""

OF_PICTURES, OF_FAILURE = "reroll:", "retry:"
"""How the custom_id of a button begins that only the final card has, of a result and of a failure."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A command, and what Discord made of it."""

    command: Command
    interaction: Interaction


def answer_of(asked: NewJob, calls: Sequence[Request]) -> Answer:
    """Return how the bot answered a command; its status card shows the prompt.

    Where it was thinking first, the answer is the first edit of that: no answer at all if there was none.
    """
    ack = asked.interaction.ack
    if ack is None:
        return Answer.NOTHING
    bodies = [ack.get("data") or {}]
    if ack["type"] == DEFER:
        edits = [call for call in calls if call.method == "PATCH" and asked.interaction.token in call.path]
        bodies = [call.json for call in edits if call.status == 200]
        if not bodies:
            return Answer.NOTHING
    text = "\n".join(str(part.get("content")) for part in walk(bodies[0].get("components") or []))
    if asked.command.prompt in text:
        return Answer.CARD
    return Answer.UNCERTAIN if EN("maybe-saved", reference="").split(".")[0] in text else Answer.REFUSAL


def is_final(message: Payload) -> bool:
    """Tell whether a message shows a result or tells of a failure, rather than of work under way."""
    return has_button(message, OF_PICTURES) or has_button(message, OF_FAILURE)


def has_button(message: Payload, beginning: str) -> bool:
    """Tell whether a message has a button whose custom_id begins so."""
    return any(str(part.get("custom_id", "")).startswith(beginning) for part in walk(message.get("components") or []))


class Witness:
    """Everything there is to be seen, by prompt."""

    def __init__(
        self,
        discord: WireDiscord,
        flux: FakeFlux,
        rows: Iterable[dict[str, Any]],
        deleted: Iterable[Payload],
        logs: Iterable[str],
    ) -> None:
        """Take both worlds, the database's rows, the messages deleted with their channel, and the bots' logs."""
        self._discord = discord
        self._messages = [(text_of(message), message) for message in discord.every_message()]
        self._deleted = [text_of(message) for message in deleted if is_final(message)]
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            self._rows[row["prompt"]].append(row)
        self._submissions: dict[str, list[Exchange]] = defaultdict(list)
        for exchange in flux.submissions:
            self._submissions[str(exchange.body.get("prompt"))].append(exchange)
        self._painted: dict[str, set[bytes]] = defaultdict(set)
        for name, picture in flux.files.items():
            if task := flux.tasks.get(name.rsplit(".", 1)[0]):
                self._painted[task.request["prompt"]].add(picture.data)
        self._logs = list(logs)

    def story(self, asked: NewJob) -> Story:
        """Tell the story of one command."""
        prompt = asked.command.prompt
        rows, submissions = self._rows[prompt], self._submissions[prompt]
        messages = [(text, message) for text, message in self._messages if prompt in text]
        finals = [(text, message) for text, message in messages if is_final(message)]
        pictures = [message for _, message in finals if has_button(message, OF_PICTURES)]
        shown = [part for message in pictures for part in message["attachments"]]
        return Story(
            prompt=prompt,
            answer=answer_of(asked, self._discord.requests),
            saved=bool(rows),
            undelivered=any(row["undelivered_at"] is not None for row in rows),
            settled=all(row["next_delivery_at"] is None and row["status"] not in OPEN_STATUSES for row in rows),
            payments=sum(exchange.status not in SURELY_STARTED_NOTHING for exchange in submissions),
            pictures=len(pictures),
            notices=len(finals) - len(pictures),
            gone=sum(prompt in text for text in self._deleted),
            wrong_pictures=sum(self._bytes_of(part) not in self._painted[prompt] for part in shown),
            cards_left=0 if any(row["undelivered_at"] is not None for row in rows) else len(messages) - len(finals),
            events=tuple(self._events(asked, rows, submissions, [message for _, message in messages])),
        )

    def _bytes_of(self, attachment: Payload) -> bytes:
        return self._discord.files[int(attachment["id"])][0]

    def _events(
        self,
        asked: NewJob,
        rows: Sequence[dict[str, Any]],
        submissions: Sequence[Exchange],
        messages: Sequence[Payload],
    ) -> Iterable[str]:
        yield f"{asked.command}, answered with {answer_of(asked, self._discord.requests).value}"
        yield from (f"submitted: answer {exchange.status}, task {exchange.task_id}" for exchange in submissions)
        for message in messages:
            yield f"message {message['id']} in {message['channel_id']}: {text_of(message)!r}"
        for row in rows:
            yield str({name: str(value) for name, value in row.items() if value is not None})
            yield from (line for log in self._logs for line in log.splitlines() if row["id"] in line)
