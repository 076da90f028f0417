"""A small chaos run on each kind of database, and tests of the ledger and the observer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

import pytest

from flux_bot.core.variations import variations
from flux_bot.sandbox.api_forms import FORMS, Api
from flux_bot.sandbox.drawing import paint
from flux_bot.sandbox.exchange import Exchange
from flux_bot.sandbox.fake_flux import FakeFlux, FakeTask
from tests.chaos.__main__ import main, report
from tests.chaos.charges import wrong_charges
from tests.chaos.ledger import Answer, Ledger, LedgerEntry, Outcome
from tests.chaos.observer import IssuedCommand, Observer, answer_of
from tests.chaos.plan import Command, Plan
from tests.chaos.run import late_results
from tests.discord_server.payloads import EPHEMERAL, Payload
from tests.discord_server.server import DiscordServer, Request
from tests.english import EN
from tests.flux.caller import TOKEN

GOOD = LedgerEntry(prompt="fox 00001", answer=Answer.CARD, pictures=1)
PICTURE, NOTICE, CARD = "> fox 00001\npicture", "> fox 00001\nfailure", "> fox 00001\nstatus"
GROUP, LIST = "> fox 00001\ngroup", "> fox 00001\nlist"
BUTTONS = {PICTURE: "reroll:a", NOTICE: "retry:a", CARD: "cancel:a", GROUP: "reroll-all:a", LIST: "which:1:2:3"}
"""The button that identifies each card."""
ROW = {"id": "a", "prompt": "fox 00001", "status": "delivered", "undelivered_at": None, "next_delivery_at": None}
ROW |= {"reply_message_id": None}
ROW |= {"earlier_tasks": None, "images": None, "group_id": None}


@pytest.mark.timeout(300)
def test_a_small_storm(capsys: pytest.CaptureFixture[str]) -> None:
    """Thirty jobs of three processes survive random failures: none is lost, duplicated or paid twice."""
    storm = ["--seed", "8", "--jobs", "30", "--commands", "12", "--disruptions", "4"]
    assert main([*storm, "--database", "postgresql"]) == 0
    printed = capsys.readouterr().out
    assert "answered with a status card" in printed
    assert "     0  lost\n     0  doubled\n     0  paid twice\n" in printed


def test_a_seed_fixes_the_plan() -> None:
    """The same seed draws the same commands, disruptions, faults and deliveries; another seed draws different ones."""

    def drawn(seed: int) -> list[Any]:
        plan = Plan(seed, 20)
        seconds = plan.drawing_seconds()
        return [
            list(islice(plan.commands(), 20)),
            list(islice(plan.disruptions(), 20)),
            list(islice(plan.callback_deliveries(), 20)),
            plan.api_faults(1.0),
            [seconds() for _ in range(20)],
            plan.process_choices().random(),
        ]

    assert drawn(1) == drawn(1)
    assert not any(one == other for one, other in zip(drawn(1), drawn(2), strict=True))


def test_planned_prompts() -> None:
    """The bot expands typed prompts to the prompts that the plan expects."""
    planned = list(islice(Plan(1, 1).commands(), 300))
    for command in planned:
        assert variations(command.typed, command.count) == command.prompts, command
    assert {len(command.prompts) for command in planned} == {1, 2, 3, 4, 6, 8}
    assert {command.message is None for command in planned if len(command.prompts) > 1} == {True, False}


# --- the ledger -----------------------------------------------------------------------------------------


def test_good_entries() -> None:
    entries = [
        (GOOD, Outcome.DELIVERED),
        (replace(GOOD, pictures=0, deleted=1), Outcome.DELIVERED),
        (replace(GOOD, pictures=0, notices=1), Outcome.FAILED),
        (replace(GOOD, pictures=0, undelivered=True), Outcome.UNDELIVERED),
        (replace(GOOD, pictures=0, undelivered=True, notices=1, has_only_notice=True), Outcome.UNDELIVERED),
        (replace(GOOD, pictures=0, saved=False, payments=0, answer=Answer.NOTHING), Outcome.NOT_ACCEPTED),
        (replace(GOOD, pictures=0, saved=False, payments=0, answer=Answer.REFUSAL), Outcome.NOT_ACCEPTED),
    ]
    for entry, outcome in entries:
        assert (entry.outcome, entry.faults) == (outcome, []), entry
        assert Ledger([entry]).is_clean, entry


def test_faulty_entries(capsys: pytest.CaptureFixture[str]) -> None:
    """A single faulty entry is counted, printed with its events, and sets the exit code to 1."""
    entries = [
        (replace(GOOD, pictures=0), "lost"),
        (replace(GOOD, pictures=0, saved=False, payments=0), "lost"),
        (replace(GOOD, pictures=0, answer=Answer.NOTHING), "lost"),
        (replace(GOOD, pictures=2), "doubled"),
        (replace(GOOD, notices=1), "doubled"),
        (replace(GOOD, undelivered=True), "doubled"),
        (replace(GOOD, payments=2), "paid twice"),
        (replace(GOOD, pictures=0, notices=1, has_only_notice=True), "paid, but only a failure notice"),
        (replace(GOOD, groups=2), "group split"),
        (replace(GOOD, answer=Answer.REFUSAL), "refused, but started"),
        (replace(GOOD, answer=Answer.REFUSAL, saved=False), "refused, but started"),
        (replace(GOOD, wrong_pictures=1), "wrong picture"),
        (replace(GOOD, cards_left=1), "card left behind"),
        (replace(GOOD, settled=False), "never settled"),
    ]
    for entry, fault in entries:
        ledger = Ledger([GOOD, replace(entry, events=("an event",)), GOOD])
        assert entry.faults == [fault], entry
        assert f"     1  {fault}\n" in ledger.table() + "\n", entry
        assert report(ledger) == 1, entry
        assert f"fox 00001: {fault}\n    an event\n" in capsys.readouterr().out, entry


def test_a_violation_fails_the_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(Ledger([GOOD])) == 0
    assert report(Ledger([GOOD], ["a forged callback was accepted"])) == 1
    assert "a forged callback was accepted\n" in capsys.readouterr().out


# --- the observer ---------------------------------------------------------------------------------------


class Scene:
    """Both doubles as after a run, with contents that the test adds in place of a bot."""

    def __init__(self) -> None:
        self.discord = DiscordServer(validate=False)
        self.flux = FakeFlux(token=TOKEN)
        self.deleted: list[Payload] = []
        self.rows: list[dict[str, Any]] = [ROW]
        self.command = Command("fox 00001", "alice", "general", private=False, pause_seconds=0)

    def message(self, text: str, *jobs: str, channel: str = "general", flags: int = 0, picture: bytes = b"") -> Payload:
        """Post a card with a picture of each of these jobs."""
        last_line = text.rpartition("\n")[2]
        custom_id = next(custom_id for card, custom_id in BUTTONS.items() if card.endswith(last_line))
        button = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Press", "custom_id": custom_id}]}
        card = {"type": 17, "components": [{"type": 10, "content": text}, button]}
        place, backend = self.discord.place(channel), self.discord.backend
        assert place is not None
        jobs = jobs or (("a",) if picture else ())
        files = [(f"flux-{job}-1.png", picture or paint("fox", "flux-dev", "64x64", 0).data) for job in jobs]
        attachments = backend.store_attachments(place.id, files)
        posted = backend.create_message(
            place.id, backend.bot_user.id, components=[card], attachments=attachments, flags=flags | 1 << 15
        )
        message = self.discord.message(posted.id)
        assert message is not None
        return message

    def submission(self, status: int | None) -> None:
        """Record a submission that the API answered with a status."""
        self.flux.submissions.append(Exchange({"prompt": "fox 00001"}, status))

    def task(self, count: int, made: int) -> str:
        """Let the API make pictures, and return the task's id."""
        task = FakeTask({"prompt": "fox 00001", "count": count}, "", 0, None)
        task.response = {"success": True, "data": [{}] * made}
        self.flux.tasks[task.id] = task
        self.submission(200)
        return task.id

    def group(self) -> None:
        """Let the command request a group of two jobs, a and b."""
        self.command = replace(self.command, alternatives=(("red", "blue"), ()))
        found = {"images": [{"url": "https://flux/1.png"}], "group_id": "a"}
        self.rows = [
            ROW | found | {"id": job, "prompt": f"{one} fox 00001"}
            for job, one in zip("ab", ("red", "blue"), strict=True)
        ]
        for prompt in self.command.prompts:
            task = FakeTask({"prompt": prompt}, "", 0, None)
            self.flux.files[f"{task.id}.png"] = paint("fox", "flux-dev", "64x64", 0)
            self.flux.tasks[task.id] = task
            self.flux.submissions.append(Exchange({"prompt": prompt}, 200))

    def entry(self, text: str | None = CARD, *buttons: str) -> LedgerEntry:
        """Return the ledger entry of the command, which was answered with the given text or not at all."""
        (entry,) = self.entries(text, *buttons)
        return entry

    def entries(self, text: str | None = CARD, *buttons: str) -> list[LedgerEntry]:
        """Return the entries of the command's jobs, as ``entry`` does for a single one."""
        self.discord.backend.register_commands(None, [{"name": "imagine"}])
        interaction = self.discord.slash("alice", "general", "imagine")
        if text is not None:
            shown = [{"type": 2, "custom_id": custom_id} for custom_id in buttons]
            interaction.ack = {"type": 4, "data": {"components": [{"type": 10, "content": text}, *shown]}}
        log = "one line about a\nsomething else"
        observer = Observer(self.discord, self.flux, self.rows, self.deleted, [log])
        return observer.entries(IssuedCommand(self.command, interaction))


