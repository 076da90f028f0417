"""``make screenshots`` without a browser."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import screenshots
from tests.browser.chat import require_chromium

ROOT = Path(__file__).parents[2]


def test_without_chromium(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Tests are skipped with a hint, or fail in continuous integration; `make screenshots` also gives the hint."""
    monkeypatch.setenv("FLUX_BOT_CHROMIUM", "/nowhere/chromium")
    outcomes: list[tuple[str, type[BaseException]]] = [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
    for ci, outcome in outcomes:
        monkeypatch.setenv("CI", ci)
        with pytest.raises(outcome, match=r"THE PAGE IS NOT TESTED.*apt-get install chromium.*FLUX_BOT_CHROMIUM"):
            require_chromium()
    assert screenshots.main([]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_the_readmes_screenshots() -> None:
    """`make screenshots` makes the pictures that the README shows, first the demo, and they are not too large."""
    shown = re.findall(r'src="docs/([\w.-]+)"', (ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown[0] == screenshots.DEMO
    assert set(shown[1:]) == screenshots.SCREENSHOTS.keys()
    recording = screenshots.DOCS / screenshots.DEMO
    assert recording.stat().st_size < 2 * 1024 * 1024
    with Image.open(recording) as picture:
        assert getattr(picture, "n_frames", 1) > 20
    for name in shown[1:]:
        file = screenshots.DOCS / name
        assert file.stat().st_size <= 400 * 1024, name
        with Image.open(file) as picture:
            assert picture.width <= 1280, name
