"""A small storm for each kind of database, and a ledger that can fail."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from flux_bot.sandbox.fake_flux import Exchange, FakeFlux
from tests.chaos.__main__ import main, verdict
from tests.chaos.ledger import Answer, Ledger, Outcome, Story
from tests.chaos.plan import Command, Plan
from tests.chaos.witness import NewJob, Witness
from tests.english import EN
from tests.flux.caller import TOKEN
from tests.wire.discord_server import WireDiscord
from tests.wire.openapi import EPHEMERAL, Payload

GOOD = Story(prompt="fox 00001", answer=Answer.CARD, pictures=1)
PICTURE, NOTICE, CARD = "> fox 00001\npicture", "> fox 00001\nfailure", "> fox 00001\nstatus"
BUTTONS = {PICTURE: "reroll:a", NOTICE: "retry:a", CARD: "cancel:a"}
"""What tells the cards apart."""
ROW = {"id": "a", "prompt": "fox 00001", "status": "delivered", "undelivered_at": None, "next_delivery_at": None}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_small_storm(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Some fifty jobs come through everything that can go wrong: none lost, none doubled, none paid twice."""
    storm = ["--seed", "8", "--jobs", "50", "--commands", "12", "--troubles", "4"]
    assert main([*storm, "--database", database]) == 0
    printed = capsys.readouterr().out
    assert "asked: answered with a status card" in printed
    assert "     0  lost\n     0  doubled\n     0  paid twice\n" in printed


def test_a_seed_is_a_plan() -> None:
    """The same seed draws the same commands, troubles, answers and ways; another seed draws others."""

    def drawn(seed: int) -> list[Any]:
        plan = Plan(seed, 20)
        seconds = plan.painting_seconds()
        return [
            list(islice(plan.commands(), 20)),
            list(islice(plan.troubles(), 20)),
            list(islice(plan.ways(), 20)),
            plan.api_faults(1.0),
            [seconds() for _ in range(20)],
            plan.chance().random(),
        ]

    assert drawn(1) == drawn(1)
    assert not any(one == other for one, other in zip(drawn(1), drawn(2), strict=True))


# --- the ledger can fail --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "outcome"),
    [
        (GOOD, Outcome.DELIVERED),
        (replace(GOOD, pictures=0, gone=1), Outcome.DELIVERED),
        (replace(GOOD, pictures=0, notices=1), Outcome.FAILED),
        (replace(GOOD, pictures=0, undelivered=True), Outcome.KEPT),
        (replace(GOOD, pictures=0, undelivered=True, notices=1), Outcome.KEPT),
        (replace(GOOD, pictures=0, saved=False, payments=0, answer=Answer.NOTHING), Outcome.NOT_ACCEPTED),
        (replace(GOOD, pictures=0, saved=False, payments=0, answer=Answer.REFUSAL), Outcome.NOT_ACCEPTED),
    ],
)
def test_what_may_become_of_a_command(story: Story, outcome: Outcome) -> None:
    assert (story.outcome, story.faults) == (outcome, [])
    assert Ledger([story]).holds