def test_a_clean_run() -> None:
    """A job that is drawn, paid once and posted once has no fault, and its entry lists all events."""
    scene = Scene()
    scene.message(PICTURE)
    scene.message(PICTURE.replace("00001", "00002"))
    scene.submission(429)
    scene.submission(200)
    entry = scene.entry()
    assert entry == replace(GOOD, events=entry.events)
    assert "submitted: answer 429, task None" in entry.events
    assert entry.events[-1] == "one line about a"


def test_the_observer_finds_a_second_payment() -> None:
    """Every submission that may have started a task counts as paid, even if its answer was lost."""
    for status in (None, 200, 502, 504):
        scene = Scene()
        scene.submission(200)
        scene.submission(status)
        assert "paid twice" in scene.entry().faults, status


def test_missing_pictures_may_be_requested_again() -> None:
    """Requesting missing pictures is no second payment, unless none was missing or too many pictures were made."""
    for is_known, first, second, payments in ((True, 1, 2, 1), (False, 1, 2, 2), (True, 3, 1, 2), (True, 2, 2, 2)):
        scene = Scene()
        scene.command = replace(scene.command, count=3)
        task = scene.task(3, first)
        scene.task(3 - first, second)
        scene.rows = [ROW | {"earlier_tasks": [task] if is_known else None}]
        assert scene.entry().payments == payments, (is_known, first, second)


