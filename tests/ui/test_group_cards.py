"""The cards of groups: Discord's limits for any group, and telling the pictures apart."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import discord

from cogs.buttons.group_info import information
from cogs.buttons.save import originals_card
from flux_bot.core.costs import CostDisplay
from flux_bot.core.jobs import (
    CANCELLED_PAID,
    OUTCOME_UNKNOWN,
    SIZE_REJECTED,
    CardState,
    Image,
    Job,
    JobStatus,
    TaskResult,
)
from flux_bot.core.styles import NAME_LIMIT, TEMPLATE_LIMIT
from flux_bot.core.variations import variations
from flux_bot.images.decoding import Picture
from flux_bot.locales import LOCALES, Translator, translator_for
from flux_bot.ui import cards, group_cards
from tests.database import NOW
from tests.english import EN
from tests.ui.test_cards import (
    BIG,
    COSTS,
    LONGEST,
    ORIGIN,
    PICTURE,
    SHRUNK,
    check,
    custom_ids,
    failure,
    job_of,
    pictures,
)
from tests.ui.test_texts import JOB, LONG_PROMPTS, PRICE

GROUP_ID = "first-job-012345"
URL = "https://example.org/{}.png"


def group_of(*jobs: Job) -> Job:
    """Return the first of these jobs, with all of them as its group."""
    ids = [GROUP_ID, *(f"job-{number:012}" for number in range(1, len(jobs)))]
    group = tuple(
        replace(job, id=job_id, group_id=GROUP_ID, group_index=index)
        for index, (job, job_id) in enumerate(zip(jobs, ids, strict=True))
    )
    return replace(group[0], group=group)


def made(prompt: str = "a cat", model: str = "flux-dev", result: TaskResult | None = None, **changes: Any) -> Job:
    """Return a job of a group, by default a finished one."""
    request = replace(JOB.request, prompt=prompt, model=model, count=1, size="1:1")
    done = job_of(request, result or pictures(URL.format(1)))
    return replace(done, **changes)


def waiting(prompt: str = "a cat", model: str = "flux-dev", **changes: Any) -> Job:
    """Return a queued job of a group."""
    job = made(prompt, model, status=JobStatus.QUEUED, submitted_at=None, finished_at=None, **changes)
    return replace(job, result=None)


def lines(card: cards.Card) -> list[str]:
    """Return the lines of a card, which must be valid."""
    check(card)
    shown = [item.content for item in card.view.walk_children() if isinstance(item, discord.ui.TextDisplay)]
    return "\n".join(shown).splitlines()


def menus(card: cards.Card) -> dict[str, list[tuple[str, str]]]:
    """Return the labels and values of a card's lists, by custom_id."""
    found = [item for item in card.view.walk_children() if isinstance(item, discord.ui.Select)]
    return {str(menu.custom_id): [(option.label, option.value) for option in menu.options] for menu in found}


def test_which_is_which() -> None:
    """Captions, alt texts and the list name the models, the words that differ, or both."""
    first, second = "FLUX.2 pro", "FLUX.1 dev"
    for jobs, common, expected in (
        ([made(model="flux-2-pro"), made()], "> a cat", [first, second]),
        ([made(prompt) for prompt in variations("a {red|blue} cat", 1)], "> a … cat", ["red", "blue"]),
        ([made("a red cat", "flux-2-pro"), made("a cat")], "> a … cat", [f"{first}, red", f"{second}, a cat"]),
        ([made("red"), made("blue")], "> red / blue", ["red", "blue"]),
        ([made("חתול"), made("כלב")], "> חתול / כלב", ["\u2068חתול\u2069", "\u2068כלב\u2069"]),
    ):
        job = group_of(*jobs)
        card = group_cards.finished(EN, job, [PICTURE, PICTURE], parent=None)
        shown = lines(card)
        assert [line for line in shown if line.startswith("**")] == [
            f"**{number}** {name} · 1 s" for number, name in enumerate(expected, 1)
        ]
        assert common in shown, expected
        pick = menus(card)[f"pick:{GROUP_ID}"]
        assert pick == [
            (f"{number}. {name}", one.id) for number, (name, one) in enumerate(zip(expected, job.group, strict=True), 1)
        ]
    comparison = group_of(made(model="flux-2-pro"), made())
    files = group_cards.finished(EN, comparison, [PICTURE, PICTURE], parent=None).files
    assert [file.description for file in files] == [
        f"Picture 1 of 2, {first}: a cat",
        f"Picture 2 of 2, {second}: a cat",
    ]
    alternatives = group_of(made("a red cat"), made("a blue cat"))
    files = group_cards.finished(EN, alternatives, [PICTURE, PICTURE], parent=None).files
    assert [file.description for file in files] == ["a red cat", "a blue cat"]


