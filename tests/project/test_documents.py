"""README.md, CONTRIBUTING.md, SECURITY.md, CHANGELOG.md and docs/metrics.md match the code."""

import re
import subprocess
from datetime import date
from pathlib import Path

import flux_bot
from flux_bot.images.fetcher import MAX_BYTES, MAX_REDIRECTS, TIMEOUT_SECONDS
from flux_bot.images.worker import MAX_PIXELS
from flux_bot.metrics import Metrics
from flux_bot.web.listener import CLIENT_TIMEOUT_SECONDS, MAX_CONNECTIONS
from flux_bot.web.server import MAX_BODY_BYTES
from tests.project.test_packages import PYPROJECT

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    """Return the text of a document."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_version_is_the_same_everywhere() -> None:
    """The changelog and the image's default tag have the bot's version; pyproject.toml has no version."""
    released = re.findall(r"^## \[(\d[^\]]*)\] - (\S+)$", read("CHANGELOG.md"), re.MULTILINE)
    assert released[0][0] == flux_bot.__version__
    dates = [date.fromisoformat(day) for _, day in released]
    assert dates == sorted(dates, reverse=True)
    tags = re.findall(r"FLUX_BOT_VERSION:-([^}]+)", read("compose.yaml"))
    assert set(tags) <= {flux_bot.__version__}
    assert "version" not in PYPROJECT["project"]


def test_make_targets_exist() -> None:
    """`make` without a target lists the targets, and the documents mention no others."""
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - make is on the path
    targets = {line.split()[1] for line in done.stdout.splitlines()}
    for document in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"(?:`|^\s*\$? ?)make ([a-z-]+)", read(document), re.MULTILINE))
        assert {"sandbox", "test"} <= named <= targets, document


# --- SECURITY.md ----------------------------------------------------------------------------------------


def test_every_attack_has_existing_test_files() -> None:
    rows = re.findall(r"^\| (.+) \| .+ \| (.+) \|$", read("SECURITY.md"), re.MULTILINE)
    files = {attack: re.findall(r"`(tests/[\w/]+\.py)`", tests) for attack, tests in rows if attack != "attack"}
    assert len(files) > 20
    for attack, paths in files.items():
        assert paths, attack
        assert [path for path in paths if not (ROOT / path).is_file()] == [], attack


def test_the_limits_are_those_of_the_code() -> None:
    assert (CLIENT_TIMEOUT_SECONDS, MAX_REDIRECTS) == (10, 3)
    for limit in (
        f"{MAX_BODY_BYTES // 1024} KiB",
        f"at most {MAX_CONNECTIONS}",
        f"{MAX_BYTES // 1024**2} MiB and {TIMEOUT_SECONDS:.0f} seconds",
        f"{MAX_PIXELS // 1_000_000} megapixels",
    ):
        assert limit in read("SECURITY.md")


# --- docs/metrics.md ------------------------------------------------------------------------------------


def test_every_metric_is_documented() -> None:
    """The table has exactly the existing metrics, with their types, labels and label values."""
    rows = re.findall(
        r"^\| `(flux_bot_\w+)` \| (\w+) \|(?: `(\w+)`)? \| (.*) \|$", read("docs/metrics.md"), re.MULTILINE
    )
    families = {family.name: family for family in Metrics().registry.collect()}
    label_of = {
        "flux_bot_jobs": "state",
        "flux_bot_result_seconds": "source",
        "flux_bot_credits": "model",
        **{f"flux_bot_{name}_credits": "period" for name in ("spent", "reserved", "budget")},
    }  # has no values at first
    values: dict[str, set[str]] = {name: set() for name in families}
    for name, family in families.items():
        for label, value in (item for sample in family.samples for item in sample.labels.items() if item[0] != "le"):
            label_of[name] = label
            values[name].add(value)
    documented = {name: (kind, label) for name, kind, label, _ in rows}
    assert documented == {name: (family.type, label_of.get(name, "")) for name, family in families.items()}
    for name, _, _, meaning in rows:
        assert values[name] <= set(re.findall(r"`([\w-]+)`", meaning)), name