def test_the_observer_finds_a_picture_that_was_not_shown() -> None:
    """A picture that was not shown is a fault only if the API lists its tasks, so that the bot could find it."""
    expected: dict[Api, list[str]] = {"2026-10": ["paid, but only a failure notice"], "2026-03": []}
    for api, faults in expected.items():
        scene = Scene()
        scene.flux.form = FORMS[api]
        scene.message(NOTICE)
        scene.task(1, 1)
        assert scene.entry().faults == faults, api


def test_the_observer_finds_a_second_message() -> None:
    """A second result or notice is found in any channel, even if it is private."""
    for text, channel, flags in product([PICTURE, NOTICE], ["general", "thread", "@alice"], [0, EPHEMERAL]):
        scene = Scene()
        scene.message(PICTURE)
        scene.message(text, channel=channel, flags=flags)
        assert scene.entry().faults == ["doubled"], (text, channel, flags)


def test_the_observer_counts_private_notices() -> None:
    """A private follow-up may be repeated, because the bot can't find it; a failure on a card may omit the prompt."""
    scene = Scene()
    for text, flags in ((NOTICE, EPHEMERAL), (NOTICE, EPHEMERAL), ("failure", 0)):
        scene.message(text, flags=flags)
        entry = scene.entry()
        assert entry.notices == (1 if flags else 2), (text, flags)
    assert (entry.repeated_notices, entry.outcome) == (1, Outcome.DOUBLED)
    assert "     1  private notices besides the final message, after a lost answer" in Ledger([entry]).table()
    scene = Scene()
    scene.message(NOTICE, flags=EPHEMERAL)
    scene.message(PICTURE)
    assert (scene.entry().repeated_notices, scene.entry().outcome) == (1, Outcome.DELIVERED)


