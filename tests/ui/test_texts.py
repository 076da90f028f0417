"""The texts that users read: one for each error, and within Discord's limits."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from flux_bot.core import jobs
from flux_bot.core.catalogue import SHAPES, load_catalogue
from flux_bot.core.costs import CostDisplay, Money
from flux_bot.core.jobs import MAX_IMAGES, Action, Failure, Image, Job, JobStatus, TaskResult
from flux_bot.core.text import isolate
from flux_bot.flux.protocol import OPERATOR_CODES
from flux_bot.locales import LOCALES, translator_for
from flux_bot.ui import texts
from tests.database import NOW, image_request, origin
from tests.english import EN

API_CODES = (
    *("bad_request", "no_token", "token_mismatched", "api_not_implemented", "disabled", "invalid_token"),
    *("token_expired", "used_up", "forbidden", "no_api", "too_many_requests", "api_error", "timeout"),
)
"""https://docs.acedata.cloud/en/concepts/responses and AceDataCloud/Docs, openapi/flux.json"""

CODES = (*API_CODES, *sorted(jobs.OUR_CODES))
REQUEST = image_request()
JOB = Job("job-id-012345678", "secret", JobStatus.FINISHED, REQUEST, origin(), NOW)
LONG_PROMPTS = ["*" * 4000, "\n" * 4000, "@everyone " * 400, "1.\n" * 1333, "🎨" * 4000, "a" * 4000]
DONE = replace(JOB, result=TaskResult("t", (Image("https://example.org/1.png"),)))


SHAPES_TAKEN = "1:1, 16:9"
PRICE = Money(Decimal("0.0952"), "USD")


def failure_text(code: str, message: str = "") -> str:
    """Return the text of a failure."""
    message = SHAPES_TAKEN if code == jobs.SIZE_REJECTED else message
    return texts.failure(EN, JOB, Failure(code, message))


def test_a_failure_says_what_happened_what_it_cost_and_what_to_do() -> None:
    """Each code has its own text, which fits the code's meaning."""
    said = {
        "bad_request": ("did not accept this request", "cost nothing", "try again"),
        "forbidden": ("safety filter refused this prompt", "cost nothing", "reword"),
        "too_many_requests": ("too busy", "cost nothing", "in a few minutes"),
        "api_error": ("failed while painting", "cost nothing", "Trying again often helps"),
        "timeout": ("took too long", "cost nothing", "again"),
        jobs.UNREACHABLE: ("can’t be reached", "cost nothing", "again later"),
        jobs.OUTCOME_UNKNOWN: ("may have been charged", "not sent a second time", "ask again"),
        jobs.OVERDUE: ("never sent a result", "not charged", "try again"),
        jobs.MODEL_REJECTED: ("no longer offers this model", "cost nothing", "use another one"),
        jobs.SIZE_REJECTED: ("did not accept this shape", "cost nothing", r"supports 1\:1, 16\:9", "choose another"),
        **dict.fromkeys(OPERATOR_CODES, ("cost nothing", "please tell the operator")),
        jobs.UNEXPECTED_ANSWER: ("could not make this picture", "cost nothing", "try again"),
    }
    assert said.keys() == set(CODES)
    for code, parts in said.items():
        (heading,) = failure_text(code).split("\n")
        assert all(part.lower() in heading.lower() for part in parts), heading
        assert heading.startswith("⚠️ ")
        assert ("cost nothing" in heading) is (code not in {jobs.OUTCOME_UNKNOWN, jobs.OVERDUE}), heading
    assert len({failure_text(code) for code in said}) == len(said)
    for code in CODES:
        text = texts.failure(EN, JOB, Failure(code, operator_notified=True))
        assert ("The operator has been notified." in text) is (code in OPERATOR_CODES), code
        assert EN("operator-not-notified") not in text, code
    unknown_shapes = texts.failure(EN, JOB, Failure(jobs.SIZE_REJECTED))
    assert unknown_shapes == failure_text("bad_request"), "nothing to choose from"
    assert failure_text("") == failure_text("never heard of") == failure_text(jobs.UNEXPECTED_ANSWER)


