"""What people decided outlives whatever happens to the rest; and a clerk's way from a folder to a
list, step by step."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from browser import Visitor, browser, needs_chromium
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from served import Up, gouji, until

from samples import make_report, render
from samples.report import broken
from tasks.model.document import Format

pytestmark = needs_chromium

WRONG = render(broken(make_report(3, year=2023), "requests.new.total", 3), Format.HTML, "cms")
KEY = "inbox/决定.html"
NOTE = "原件如此"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def signed_in(up: Up, chromium: Browser) -> Page:
    return Visitor(chromium, up.up["site"]).sign_in(up.up["site_user"], up.up["site_password"])


def decide(page: Page) -> None:
    page.goto(f"/document?key={KEY}")
    first = page.locator(".findings > li").first
    first.locator("input[name=note]").fill(NOTE)
    first.get_by_role("button", name="不是问题").click()
    expect(first.locator(".decision")).to_have_text("不是问题")


def still_decided(up: Up, chromium: Browser) -> None:
    page = signed_in(up, chromium)
    page.goto(f"/document?key={KEY}")
    first = page.locator(".findings > li").first
    expect(first.locator(".decision")).to_have_text("不是问题")
    expect(first.locator(".decided")).to_contain_text(NOTE)
    page.context.close()


def open_in_catalogue(up: Up) -> int | None:
    """How many findings of it nobody has decided on, as lists ask; None where it is not there."""
    with sqlite3.connect(up.home / "catalogue.db") as database:
        row = database.execute("select open from documents where key = ?", (KEY,)).fetchone()
    return None if row is None else int(row[0])


def test_decisions_outlive_everything_but_the_bucket(
    start: Callable[..., Up], chromium: Browser, tmp_path: Path
) -> None:
    up = start()
    up.put("决定.html", WRONG)
    until(lambda: up.result("决定.html"))
    found = until(lambda: open_in_catalogue(up))
    page = signed_in(up, chromium)
    decide(page)
    page.context.close()
    left = open_in_catalogue(up)
    assert left is not None
    assert left < found

    redis.Redis.from_url(up.up["broker"]).flushall()
    still_decided(up, chromium)

    for file in up.home.glob("catalogue.db*"):
        file.unlink()
    rebuilt = gouji(up.home, "catalogue", "rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert open_in_catalogue(up) == left
    still_decided(up, chromium)

    # as after an upgrade: everything is read anew
    before = modified(up)
    again = gouji(up.home, "reprocess", "--older-than-engine", "99.0.0")
    assert again.returncode == 0, again.stderr
    until(lambda: modified(up) != before)
    still_decided(up, chromium)

    # a backup is the bucket, and nothing else: here the bucket of a new service
    kept = {key: body_of(up, key) for key in keys(up)}
    assert {key.partition("/")[0] for key in kept} == {"inbox", "results", "reviews"}
    up.s3.create_bucket(Bucket="restored")
    broker = up.up["broker"].removesuffix("/0") + "/1"
    other = start(
        tmp_path / "other",
        **up.elsewhere(GOUJI_S3_BUCKET="restored", GOUJI_BROKER_URL=broker),
    )
    for key, body in kept.items():
        other.s3.put_object(Bucket=other.bucket, Key=key, Body=body)
    until(lambda: open_in_catalogue(other) == left)
    still_decided(other, chromium)
    told = other.result("决定.html")
    assert told == json.loads(kept["results/决定.html/result.json"])


def modified(up: Up) -> Any:
    told = up.s3.head_object(Bucket=up.bucket, Key="results/决定.html/result.json")
    return told["LastModified"]


def keys(up: Up) -> list[str]:
    listed = up.s3.list_objects_v2(Bucket=up.bucket)
    return [one["Key"] for one in listed["Contents"]]


def body_of(up: Up, key: str) -> bytes:
    return bytes(up.s3.get_object(Bucket=up.bucket, Key=key)["Body"].read())


def test_64_files_become_a_list_in_three_actions(up: Up, chromium: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "各单位年报"
    folder.mkdir()
    for number in range(64):
        report = make_report(200 + number, organ=f"澜柘县第{number}局", year=2023, zero_share=0.5)
        if number % 16 == 3:
            report = broken(report, "requests.new.total", 2)
        name = folder / f"{number:02} 年报.html"
        name.write_bytes(render(report, Format.HTML, "cms"))
    page = signed_in(up, chromium)
    # one: choose the folder
    page.set_input_files("#folder", folder)
    expect(page.locator("#uploads a.verdict")).to_have_count(64, timeout=300_000)
    expect(page.locator("#progress")).to_contain_text("64 / 64")
    # two: the folder in the list
    page.locator("a.folder", has_text="各单位年报").first.click()
    # all of them, and none still pending
    expect(page.locator("#found")).to_have_text("共 64 份")
    # three: the list as a file
    with page.expect_download() as started:
        page.locator(".takes a[href^='/list.xlsx']").click()
    saved = tmp_path / "清单.xlsx"
    started.value.save_as(saved)
    page.context.close()
    book = load_workbook(saved)
    wrong = {str(row[0]) for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    assert {f"inbox/各单位年报/{n:02} 年报.html" for n in (3, 19, 35, 51)} <= wrong
    assert book.worksheets[1].max_row == 65
