"""The common parts of the image API's answers: JSON, results in all their forms, and costs."""

import json
from decimal import Decimal
from typing import Any

from flux_bot.core.jobs import Failure, Image, TaskResult
from flux_bot.flux.parsing import (
    MAX_COST,
    json_object,
    nested_object,
    parts_of,
    read_error,
    read_failure,
    read_record,
    read_success,
)

PICTURE = "https://cdn.acedata.cloud/e724d7f13d.png"
SUCCESS: dict[str, Any] = {"success": True, "data": [{"image_url": PICTURE}]}
FAILURE: dict[str, Any] = {"success": False, "error": {"code": "odd", "message": "why"}, "trace_id": "inner"}
FINISHED_AT = 1736304679.4
PLACEHOLDERS: tuple[Any, ...] = (
    *(None, "", "[]", "pending", [], {}, {"success": False}, {"success": False, "error": "temporary"}),
    *({"success": True}, {"success": True, "data": []}, {"success": True, "data": None}, json.dumps({"success": True})),
)
"""The possible values of ``response`` while a task is pending."""


def test_json() -> None:
    """Decimals are exact, and neither huge numbers nor anything that is not JSON raises an error."""
    assert json_object(b'{"x": 0.1}') == {"x": Decimal("0.1")}
    for number in ("9" * 5000, "-" + "9" * 5000, "1e" + "9" * 30, "-1e-" + "9" * 30):
        assert json_object(f'{{"x": {number}, "task_id": "task-1"}}'.encode()) == {"x": None, "task_id": "task-1"}, (
            number
        )
    for text in ("", "x", "[]", "7", '"{}"', "[" * 100_000, "\ud800"):
        assert json_object(text) is None, text
        assert nested_object(text) == {}, text
    others: tuple[object, ...] = (None, 7, [], True)
    for odd in others:
        assert nested_object(odd) == {}, odd
    assert nested_object({"x": 1}) == nested_object('{"x": 1}') == {"x": 1}


def read(**parts: Any) -> TaskResult | None:
    """Read a task's record with these parts."""
    return read_record("task-1", {"id": "task-1", "trace_id": "outer", **parts})


def test_forms() -> None:
    """A result may be in ``response`` or ``result``, as an object or as a string; placeholders are ignored."""
    picture = TaskResult("task-1", (Image(PICTURE),), trace_id="outer")
    failure = TaskResult("task-1", failure=Failure("odd", "why"), trace_id="inner")
    for outcome, result in ((SUCCESS, picture), (FAILURE, failure)):
        for form in (outcome, json.dumps(outcome)):
            for finished_at in (None, FINISHED_AT):
                assert read(finished_at=finished_at, response=form) == result, form
                for placeholder in PLACEHOLDERS:
                    for names in (("response", "result"), ("result", "response")):
                        parts = dict(zip(names, (placeholder, form), strict=True))
                        assert read(finished_at=finished_at, **parts) == result, parts


def test_pictures_of_unfinished_tasks() -> None:
    """Pictures without ``success`` may be a snapshot until the task has finished; those of a failure are not shown."""
    picture = TaskResult("task-1", (Image(PICTURE),), trace_id="outer")
    for form in ({"data": SUCCESS["data"]}, json.dumps({"data": SUCCESS["data"]})):
        assert read(response=form) is None, form
        assert read(response=form, finished_at=FINISHED_AT) == picture, form
    for success in (False, "true", 1, None):
        result = read(response={**SUCCESS, "success": success}, finished_at=FINISHED_AT)
        assert result is not None, success
        assert result.failure == Failure("api_error"), success


def test_placeholders() -> None:
    """A placeholder never finishes a task, but ``finished_at`` does unless the placeholder speaks of success."""
    for response in PLACEHOLDERS:
        assert read(response=response) is None, response
        assert read(response=response, finished_at=None) is None, response
        result = read(response=response, finished_at=FINISHED_AT)
        if nested_object(response).get("success") is True:
            assert result is None, response
        else:
            error = Failure("api_error", "temporary" if nested_object(response).get("error") else "")
            assert result == TaskResult("task-1", failure=error, trace_id="outer"), response


