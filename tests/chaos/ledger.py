"""The ledger: the outcome of each command, and the faults that must never occur."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Answer(Enum):
    """The bot's answer to a command."""

    CARD = "status card"
    REFUSAL = "refusal"
    NOTHING = "nothing"
    UNCERTAIN = "uncertain whether it was saved"


class Outcome(Enum):
    """The outcome of a command."""

    DELIVERED = "delivered once"
    FAILED = "failed with a notice"
    UNDELIVERED = "undelivered, offered at the next command"
    NOT_ACCEPTED = "not accepted"
    LOST = "lost"
    DOUBLED = "doubled"


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerEntry:
    """The record of a command as seen by its user, the image API and the database."""

    prompt: str
    """The job's prompt; a command that requests a group has one entry for each of its jobs."""
    answer: Answer
    saved: bool = True
    """Whether the database has a job for the command."""
    undelivered: bool = False
    settled: bool = True
    """Whether the bot has nothing left to do for the job."""
    payments: int = 1
    """Submissions that may have started a task: all except those that were definitely rejected."""
    has_only_notice: bool = False
    """Whether the API's list of tasks has pictures of the job, but the user got only a notice."""
    pictures: int = 0
    """The number of messages with the job's pictures."""
    notices: int = 0
    """The number of messages about the job's failure, not counting repeated ones."""
    groups: int = 0
    """The number of final messages of the group, counted only for the group's first job."""
    repeated_notices: int = 0
    """Private follow-ups about the failure besides the final message; after a lost answer, the bot can't find them."""
    deleted: int = 0
    """The number of messages of either kind that were deleted together with their channel."""
    wrong_pictures: int = 0
    """The pictures in the job's messages that the API did not draw for it."""
    cards_left: int = 0
    """The status cards that were not replaced by a result or a notice."""
    events: tuple[str, ...] = ()
    """Everything that is known about the command, for debugging."""

    @property
    def outcome(self) -> Outcome:
        """The outcome of the command."""
        shown = self.pictures + self.notices
        if shown > 1 or (self.undelivered and self.pictures):
            return Outcome.DOUBLED
        if self.undelivered:
            return Outcome.UNDELIVERED
        if self.pictures or (self.deleted and not shown):
            return Outcome.DELIVERED
        if self.notices:
            return Outcome.FAILED
        return Outcome.LOST if self.saved or self.answer is Answer.CARD else Outcome.NOT_ACCEPTED

    @property
    def faults(self) -> list[str]:
        """The faults that occurred."""
        found = {
            "lost": self.outcome is Outcome.LOST,
            "doubled": self.outcome is Outcome.DOUBLED,
            "group split": self.groups > 1,
            "paid twice": self.payments > 1,
            "paid, but only a failure notice": self.has_only_notice and not self.undelivered,
            "refused, but started": self.answer is Answer.REFUSAL and (self.saved or self.payments > 0),
            "wrong picture": self.wrong_pictures > 0,
            "card left behind": self.cards_left > 0,
            "never settled": not self.settled,
        }
        return [name for name, has_occurred in found.items() if has_occurred]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries of all commands of a run."""

    entries: Sequence[LedgerEntry]
    violations: Sequence[str] = ()
    """The broken rules that do not belong to a single command."""

    @property
    def is_clean(self) -> bool:
        """Whether there were no faults and no violations."""
        return not self.violations and not any(entry.faults for entry in self.entries)

    def table(self) -> str:
        """Return the counts, one per line."""
        answered = Counter(entry.outcome for entry in self.entries if entry.answer is Answer.CARD)
        others = Counter(entry.outcome for entry in self.entries if entry.answer is not Answer.CARD)
        not_accepted = others.pop(Outcome.NOT_ACCEPTED, 0)
        faults = Counter(fault for entry in self.entries for fault in entry.faults)
        lines = [("answered with a status card", answered.total())]
        lines += [(f"  {outcome.value}", answered[outcome]) for outcome in _GOOD]
        lines += [("not accepted: refused or not answered, and nothing started", not_accepted)]
        lines += [("saved, but Discord did not accept the answer in time", others.total())]
        lines += [(f"  {outcome.value}", others[outcome]) for outcome in _GOOD if others[outcome]]
        lines += [
            (
                "private notices besides the final message, after a lost answer",
                sum(entry.repeated_notices for entry in self.entries),
            )
        ]
        lines += [(name, faults[name]) for name in _FAULTS]
        lines += [("violations of other rules", len(self.violations))]
        return "\n".join(f"{count:6}  {name}" for name, count in lines)

    def details(self) -> str:
        """Return the violations and the entries with faults."""
        faulty = [
            "\n    ".join((f"{entry.prompt}: {', '.join(entry.faults)}", *entry.events))
            for entry in self.entries
            if entry.faults
        ]
        return "\n".join((*self.violations, *faulty))


_GOOD = (Outcome.DELIVERED, Outcome.FAILED, Outcome.UNDELIVERED)
_FAULTS = (
    *("lost", "doubled", "paid twice", "paid, but only a failure notice", "group split"),
    *("refused, but started", "wrong picture", "card left behind", "never settled"),
)