def test_internals_are_hidden() -> None:
    """Only a bad request's plain sentence is quoted and escaped; operator problems reveal no account, money or code."""
    messages = {
        "The seed is bad.": "The seed is bad.",
        "Use ~~other~~ words, please": r"Use \~\~other\~\~ words, please",
    }
    internals = (
        "cannot identify image file <_io.BytesIO object at 0x7f3a>",
        "x" * 500,
        "@everyone *now*",
        "ValueError: no",
        "",
    )
    for message in internals:
        assert failure_text("bad_request", message) == failure_text("bad_request"), message
    for message, shown in messages.items():
        assert failure_text("bad_request", message).splitlines()[1] == f"It said: {shown}"
        for code in (*CODES, "never heard of"):
            assert code == "bad_request" or failure_text(code, message) == failure_text(code), code
    inside = r"token|balance|credit|money|paid|account|application|credential|key|http|api|_|\d{3}"
    for text in (EN("unavailable", operator=EN("operator-notified")), *(failure_text(code) for code in OPERATOR_CODES)):
        assert not re.search(inside, text, re.IGNORECASE), text
    assert not [code for code in OPERATOR_CODES if code in failure_text(code)]


def test_running_status() -> None:
    """The status says what is running, when it started in Discord's time format, and how long it usually takes."""
    for seconds, duration in {0.2: "1 s", 89.4: "89 s", 90: "2 min", 600: "10 min"}.items():
        assert f"FLUX.1 dev usually takes about {duration}" in texts.painting(EN, REQUEST, NOW, seconds)
    assert "up to two minutes" in texts.painting(EN, REQUEST, NOW, None)
    editing = replace(REQUEST, action=Action.EDIT)
    for request, verb in ((REQUEST, "Painting"), (editing, "Editing")):
        since = f"{verb}**, started <t:{int(NOW.timestamp())}:R>"
        assert since in texts.painting(EN, request, NOW, None)
        assert since in texts.slow(EN, request, NOW)
    assert "longer than usual" in texts.slow(EN, REQUEST, NOW)


def test_result() -> None:
    """The heading mentions the user once; the small print has model, size, and the seconds if known."""
    kinds = ((Action.GENERATE, 1, "picture is"), (Action.GENERATE, 2, "picture is"), (Action.EDIT, 1, "edited"))
    for action, count, expected in kinds:
        heading = texts.result_heading(EN, replace(DONE, request=replace(REQUEST, action=action, count=count)))
        assert heading.startswith(f"<@1>, your {expected}"), heading
        assert heading.endswith(" ready!"), heading
    two = TaskResult("t", DONE.images * 2)
    assert "pictures are" in texts.result_heading(EN, replace(DONE, result=two)), "as many as arrived, not as requested"
    took = replace(DONE, submitted_at=NOW, finished_at=NOW + timedelta(seconds=8.4))
    assert texts.result_details(EN, took) == "-# FLUX.1 dev · 1024x1024 · 8 s"
    status = texts.status_details(EN, JOB, CostDisplay())
    assert texts.result_details(EN, DONE) == status == "-# FLUX.1 dev · 1024x1024"
    several = replace(JOB, request=replace(REQUEST, count=4))
    assert texts.status_details(EN, several, CostDisplay()) == "-# FLUX.1 dev · 1024x1024 · 4 pictures"


def test_the_label_in_a_list() -> None:
    """The label is the prompt, with the model if the job is in a group, whose prompts may be the same."""
    job = replace(JOB, request=replace(REQUEST, prompt="a\n cat"))
    assert texts.job_label(EN, job, 100) == "a cat"
    assert texts.job_label(EN, replace(job, group_id="g"), 100) == "a cat · FLUX.1 dev"
    long = replace(job, group_id="g", request=replace(REQUEST, prompt="a" * 200, model="m" * 100))
    assert len(texts.job_label(EN, long, 100)) == 100


