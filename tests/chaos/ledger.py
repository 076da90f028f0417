"""What became of each command, and what must never happen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Answer(Enum):
    """How the bot answered a command."""

    CARD = "status card"
    REFUSAL = "refusal"
    NOTHING = "nothing"
    UNCERTAIN = "that nobody can tell"


class Outcome(Enum):
    """What a command has come to at the end; just one of these."""

    DELIVERED = "delivered once"
    FAILED = "failed with a notice"
    KEPT = "kept for the next command"
    NOT_ACCEPTED = "not accepted"
    LOST = "lost"
    DOUBLED = "doubled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A command as seen from outside: by its user, by the image API, and in the database at the end."""

    prompt: str
    answer: Answer
    saved: bool = True
    """Whether the database holds a job of it."""
    undelivered: bool = False
    settled: bool = True
    """Whether the bot has nothing left to do about it."""
    payments: int = 1
    """Submissions that may have started a task: all but those whose answer says that surely none did."""
    pictures: int = 0
    """Messages that show its result."""
    notices: int = 0
    """Messages that tell of its failure."""
    gone: int = 0
    """Messages of both kinds that were deleted together with their channel."""
    wrong_pictures: int = 0
    """Pictures in its messages that are not what the API painted for it."""
    cards_left: int = 0
    """Status cards that a result or a notice has not replaced."""
    events: tuple[str, ...] = ()
    """What is known of it, to find out what went wrong."""

    @property
    def outcome(self) -> Outcome:
        """Return what the command has come to."""
        shown = self.pictures + self.notices
        if shown > 1 or (self.undelivered and self.pictures):
            return Outcome.DOUBLED
        if self.undelivered:
            return Outcome.KEPT
        if self.pictures or (self.gone and not shown):
            return Outcome.DELIVERED
        if self.notices:
            return Outcome.FAILED
        return Outcome.LOST if self.saved or self.answer is Answer.CARD else Outcome.NOT_ACCEPTED

    @property
    def faults(self) -> list[str]:
        """Return what must not be."""
        found = {
            "lost": self.outcome is Outcome.LOST,
            "doubled": self.outcome is Outcome.DOUBLED,
            "paid twice": self.payments > 1,
            "refused, but started": self.answer is Answer.REFUSAL and (self.saved or self.payments > 0),
            "wrong picture": self.wrong_pictures > 0,
            "card left behind": self.cards_left > 0,
            "never settled": not self.settled,
        }
        return [name for name, holds in found.items() if holds]


@dataclass(frozen=True, slots=True)
class Ledger:
    """All commands of a run."""

    stories: Sequence[Story]
    breaches: Sequence[str] = ()
    """Rules broken that no single command can be blamed for."""

    @property
    def holds(self) -> bool:
        """Tell whether nothing happened that must never happen."""
        return not self.breaches and not any(story.faults for story in self.stories)

    def table(self) -> str:
        """Return the count of everything, one a line."""
        asked = Counter(story.outcome for story in self.stories if story.answer is Answer.CARD)
        others = Counter(story.outcome for story in self.stories if story.answer is not Answer.CARD)
        not_accepted = others.pop(Outcome.NOT_ACCEPTED, 0)
        faults = Counter(fault for story in self.stories for fault in story.faults)
        lines = [("asked: answered with a status card", asked.total())]
        lines += [(f"  {outcome.value}", asked[outcome]) for outcome in _GOOD]
        lines += [("not accepted: refused or not answered, and nothing was started", not_accepted)]
        lines += [("saved, but Discord did not take the answer in time", others.total())]
        lines += [(f"  {outcome.value}", others[outcome]) for outcome in _GOOD if others[outcome]]
        lines += [(name, faults[name]) for name in _FAULTS]
        lines += [("rules of the outside world broken", len(self.breaches))]
        return "\n".join(f"{count:6}  {name}" for name, count in lines)

    def offenders(self) -> str:
        """Return the stories of the commands to which happened what must never happen."""
        told = [
            "\n    ".join((f"{story.prompt}: {', '.join(story.faults)}", *story.events))
            for story in self.stories
            if story.faults
        ]
        return "\n".join((*self.breaches, *told))


_GOOD = (Outcome.DELIVERED, Outcome.FAILED, Outcome.KEPT)
_FAULTS = (
    *("lost", "doubled", "paid twice"),
    *("refused, but started", "wrong picture", "card left behind", "never settled"),
)