@pytest.mark.parametrize(
    ("story", "fault"),
    [
        (replace(GOOD, pictures=0), "lost"),
        (replace(GOOD, pictures=0, saved=False, payments=0), "lost"),
        (replace(GOOD, pictures=0, answer=Answer.NOTHING), "lost"),
        (replace(GOOD, pictures=2), "doubled"),
        (replace(GOOD, notices=1), "doubled"),
        (replace(GOOD, undelivered=True), "doubled"),
        (replace(GOOD, payments=2), "paid twice"),
        (replace(GOOD, answer=Answer.REFUSAL), "refused, but started"),
        (replace(GOOD, answer=Answer.REFUSAL, saved=False), "refused, but started"),
        (replace(GOOD, wrong_pictures=1), "wrong picture"),
        (replace(GOOD, cards_left=1), "card left behind"),
        (replace(GOOD, settled=False), "never settled"),
    ],
)
def test_what_must_never_become_of_a_command(story: Story, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One bad story among good ones is counted, told in full, and makes the exit code 1."""
    ledger = Ledger([GOOD, replace(story, events=("how it went",)), GOOD])
    assert story.faults == [fault]
    assert f"     1  {fault}\n" in ledger.table() + "\n"
    assert verdict(ledger) == 1
    assert f"fox 00001: {fault}\n    how it went\n" in capsys.readouterr().out


def test_a_broken_rule_fails_the_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict(Ledger([GOOD])) == 0
    assert verdict(Ledger([GOOD], ["a forged callback was taken"])) == 1
    assert "a forged callback was taken\n" in capsys.readouterr().out


# --- the witness sees it --------------------------------------------------------------------------------


class Scene:
    """Both worlds as a run leaves them behind, with what a bot would have made put there by hand."""

    def __init__(self) -> None:
        self.discord = WireDiscord(validate=False)
        self.flux = FakeFlux(token=TOKEN)
        self.deleted: list[Payload] = []
        self.rows: list[dict[str, Any]] = [ROW]
        self.command = Command("fox 00001", "alice", "general", private=False, pause_seconds=0)

    def message(self, text: str, *, channel: str = "general", flags: int = 0, picture: bytes = b"") -> Payload:
        """Post a card, with a picture or without."""
        last_line = text.rpartition("\n")[2]
        custom_id = next(custom_id for card, custom_id in BUTTONS.items() if card.endswith(last_line))
        button = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Press", "custom_id": custom_id}]}
        body = {"components": [{"type": 17, "components": [{"type": 10, "content": text}, button]}], "flags": 1 << 15}
        uploads = {"files[0]": ("picture.png", picture)} if picture else {}
        return self.discord.create_message(self.discord.place(channel), body, uploads, flags=flags)

    def submission(self, status: int | None) -> None:
        """Let the API have been asked."""
        self.flux.submissions.append(Exchange({"prompt": "fox 00001"}, status))

    async def story(self, text: str | None = CARD) -> Story:
        """Tell the command's story; it was answered with a text, or not at all."""
        self.discord.commands = {"imagine": {"id": "1", "integration_types": [0], "options": []}}
        interaction = await self.discord.slash("alice", "general", "imagine")
        if text is not None:
            interaction.ack = {"type": 4, "data": {"components": [{"type": 10, "content": text}]}}
        log = "one line about a\nno word of it"
        witness = Witness(self.discord, self.flux, self.rows, self.deleted, [log])
        return witness.story(NewJob(self.command, interaction))


async def test_the_witness_sees_nothing_wrong() -> None:
    """A job that is painted, paid once and posted once is seen as such, with all that is known of it."""
    scene = Scene()
    scene.message(PICTURE)
    scene.message(PICTURE.replace("00001", "00002"))
    scene.submission(429)
    scene.submission(200)
    story = await scene.story()
    assert story == replace(GOOD, events=story.events)
    assert "submitted: answer 429, task None" in story.events
    assert story.events[-1] == "one line about a"


@pytest.mark.parametrize("status", [None, 200, 502, 504], ids=str)
async def test_the_witness_sees_a_second_payment(status: int | None) -> None:
    """Whatever may have started a task counts as paid, above all an answer that was lost."""
    scene = Scene()
    scene.submission(200)
    scene.submission(status)
    assert "paid twice" in (await scene.story()).faults


@pytest.mark.parametrize("channel", ["general", "thread", "@alice"])
@pytest.mark.parametrize("flags", [0, EPHEMERAL])
@pytest.mark.parametrize("text", [PICTURE, NOTICE])
async def test_the_witness_sees_a_second_message(channel: str, flags: int, text: str) -> None:
    """Wherever it stands, and whoever can see it, a second result or notice is seen."""
    scene = Scene()
    scene.message(PICTURE)
    scene.message(text, channel=channel, flags=flags)
    assert (await scene.story()).faults == ["doubled"]


async def test_the_witness_misses_what_is_not_there() -> None:
    """A card alone is no result, and a row in the database is no news to its user."""
    scene = Scene()
    scene.message(CARD)
    assert (await scene.story()).faults == ["lost", "card left behind"]
    scene.deleted = [scene.message(NOTICE)]
    scene.discord.remove_message(scene.deleted[0])
    assert (await scene.story()).outcome is Outcome.DELIVERED


async def test_the_witness_looks_at_the_pictures() -> None:
    """A picture that is not what the API painted for this very prompt is seen."""
    scene = Scene()
    scene.message(PICTURE, picture=b"forged")
    assert (await scene.story()).faults == ["wrong picture"]


async def test_the_witness_reads_the_answer() -> None:
    """A status card is known by its prompt; any other text is a refusal."""
    scene = Scene()
    scene.rows = []
    assert (await scene.story("Something went wrong on my side.")).answer is Answer.REFUSAL
    assert (await scene.story(EN("maybe-saved", reference="1a2b3c4d"))).answer is Answer.UNCERTAIN
    assert (await scene.story(None)).outcome is Outcome.NOT_ACCEPTED
    assert (await scene.story()).faults == ["lost"]


async def test_the_witness_knows_what_is_unfinished() -> None:
    """A job that is still open, or kept, is seen in the database."""
    scene = Scene()
    scene.message(PICTURE)
    scene.rows = [ROW | {"status": "queued"}]
    assert (await scene.story()).faults == ["never settled"]
    scene.rows = [ROW | {"next_delivery_at": "soon"}]
    assert (await scene.story()).faults == ["never settled"]
    scene.rows = [ROW | {"undelivered_at": "now"}]
    assert (await scene.story()).faults == ["doubled"]