def test_expected_cost() -> None:
    """A status card shows the expected cost if that is wanted and known, with two digits, and in money if possible."""
    details = "-# FLUX.1 dev · 1024x1024{}"
    for credit, price, shown in (
        ("0.216", None, " · about 0.22 credits"),
        ("0.216", PRICE, " · about 0.22 credits ($0.021)"),
        ("123.4", PRICE, " · about 123 credits ($11.75)"),
        ("1", None, " · about 1 credit"),
        (None, PRICE, ""),
    ):
        job = replace(JOB, expected_cost=Decimal(credit) if credit else None)
        wanted = CostDisplay(price, on_status_cards=True)
        assert texts.status_details(EN, job, wanted) == details.format(shown), (credit, price)
        assert texts.status_details(EN, job, CostDisplay(price)) == details.format(""), (credit, price)


def test_cost() -> None:
    """A result's cost has exactly its digits, in each language's number format."""
    for credit, shown in {
        "0.216": "0.216 credits ($0.021)",
        "0.123456789": "0.123456789 credits ($0.012)",
        "123456.123456789": "123,456.123456789 credits ($11,753.02)",
        "0.42": "0.42 credits ($0.04)",
        "1.000000000": "1 credit ($0.095)",
        "1234.5": "1,234.5 credits ($117.52)",
        "100": "100 credits ($9.52)",
        "0": "0 credits ($0.00)",
    }.items():
        assert texts.cost(EN, Decimal(credit), PRICE) == shown
        assert texts.cost(EN, Decimal(credit), None) == shown.partition(" (")[0]
    for locale, shown in {
        "de": "0,216 Credits (0,021\xa0$)",
        "es-ES": "0,216 créditos (0,021\xa0US$)",
        "fr": "0,216 crédit (0,021\xa0$US)",
        "pt-BR": "0,216 crédito (US$\xa00,021)",
        "ja": "0.216クレジット（$0.021）",
        "zh-CN": "0.216 积分（US$0.021）",
        "ko": "0.216 크레딧 (US$0.021)",
    }.items():
        assert texts.cost(translator_for(locale), Decimal("0.216"), PRICE) == shown


def test_numbers_of_pictures() -> None:
    """The number of the parent's picture is found by either of its addresses, and by no other."""
    parent = replace(DONE, result=TaskResult("t", tuple(Image(f"https://example.org/{n}.png") for n in (1, 2, 3))))
    file = "https://cdn.discordapp.com/attachments/1/2/flux-{}-{}.png?ex=1"
    for url, number in (
        ("https://example.org/3.png", 3),
        (file.format(JOB.id, 2), 2),
        (file.format(JOB.id, "source"), None),
        (file.format("another-job-0123", 2), None),
        (None, None),
    ):
        assert texts.number_in(parent, url) == number, url


def test_relations() -> None:
    """A card says how its request relates to the parent's, with a link if others can see the parent."""
    url = "https://cdn.discordapp.com/attachments/1/2/flux-job-id-012345678-{}.png?ex=1"
    parent = replace(DONE, result_message_id=9, result_channel_id=20)
    edit = replace(REQUEST, action=Action.EDIT, image_url="https://example.org/source.png")
    edited = replace(parent, request=edit)
    for request, of, how in (
        (replace(REQUEST, private=True), parent, "Rerolled from"),
        (replace(REQUEST, prompt="a dog"), parent, "Remixed from"),
        (replace(REQUEST, count=4), parent, "Variations of"),
        (REQUEST, replace(parent, request=replace(REQUEST, count=4)), "Remixed from"),
        (edit, parent, "Edited from"),
        (replace(edit, image_url=url.format("source")), edited, "Rerolled from"),
        (replace(edit, image_url=url.format(1)), edited, "Edited from"),
    ):
        text = texts.relation(EN, replace(JOB, request=request), of)
        assert text.startswith(f"-# {how} "), text
        assert "(https://discord.com/channels/30/20/9)" in text
    assert texts.relation(EN, JOB, None) == "-# Remixed from an earlier picture"
    elsewhere = replace(parent, origin=replace(parent.origin, guild_id=31))
    for hidden in (elsewhere, replace(parent, result_message_id=None)):
        assert texts.relation(EN, JOB, hidden) == "-# Rerolled from an earlier picture"


