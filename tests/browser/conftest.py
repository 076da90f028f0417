"""One Chromium for all tests of the page; each test has its own sandbox."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chat import open_browser, require_chromium


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    async with open_browser(require_chromium()) as browser:
        yield browser
