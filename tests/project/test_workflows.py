"""The workflows in .github run existing targets, and a release publishes the version of its tag."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

import flux_bot
from tests.project.test_packages import PYPROJECT

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = {path.stem: path.read_text() for path in (GITHUB / "workflows").iterdir()}


def jobs(workflow: str) -> dict[str, Any]:
    """Return the jobs of a workflow."""
    content: dict[str, Any] = yaml.safe_load(WORKFLOWS[workflow])["jobs"]
    return content


def scripts(job: dict[str, Any]) -> list[str]:
    """Return the shell scripts of a job's steps."""
    return [step["run"] for step in job["steps"] if "run" in step]


def run(script: str, tag: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a step's script as GitHub does, with a fake ``gh`` that prints its arguments and the notes."""
    gh = folder / "gh"
    gh.write_text('#!/bin/sh\necho "$@"\ncat notes.md\n')
    gh.chmod(0o755)
    environment = {**os.environ, "GITHUB_REF_NAME": tag, "PATH": f"{folder}:{os.environ['PATH']}"}
    command = ["bash", "-e", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_ci_runs_everything_on_the_oldest_python_and_on_that_of_the_image() -> None:
    check = jobs("ci")["check"]
    oldest = PYPROJECT["project"]["requires-python"].removeprefix(">=")
    (image,) = re.findall(r"python:([\d.]+)-slim$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert check["strategy"]["matrix"]["python"] == [oldest, image]
    assert ".ci/run" in scripts(check)


def test_the_scheduled_targets_exist() -> None:
    check = jobs("scheduled")["check"]
    targets = check["strategy"]["matrix"]["target"]
    assert targets == ["coverage", "chaos", "image-check", "guide-check"]
    assert scripts(check) == ['make "$TARGET"']
    assert set(targets) <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_action_is_pinned_by_the_same_commit() -> None:
    """Actions are pinned to commits, because a tag can be moved. A comment names the version of each commit."""
    used = [
        line for text in WORKFLOWS.values() for line in re.findall(r"uses: (.+)", text) if not line.startswith("./")
    ]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in used), used
    assert len(set(used)) == len({line.partition("@")[0] for line in used})


def test_a_release_is_tested_and_complete() -> None:
    """The image is built for both platforms after all tests, and each job has only the permissions that it needs."""
    release = jobs("release")
    assert release["ci"]["uses"].removeprefix("./") == ".github/workflows/ci.yml"
    assert (release["image"]["needs"], release["release"]["needs"]) == ("ci", "image")
    build = release["image"]["steps"][-1]["with"]
    assert {name: build[name] for name in ("platforms", "push", "provenance", "sbom")} == {
        "platforms": "linux/amd64,linux/arm64",
        "push": True,
        "provenance": "mode=max",
        "sbom": True,
    }
    (metadata,) = (step for step in release["image"]["steps"] if step.get("id") == "metadata")
    assert metadata["uses"].startswith("docker/metadata-action@"), "its labels name the repository and the commit"
    for part in ("tags", "labels"):
        assert build[part] == f"${{{{ steps.metadata.outputs.{part} }}}}"
    writes = {
        name: [right for right, value in job.get("permissions", {}).items() if value == "write"]
        for name, job in release.items()
    }
    assert writes == {"ci": [], "image": ["packages"], "release": ["contents"]}


def test_a_release_has_the_version_of_its_tag(tmp_path: Path) -> None:
    """A tag that differs from the code's version stops the release; the notes are the version's changelog section."""
    compare, (publish,) = scripts(jobs("release")["image"])[0], scripts(jobs("release")["release"])
    (tmp_path / "flux_bot").mkdir()
    (tmp_path / "flux_bot" / "__init__.py").write_text((ROOT / "flux_bot" / "__init__.py").read_text())
    assert run(compare, f"v{flux_bot.__version__}", tmp_path).returncode == 0
    assert run(compare, f"v{flux_bot.__version__}1", tmp_path).returncode != 0

    changelog = "# Changelog\n\n## [2.0.0-rc1] - 2027-01-02\n\n- New\n\n## [1.0.0] - 2026-01-02\n\n### Added\n\n- Old\n"
    (tmp_path / "CHANGELOG.md").write_text(changelog)
    old, new = run(publish, "v1.0.0", tmp_path), run(publish, "v2.0.0-rc1", tmp_path)
    assert old.stdout.endswith("--notes-file notes.md\n\n### Added\n\n- Old\n"), old
    assert new.stdout.endswith("--notes-file notes.md --prerelease\n\n- New\n\n"), new
    missing = run(publish, "v1.0", tmp_path)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "nothing about v1.0" in missing.stderr


def test_bug_reports_need_the_doctors_output() -> None:
    form = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / "bug.yml").read_text())
    (field,) = (field for field in form["body"] if "make doctor" in field["attributes"].get("label", ""))
    assert field["validations"] == {"required": True}
    assert yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / "config.yml").read_text()) == {"blank_issues_enabled": False}


def test_lint_checks_every_file_of_github() -> None:
    (lint,) = re.findall(r"^lint:.*\n((?:\t.+\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert "zizmor --offline --quiet .github\n" in lint
    checked = {path for pattern in re.findall(r"\.github/\S+", lint) for path in ROOT.glob(pattern)}
    assert set(GITHUB.rglob("*.yml")) == checked