def test_links() -> None:
    """A link leads exactly to its whole address; all addresses of the usual length fit."""
    addresses = {
        "https://e.org/a(1).png": "https://e.org/a%281%29.png",
        "https://e.org/)[x](https://evil.example": "https://e.org/%29[x]%28https://evil.example",
    }
    for url, shown in addresses.items():
        pictures = texts.unfetched(EN, {1: url, 3: "https://e.org/3"})
        assert pictures.endswith(f"\n[Picture 1]({shown})\n[Picture 3](https://e.org/3)")
        assert texts.shrunk(EN, {2: "https://e.org/2", 4: url}).endswith(
            f": [original 2](https://e.org/2), [original 4]({shown})"
        )


def test_labels() -> None:
    """A shape's label describes it in words; an operator's own name for a model is not translated."""
    shapes = {"16:9 wide (1344x768)": "1344x768", "16:9 wide": "16:9"}
    assert {texts.shape_label(EN, "16:9", size) for size in shapes.values()} == shapes.keys()
    assert (texts.shape_label(EN, "4:7", "9x16"), texts.shape_label(EN, "7:5", "7:5")) == ("4:7 (9x16)", "7:5")
    assert texts.shape_labels(EN).keys() == set(SHAPES)
    german, model = translator_for("de"), load_catalogue("").model("flux-dev", Action.GENERATE)
    assert texts.model_labels(german, [model]) == {"flux-dev": german("model-flux-dev")} != {"flux-dev": model.label}
    assert texts.model_label(german, "flux-dev", "Our own") == "Our own"
    for locale in LOCALES:
        assert texts.short_model_label(translator_for(locale), "flux-2-pro") == "FLUX.2 pro", locale
    assert texts.short_model_label(EN, "our:own") == "our:own"


@settings(deadline=None)
@given(st.text(max_size=4000) | st.sampled_from(LONG_PROMPTS), st.integers(1, MAX_IMAGES))
def test_any_prompt(prompt: str, count: int) -> None:
    """A prompt is shown on a card and read from it, as far as it fits; the alt text has it as it was written."""
    request = replace(REQUEST, prompt=prompt)
    shown = texts.prompt(request)
    assert shown.startswith("> ")
    assert len(shown) <= len("> ") + texts.PROMPT_ON_CARD
    read = texts.shown_prompt(shown)
    assert read is not None
    if texts.is_truncated(request):
        assert shown.endswith("…")
    else:
        assert read.split() == prompt.split()
    for number in (1, count):
        alt = texts.alt_text(EN, request, number, count)
        assert len(alt) <= 1024
        assert alt.startswith(f"Picture {number} of {count}: " if count > 1 else prompt[:1000].rstrip("\\"))
        assert alt.endswith((prompt, isolate(prompt), "…"))


def test_other_texts_are_no_prompt() -> None:
    """Only a quotation is read as a prompt; its length decides whether it is truncated."""
    assert (texts.shown_prompt("a cat"), texts.shown_prompt(r"> a \*cat\*")) == (None, "a *cat*")
    for limit in (texts.PROMPT_ON_CARD, texts.PROMPT_IN_INFO):
        for length in (limit, limit + 1):
            request = replace(REQUEST, prompt="a" * length)
            shown = texts.prompt(request, limit)
            assert texts.is_truncated(request, limit) is shown.endswith("…") is (length > limit), length
            assert texts.may_be_truncated(texts.shown_prompt(shown) or "") is (length > limit), length
    assert not texts.may_be_truncated("and so on…"), "the user's own ellipsis"


def test_a_bad_source() -> None:
    """Another picture is suggested only if the image API's message is about the picture to edit."""
    edit = replace(JOB, request=replace(REQUEST, action=Action.EDIT, image_url="https://example.org/a.png"))
    for job, code, message, is_bad in (
        (edit, "bad_request", "cannot identify image file <_io.BytesIO object>", True),
        (edit, "bad_request", "image_url is not reachable", True),
        (edit, "bad_request", "The picture is too dark.", True),
        (edit, "bad_request", "The prompt is imaginary.", False),
        (edit, "api_error", "The picture is too dark.", False),
        (JOB, "bad_request", "The picture is too dark.", False),
    ):
        text = texts.failure(EN, job, Failure(code, message))
        assert ("could not use the picture" in text) is is_bad, (code, message)
        assert "BytesIO" not in text
    assert "\nIt said: The picture is too dark." in texts.failure(
        EN, edit, Failure("bad_request", "The picture is too dark.")
    )