def test_several_pictures_of_each() -> None:
    """Pictures are numbered across all jobs, files within their job, and missing pictures are linked."""
    request = replace(JOB.request, count=3)
    jobs = [
        replace(made(prompt, result=pictures(URL.format(1), URL.format(2))), request=replace(request, prompt=prompt))
        for prompt in ("a red cat", "a blue cat")
    ]
    job = group_of(*jobs)
    card = group_cards.finished(EN, job, [PICTURE, PICTURE, SHRUNK, None], parent=None)
    shown = lines(card)
    assert "**1–2** red · 1 s" in shown
    assert "**3–4** blue · 1 s" in shown
    assert [file.filename for file in card.files] == [
        *(f"flux-{GROUP_ID}-{number}.png" for number in (1, 2)),
        f"flux-{job.group[1].id}-1.png",
    ]
    assert f"[Picture 4]({URL.format(2)})" in shown
    assert any(f"[original 3]({URL.format(1)})" in line for line in shown)
    assert any("made only 4 of the 6 pictures" in line for line in shown)


def test_failed_jobs() -> None:
    """Failed jobs are listed with a short reason and their cost, with a button to try them again."""
    for code, reason, is_free in (
        ("timeout", "took too long", True),
        ("used_up", "the picture service failed", True),
        (OUTCOME_UNKNOWN, "the connection was lost; it may have been charged", False),
    ):
        job = group_of(made("a red cat", result=failure(code, "no red")), made("a blue cat"))
        card = group_cards.finished(EN, job, [PICTURE], parent=None)
        shown = lines(card)
        assert f"⚠️ red: {reason}" in shown, code
        assert ("-# The failed one cost nothing." in shown) is is_free, code
        assert custom_ids(card) == ["reroll-all", "retry", "save-all"], code
        assert menus(card)[f"pick:{GROUP_ID}"] == [("1. blue", job.group[1].id)]
    card = group_cards.finished(EN, group_of(made("a"), made("b")), [PICTURE] * 2, parent=None)
    assert custom_ids(card) == ["reroll-all", "save-all"]
    assert [value for _, value in menus(card)[f"more-all:{GROUP_ID}"]] == ["info", "star", "delete"]


def test_refused_prompts_are_not_quoted_to_others() -> None:
    """A public card shows the position of a refused prompt instead of its words; a private one shows the words."""
    jobs = [made("a nude cat", result=failure("forbidden")), made("a red cat"), made("a blue cat")]
    for private in (False, True):
        job = group_of(*(replace(one, request=replace(one.request, private=private)) for one in jobs))
        card = group_cards.finished(EN, job, [PICTURE] * 2, parent=None)
        assert ("nude" in "\n".join(lines(card))) is private
        assert ("⚠️ 1/3: refused by the safety filter" in lines(card)) is not private
        under_way = replace(job, group=(*job.group[:2], replace(waiting("a blue cat"), request=job.group[2].request)))
        assert ("nude" in "\n".join(lines(group_cards.status(EN, under_way, None, None, COSTS)))) is private
    words = [made("nude", result=failure("forbidden")), made("red")]
    assert "> red" in lines(group_cards.finished(EN, group_of(*words), [PICTURE], parent=None))