def test_the_observer_finds_a_second_private_card() -> None:
    """A private status card that shows the failure can be edited again, so a further notice is a fault."""
    scene = Scene()
    card = scene.message(NOTICE, flags=EPHEMERAL)
    scene.message(NOTICE, flags=EPHEMERAL)
    scene.rows = [ROW | {"reply_message_id": int(card["id"])}]
    assert scene.entry().faults == ["doubled"]


def test_the_observer_finds_a_missing_message() -> None:
    """A status card alone is not a result, but a notice deleted with its channel counts as delivered."""
    scene = Scene()
    scene.message(CARD)
    assert scene.entry().faults == ["lost", "card left behind"]
    scene.deleted = [scene.message(NOTICE)]
    scene.discord.backend.delete_message(*(int(scene.deleted[0][key]) for key in ("channel_id", "id")))
    assert scene.entry().outcome is Outcome.DELIVERED


def test_the_observer_finds_a_wrong_picture() -> None:
    """A picture that the API did not draw for the prompt is found."""
    scene = Scene()
    scene.message(PICTURE, picture=b"forged")
    assert scene.entry().faults == ["wrong picture"]


def test_the_observer_reads_the_answer() -> None:
    """An answer with the prompt is a status card, unless it is a rejection; any other text is a refusal."""
    scene = Scene()
    scene.rows = []
    assert scene.entry("Something went wrong on my side.").answer is Answer.REFUSAL
    assert scene.entry("Too many.\n> fox 00001", "revise:generate:x").answer is Answer.REFUSAL
    for quoted in ("", "\n> fox 00001"):
        uncertain = EN("maybe-saved", reference="1a2b3c4d") + quoted
        assert scene.entry(uncertain).answer is Answer.UNCERTAIN, quoted
    assert scene.entry(None).outcome is Outcome.NOT_ACCEPTED
    assert scene.entry().faults == ["lost"]


def test_the_observer_reads_the_answer_to_a_message() -> None:
    """A refusal is recognised by its nonce and a status card by its button; a lost call does not count as an answer."""
    card = {"components": [{"type": 10, "content": CARD}, {"type": 2, "custom_id": "cancel:a"}]}
    refusal = {"nonce": "5-r", "components": [{"type": 10, "content": "No."}]}
    uncertain = {"nonce": "5-r", "components": [{"type": 10, "content": EN("maybe-saved", reference="1a2b3c4d")}]}
    cases: list[tuple[Payload, int | None, Answer]] = [
        (card, 200, Answer.CARD),
        ({"data": card}, 204, Answer.CARD),
        (card, None, Answer.NOTHING),
        (card, 403, Answer.NOTHING),
        (refusal, 200, Answer.REFUSAL),
        (uncertain, 200, Answer.UNCERTAIN),
        (refusal | {"nonce": "6-r"}, 200, Answer.NOTHING),
    ]
    issued = IssuedCommand(Scene().command, message_id=5)
    for body, status, answer in cases:
        assert answer_of(issued, [Request("POST", "/channels/1/messages", {}, body, status=status)]) is answer, body
    both = [Request("POST", "/channels/1/messages", {}, body, status=200) for body in (card, refusal)]
    assert answer_of(issued, both) is Answer.REFUSAL


def test_the_observer_knows_whose_messages_they_are() -> None:
    """A user's message does not count as a card, nor does a list from which no picture has been chosen."""
    scene = Scene()
    scene.discord.say("alice", "general", "<@1> fox 00001")
    scene.message(LIST)
    scene.message(PICTURE)
    scene.submission(200)
    assert scene.entry().faults == ["card left behind"]
    scene.rows = []
    assert scene.entry().cards_left == 0