def test_errors_of_records() -> None:
    """An error of the record itself is final if it has a code or the task has finished, unless there is a picture."""
    for response in PLACEHOLDERS:
        result = read(response=response, error={"code": "odd", "message": "why"})
        assert result == TaskResult("task-1", failure=Failure("odd", "why"), trace_id="outer"), response
        for error in ("fetch failed", {"message": "fetch failed"}):
            assert read(response=response, error=error) is None, (response, error)
            result = read(response=response, error=error, finished_at=FINISHED_AT)
            message = "temporary" if nested_object(response).get("error") else "fetch failed"
            assert result == TaskResult("task-1", failure=Failure("api_error", message), trace_id="outer"), response
    for finished_at in (None, FINISHED_AT):
        for late in ("fetch failed", {"code": "odd"}):
            shown = read(response=SUCCESS, error=late, finished_at=finished_at)
            assert shown == TaskResult("task-1", (Image(PICTURE),), trace_id="outer"), late


def test_final_records() -> None:
    """``success: false`` with a code is final, and so is ``finished_at`` without success; all else is a snapshot."""
    error = {"error": {"code": "forbidden"}}
    for parts in ({"response": {"success": False, **error}}, {"response": error, "finished_at": FINISHED_AT}):
        assert read(**parts) == TaskResult("task-1", failure=Failure("forbidden"), trace_id="outer"), parts
    snapshots: list[object] = [
        *({"success": False, "error": odd} for odd in (None, {"message": "temporary"}, {"code": 5})),
        *(error, {**SUCCESS, "success": "true"}, {"success": True, "data": [{"image_url": "ftp://example.org/x"}]}),
    ]
    for response in snapshots:
        assert read(response=response) is None, response


def test_the_error_with_a_code_counts() -> None:
    """Of several errors the one with a code is shown, with its trace id."""
    for data in ({"response": {"error": "vague"}, **FAILURE}, {"error": "vague", "trace_id": "x", "result": FAILURE}):
        result = read_failure("task-1", parts_of(data))
        assert (result.failure, result.trace_id) == (read_error(FAILURE), "inner"), data


def cost_of(text: str, **record: Any) -> Decimal | None:
    """Return the cost in a result whose ``cost`` is this JSON, in a record with these parts."""
    data = f'{{"success": true, "data": [{{"image_url": "{PICTURE}"}}], "cost": {text}}}'
    result = read_success("task-1", parts_of({**record, "response": data}))
    assert result is not None, text
    return result.cost


def test_costs() -> None:
    """A cost in credits is exact, to nine decimals; a cost that is not plausible is none."""
    amounts = [
        *(("0.216", "0.216"), ("0.1", "0.1"), ("3", "3"), ("0", "0"), ("1e-2", "0.01"), ("1.5E1", "15"), ('"7"', "7")),
        *(("0.1234567894", "0.123456789"), ("0.1234567896", "0.12345679"), ("1e-300", "0"), ("0e999", "0")),
        *(('"0.423"', "0.423"), ("0.30000000000000004", "0.3"), ("999999.999999999", "999999.999999999")),
    ]
    for amount, expected in amounts:
        for currency in ('"credit"', '"credits"', "null"):
            cost = f'{{"amount": {amount}, "currency": {currency}, "list_amount": 0.5}}'
            assert cost_of(cost) == Decimal(expected), (amount, currency)
        assert cost_of(f'{{"amount": {amount}}}') == Decimal(expected), amount
    bad_amounts = ("-0.1", "NaN", "Infinity", '"NaN"', '"-Infinity"', '"sNaN"', '"x"', '""', "true", "null", "[]", "{}")
    for amount in (*bad_amounts, "1e400", "1e999999999", "9" * 5000, f'"{"9" * 5000}"', str(MAX_COST), '"\\ud800"'):
        assert cost_of(f'{{"amount": {amount}, "currency": "credit"}}') is None, amount
    for currency in ('"USD"', '"CNY"', '""', "7", "[]", "{}", "true"):
        assert cost_of(f'{{"amount": 0.2, "currency": {currency}}}') is None, currency
    for cost in ("null", "0.216", '"0.216"', "[]", "{}"):
        assert cost_of(cost) is None, cost
        assert cost_of(cost, cost={"amount": Decimal("0.5")}) == Decimal("0.5"), "the record's own"
    assert cost_of('{"amount": 0.216}', cost={"amount": Decimal("0.5")}) == Decimal("0.216")


def test_costs_of_failures() -> None:
    """A failure has a cost only if the API states one."""
    assert read_failure("task-1", parts_of(FAILURE)).cost is None
    stated = {**FAILURE, "cost": {"amount": Decimal("0.1"), "currency": "credit"}}
    for data in (stated, {"response": json.dumps(stated, default=str)}):
        assert read_failure("task-1", parts_of(data)).cost == Decimal("0.1"), data