def test_the_status_card() -> None:
    """The card counts the pictures and lists the jobs in each state; before that, it shows the place in the queue."""
    running = made("a blue cat", status=JobStatus.RUNNING)
    jobs = (
        made("a red cat"),
        replace(running, result=None),
        waiting("a green cat"),
        made("a black cat", result=failure("timeout")),
    )
    shown = lines(group_cards.status(EN, group_of(*jobs), None, None, COSTS))
    assert shown[0] == f"🎨 **Painting**, started <t:{int(NOW.timestamp())}:R>: 1 of 4 ready."
    assert shown[1:5] == ["> a … cat", "✅ Ready: red", "⏳ Still to come: blue · green", "⚠️ Failed: black"]
    queued = group_of(waiting("a red cat"), waiting("a blue cat"))
    starts_at = NOW + timedelta(minutes=2)
    (heading, *_) = lines(group_cards.status(EN, queued, 3, starts_at, COSTS))
    assert "position 3" in heading
    assert f"<t:{int(starts_at.timestamp())}:R>" in heading
    busy = replace(queued, card=CardState.BUSY)
    assert "picture service is busy" in lines(group_cards.status(EN, busy, None, None, COSTS))[0]
    assert "0 of 2 ready" in lines(group_cards.status(EN, queued, None, None, COSTS))[0]


def test_details() -> None:
    """The details show the values that all jobs have in common, and the expected total cost if costs are shown."""
    jobs = [replace(waiting(prompt), expected_cost=Decimal("0.25")) for prompt in ("a red cat", "a blue cat")]
    for costs, cost in ((COSTS, " · about 0.5 credits ($0.048)"), (CostDisplay(PRICE), "")):
        assert lines(group_cards.status(EN, group_of(*jobs), None, None, costs))[-1] == f"-# FLUX.1 dev · 1:1{cost}"
    unknown = group_of(jobs[0], replace(jobs[1], expected_cost=None))
    assert lines(group_cards.status(EN, unknown, None, None, COSTS))[-1] == "-# FLUX.1 dev · 1:1"
    different = [waiting(), waiting(model="flux-2-pro")]
    different[1] = replace(different[1], request=replace(different[1].request, size="64x64"))
    assert lines(group_cards.status(EN, group_of(*different), None, None, CostDisplay()))[-1] == "-# 2 models"


def test_style() -> None:
    """The jobs' common style is on each card, and in Info."""
    styled = [
        replace(job, request=replace(job.request, style="pixel-art", template="pixels of {prompt}"))
        for job in (made("a red cat"), made("a blue cat"))
    ]
    job = group_of(*styled)
    failed = tuple(replace(one, result=failure("timeout")) for one in job.group)
    for card in (
        group_cards.status(EN, job, None, None, COSTS),
        group_cards.finished(EN, job, [PICTURE] * 2, parent=None),
        group_cards.failed(EN, replace(failed[0], group=failed)),
        group_cards.made_private(EN, job),
    ):
        assert "FLUX.1 dev · 1:1 · Pixel art" in lines(card)[-1]
    shown = lines(information(EN, job, PRICE))
    assert shown[shown.index("**Prompt with the style**") + 1] == "> pixels of a … cat"
    assert "**Style** Pixel art" in shown
    assert not [line for line in lines(information(EN, group_of(made("a"), made("b")), PRICE)) if "Style" in line]


def test_if_all_failed() -> None:
    """A common reason is shown once, as for a single job. Others see no prompt, and a retry removes the buttons."""
    same = group_of(*(made(prompt, result=failure("forbidden", "no cats")) for prompt in ("a red cat", "a blue cat")))
    card = group_cards.failed(EN, same)
    shown = lines(card)
    assert shown[0] == f"<@{BIG}> ⚠️ None of the 2 pictures could be made."
    assert "safety filter refused" in shown[1]
    assert shown[2] == "> a … cat"
    assert custom_ids(card) == ["reword", "reroll-all", "delete"]
    assert custom_ids(group_cards.cancelled(EN, same)) == ["reroll-all", "reword", "delete"]
    different = group_of(
        made("a red cat", result=failure("bad_request", "no red")), made("a blue cat", result=failure("timeout"))
    )
    shown = lines(group_cards.failed(EN, different))
    assert "⚠️ red: the picture service did not accept the request" in shown
    assert "⚠️ blue: took too long" in shown
    for job in (same, different):
        public = group_cards.failed(EN, job, is_public=True)
        assert not [word for word in ("cat", "red", "blue") if word in "\n".join(lines(public)).replace("refused", "")]
        assert custom_ids(group_cards.failed(EN, job, can_retry=False)) == []
    timeouts = group_of(made("a", result=failure("timeout")), made("b", result=failure("timeout")))
    assert custom_ids(group_cards.failed(EN, timeouts)) == ["reroll-all", "delete"]


