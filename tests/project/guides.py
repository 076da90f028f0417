"""Helpers that run the commands of a guide, such as docs/deploy.md, in order, as a reader who follows it would."""

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "deploy.md").read_text()
CHECKOUT = "flux-bot"
"""The name of the folder that the guide's first commands create."""
CRON_LINE = re.compile(r"(?:[\d*,/-]+ ){5}(.+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A code block of the guide."""

    section: str
    language: str
    """``sh`` and ``crontab`` blocks contain commands, ``dotenv`` blocks lines for .env, and ``yaml`` blocks a file."""
    text: str


def read_blocks(guide: str) -> list[Block]:
    """Return a guide's code blocks, without their indentation."""
    found = []
    for section in re.split(r"^## ", guide, flags=re.MULTILINE)[1:]:
        title = section.partition("\n")[0]
        for indent, language, text in re.findall(r"^( *)```(\w*)\n(.*?)^ *```$", section, re.MULTILINE | re.DOTALL):
            found.append(Block(title, language, re.sub(f"^{indent}", "", text, flags=re.MULTILINE)))
    return found


BLOCKS = read_blocks(GUIDE)


class Walk:
    """A run of the guide's commands in a folder; ``replacements`` maps the guide's placeholders to values."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        replacements: Mapping[str, str],
        blocks: Sequence[Block] = BLOCKS,
    ) -> None:
        self.checkout = folder / CHECKOUT
        self.output = ""
        """The output of the last commands."""
        self._folder = folder
        self._environment = {**os.environ, **environment}
        self._replacements = replacements
        self._left = [block for block in blocks if block.section != "Monitoring"]

    @property
    def sections_left(self) -> list[str]:
        """The sections with blocks that have not been run."""
        return sorted({block.section for block in self._left})

    async def follow(self, section: str, *, until: str | None = None) -> None:
        """Run the remaining blocks of a section, or those up to the first block that contains ``until``.

        Raises AssertionError if a command fails.
        """
        assert self._left, section
        assert self._left[0].section == section, (section, self._left[0])
        while self._left and self._left[0].section == section:
            block = self._left.pop(0)
            await self._run(block)
            if until is not None and until in block.text:
                return
        assert until is None, f"{until} is not in {section}"

    def skip(self, section: str) -> None:
        """Skip the rest of a section."""
        while self._left and self._left[0].section == section:
            self._left.pop(0)

    async def _run(self, block: Block) -> None:
        text = block.text
        for old, new in self._replacements.items():
            text = text.replace(old, new)
        if block.language == "dotenv":
            with (self.checkout / ".env").open("a") as file:
                file.write(f"\n{text}")
        elif block.language == "yaml":
            (self.checkout / "compose.override.yaml").write_text(text)
        elif block.language == "crontab":
            line = CRON_LINE.fullmatch(text.strip())
            assert line, text
            await self.shell(line.group(1))
        else:
            assert block.language == "sh", block
            await self.shell(text)

    async def shell(self, script: str) -> None:
        """Run commands in the checkout, or in its parent folder if it does not exist yet. Each command must succeed."""
        process = await asyncio.create_subprocess_exec(
            *("sh", "-eu", "-c", script),
            cwd=self.checkout if self.checkout.exists() else self._folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        self.output = output.decode()
        assert process.returncode == 0, f"{script}\n{self.output}"
