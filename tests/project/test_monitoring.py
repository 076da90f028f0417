"""The alert rules and the dashboard in docs/ use only metrics that docs/metrics.md explains."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDE = (DOCS / "metrics.md").read_text()
RULES: list[dict[str, Any]] = yaml.safe_load((DOCS / "alerts.yml").read_text())["groups"][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((DOCS / "grafana.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
SUFFIXES = {"gauge": [""], "counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
METRICS = {
    name + suffix: (name, label, set(re.findall(r"`([\w-]+)`", meaning)))
    for name, kind, label, meaning in re.findall(
        r"^\| `(flux_bot_\w+)` \| (\w+) \|(?: `(\w+)`)? \| (.*) \|$", GUIDE, re.MULTILINE
    )
    for suffix in SUFFIXES[kind]
}
"""The metrics in Prometheus, each with its name in docs/metrics.md, its label and the label's possible values."""


def shown() -> list[str]:
    """Return the dashboard's expressions."""
    return [target["expr"] for panel in PANELS for target in panel["targets"]]


def used(expressions: Iterable[str]) -> set[str]:
    """Return the metrics in PromQL expressions. Check that the metrics, their labels and the labels' values exist."""
    names = set()
    for expression in expressions:
        for name, selector in re.findall(r"(flux_bot_\w+)(?:\{(.*?)\})?", expression):
            assert name in METRICS, expression
            names.add(METRICS[name][0])
            _, its_label, values = METRICS[name]
            for label, value in re.findall(r'(\w+)=~?"(.*?)"', selector):
                if (label, value) != ("job", "$job"):
                    assert label == its_label, expression
                    assert set(value.split("|")) <= values, expression
    return names


def promtool(*arguments: str | Path) -> None:
    """Run a check of promtool, Prometheus's own tool, if it is installed."""
    if (program := shutil.which("promtool")) is None:
        pytest.skip("PROMQL IS NOT CHECKED: promtool is not installed (Debian: apt-get install prometheus)")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_and_dashboard_use_existing_metrics() -> None:
    """The dashboard shows every metric."""
    assert len(used(rule["expr"] for rule in RULES)) > 10
    assert used(shown()) == {name for name, _, _ in METRICS.values()}


def test_the_guide_suggests_exactly_the_alerts_that_have_a_rule() -> None:
    suggested = re.findall(r"^\| `(FluxBot\w+)` \| (\w+) \| .+ \|$", GUIDE, re.MULTILINE)
    assert suggested == [(rule["alert"], rule["labels"]["severity"]) for rule in RULES]
    assert {job for rule in RULES for job in re.findall(r'job="(.*?)"', rule["expr"])} == {"flux-bot"}
    assert "job_name: flux-bot\n" in (DOCS / "deploy.md").read_text()


def test_every_alert_has_a_unit_test_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    tests = yaml.safe_load((ROOT / "tests" / "project" / "alerts_test.yml").read_text())["tests"]
    cases = {(case["alertname"], bool(case["exp_alerts"])) for test in tests for case in test["alert_rule_test"]}
    assert cases == {(rule["alert"], fires) for rule in RULES for fires in (True, False)}


def test_the_alerts_fire_when_they_should() -> None:
    promtool("check", "rules", DOCS / "alerts.yml")
    promtool("test", "rules", ROOT / "tests" / "project" / "alerts_test.yml")


def test_the_dashboards_expressions_are_valid(tmp_path: Path) -> None:
    valid = [text.replace("$__rate_interval", "5m").replace("$job", "flux-bot") for text in shown()]
    rules = [{"record": f"panel:{index}", "expr": text} for index, text in enumerate(valid)]
    path = tmp_path / "dashboard.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", path)


def test_the_dashboards_panels_are_laid_out() -> None:
    """Panels do not overlap, have unique titles, and use the data source that is selected at the top."""
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [(x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    for values in ([panel["id"] for panel in DASHBOARD["panels"]], [panel["title"] for panel in DASHBOARD["panels"]]):
        assert len(values) == len(set(values))
    assert {panel["datasource"]["uid"] for panel in PANELS} == {"${datasource}"}
    assert [variable["name"] for variable in DASHBOARD["templating"]["list"]] == ["datasource", "job"]
