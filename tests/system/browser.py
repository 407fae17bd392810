"""A real browser for the tests: Chromium of this system, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: apt install chromium fonts-noto-cjk"
)
#: Tests run as root in some places, and nothing here may ask the network for anything.
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: On a machine ten times slower, too. Playwright has five seconds of its own for what is expected.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=_OPTIONS)
        try:
            yield started
        finally:
            started.close()


class Visitor:
    """One person at one browser, and all that went wrong in it."""

    def __init__(self, browser: Browser, site: str, **options: Any) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(
            base_url=site, accept_downloads=True, **({"locale": "zh-CN"} | options)
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        #: What the console says of errors and warnings, and what a script broke on.
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"broke: {error}"))

    def _heard(self, message: Any) -> None:
        # The browser itself notes each answer that is a refusal; what is shown then is tested.
        refusals = ("the server responded with a status of 4", "Response Status Error Code 4")
        is_refusal = any(told in message.text for told in refusals)
        if message.type in ("error", "warning") and not is_refusal:
            self.complaints.append(f"{message.type}: {message.text} ({message.location})")

    def sign_in(self, user: str, password: str) -> Page:
        self.page.goto("/")
        self.page.fill("#user", user)
        self.page.fill("#password", password)
        self.page.click("form.sign-in button")
        expect(self.page.locator("header nav")).to_be_visible()
        return self.page