def test_the_observer_reads_groups() -> None:
    """Each job is in the group's only message, or in its own if it was late; the group's message reports failures."""
    cases: list[tuple[list[tuple[str, ...]], bool, list[list[str]]]] = [
        ([(GROUP, "a", "b")], False, [[], []]),
        ([(GROUP, "a"), (PICTURE, "b")], False, [[], []]),
        ([(GROUP, "a")], True, [[], []]),
        ([(GROUP,), (PICTURE, "a")], True, [[], []]),
        ([(GROUP,)], True, [["lost"], []]),
        ([(GROUP, "a")], False, [[], ["lost"]]),
        ([(GROUP, "a", "b"), (PICTURE, "b")], False, [[], ["doubled"]]),
        ([(GROUP, "a"), (GROUP, "b")], False, [["group split"], []]),
        ([(GROUP, "a", "b"), (CARD,)], False, [["card left behind"], []]),
        ([], False, [["lost"], ["lost"]]),
    ]
    for messages, has_second_failed, faults in cases:
        scene = Scene()
        scene.group()
        if has_second_failed:
            scene.rows[1]["images"] = None
        for text, *jobs in messages:
            scene.message(text, *jobs)
        assert [entry.faults for entry in scene.entries()] == faults, messages


def test_the_observer_finds_unsettled_jobs() -> None:
    """Open and undelivered jobs are found in the database."""
    scene = Scene()
    scene.message(PICTURE)
    scene.rows = [ROW | {"status": "queued"}]
    assert scene.entry().faults == ["never settled"]
    scene.rows = [ROW | {"next_delivery_at": "soon"}]
    assert scene.entry().faults == ["never settled"]
    scene.rows = [ROW | {"undelivered_at": "now"}]
    assert scene.entry().faults == ["doubled"]


def test_late_results() -> None:
    """A result that is posted late is counted, unless its own channel was rate-limited."""
    finished_at = datetime.now(UTC)
    rows = [
        {"prompt": f"fox {channel} {seconds}", "channel_id": channel, "finished_at": finished_at}
        | {"delivered_at": finished_at + timedelta(seconds=seconds)}
        for channel in (1, 2)
        for seconds in (0, 11)
    ]
    assert late_results([*rows, {"delivered_at": None}], {2}) == ["fox 1 11: posted 11.0 s late"]


# --- the costs ------------------------------------------------------------------------------------------


def test_charges() -> None:
    """The amount of each job is the cost of its tasks or, where that is uncertain, the expected cost."""
    fine = {"a": Decimal("0.3")}
    job = {"id": "a", "count": 3, "expected_cost": Decimal("0.9"), "in_doubt": None, "cost": None, "failure_code": None}
    doubtful = {"in_doubt": 2, "status": "abandoned", "earlier_tasks": ["known"]}
    cases: list[tuple[Api, dict[str, Any], dict[str, Decimal], str | None]] = [
        ("2026-10", {}, fine, None),
        ("2026-10", {}, {"a": Decimal("0.300000001")}, "the ledger has 0.300000001 for job a, not 0.3"),
        ("2026-10", {}, {}, "the ledger has None for job a, not 0.3"),
        ("2026-10", {}, fine | {"b": Decimal(1)}, "the ledger has 1 for job b, not 0: no row"),
        ("2026-10", doubtful, {"a": Decimal("0.7")}, None),
        ("2026-10", doubtful, fine, "the ledger has 0.3 for job a, not 0.7"),
        ("2026-10", doubtful | {"in_doubt": 3, "earlier_tasks": None}, {"a": Decimal("0.9")}, None),
        ("2026-03", doubtful | {"in_doubt": 3}, {"a": Decimal("0.9")}, None),
        ("2026-10", doubtful | {"status": "delivered"}, {"a": Decimal("0.7")}, "2 pictures are in doubt"),
        ("2026-10", doubtful | {"status": "delivered", "images": [{}]}, {"a": Decimal("0.7")}, None),
    ]
    for api, changes, ledger, expected in cases:
        flux = FakeFlux(token=TOKEN, api=api)
        for task_id, cost in (("known", "0.1"), ("unknown", "0.2")):
            task = FakeTask({"callback_url": "https://bot/callbacks/a/secret"}, "", 0, None)
            task.id, task.cost = task_id, Decimal(cost)
            flux.tasks[task.id] = task
        wrong = wrong_charges(flux, [ROW | job | changes], ledger)
        assert len(wrong) == bool(expected), (changes, wrong)
        assert (expected or "") in "".join(wrong), (changes, wrong)