def all_cards(translate: Translator, jobs: Sequence[Job], shown: Sequence[Picture | None]) -> Iterator[cards.Card]:
    """Yield each card of a group whose jobs are done."""
    job = group_of(*jobs)
    for status in (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.FINISHED):
        group = tuple(replace(one, status=status) for one in job.group)
        yield group_cards.status(translate, replace(group[0], group=group), 10**6, NOW, COSTS)
        yield group_cards.status(translate, replace(group[0], group=group), None, None, COSTS)
    parent = replace(job, group=(), result_message_id=BIG, result_channel_id=BIG)
    yield group_cards.finished(translate, replace(job, parent_id="x"), shown, parent=parent)
    yield group_cards.made_private(translate, job)
    for private, user_id in ((True, BIG), (False, BIG), (False, 1)):
        privacy_changed = replace(job, request=replace(job.request, private=private))
        yield group_cards.cancel_question(translate, privacy_changed, user_id)
    yield information(translate, job, PRICE)
    yield originals_card(translate, job, shown, dict.fromkeys(range(1, 1 + len(shown)), URL))
    for code in ("bad_request", SIZE_REJECTED, CANCELLED_PAID):
        failed = tuple(replace(one, result=failure(code, "*" * 500)) for one in job.group)
        yield group_cards.cancelled(translate, replace(failed[0], group=failed))
        for is_public in (False, True):
            yield group_cards.failed(translate, replace(failed[0], group=failed), is_public=is_public)
    mixed = (*job.group[:1], *(replace(one, result=failure("forbidden")) for one in job.group[1:]))
    one = replace(job, group=mixed)
    yield group_cards.finished(translate, one, shown[: len(one.images)], parent=None)
    yield information(translate, one, PRICE)


def test_the_largest_cards() -> None:
    """The cards of eight jobs with the longest prompts and links are within the limits, in each language."""
    result = TaskResult("task", (Image(URL.format("1?".ljust(2000, "(")), 2**63 - 1),), cost=Decimal("12345.123456789"))
    longest = replace(LONGEST, count=1, style="*" * NAME_LIMIT, template="{prompt}".rjust(TEMPLATE_LIMIT, "*"))
    for locale in LOCALES:
        prompts = LONG_PROMPTS if locale == "en-US" else LONG_PROMPTS[:1]
        for prompt in prompts:
            for shown in (PICTURE, SHRUNK, None) if locale == "en-US" else (None,):
                jobs = [
                    replace(
                        job_of(replace(longest, prompt=f"{prompt[:-1]}{number}", model=f"{number}" * 100), result),
                        origin=ORIGIN,
                    )
                    for number in range(8)
                ]
                for card in all_cards(translator_for(locale), jobs, [shown] * 8):
                    check(card)


def test_the_final_card_is_recognised() -> None:
    """The custom_id of the final card is on all final cards of a group, and on no status card."""
    job = group_of(made("a"), made("b"))
    failed = tuple(replace(one, result=failure("forbidden")) for one in job.group)
    final = [
        group_cards.finished(EN, job, [PICTURE] * 2, parent=None),
        group_cards.failed(EN, replace(failed[0], group=failed)),
        group_cards.failed(EN, replace(failed[0], group=failed), is_public=True),
    ]
    under_way = [group_cards.status(EN, job, 1, None, COSTS), group_cards.made_private(EN, job)]
    for card in (*final, *under_way):
        shown = [getattr(item, "custom_id", None) for item in card.view.walk_children()]
        assert (str(cards.final_custom_id(job)) in shown) is (card in final)
