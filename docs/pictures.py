"""Pictures of the pages for the documents: `make pictures` writes docs/pictures/*.png.

    samples -> a folder of one county's reports -> `gouji up` in a home of its own
                                                -> Chromium, as a clerk uses it -> *.png

Every organ is invented. Needs Chromium and a font with Chinese characters, which this says.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Error, Locator, Page, sync_playwright

from samples import LogicalReport, broken, make_report, misreported, next_year, render
from samples.defects import spoil
from samples.layout import draft
from samples.poison import POISON
from samples.styles import SUFFIXES
from tasks.model.document import Format

PICTURES = Path(__file__).parent / "pictures"
GOUJI = Path(sys.executable).parent / "gouji"
MOST_BYTES = 200_000
WIDE, HIGH, PHONE = 1280, 860, 360
#: So that the finding, its cell in the form and its place in the original are in one picture.
TALL = 1160
#: A picture of the phone is drawn finer, as phones are.
FINE = 2
PATIENCE_MS = 120_000

COUNTY = "霁川县"
WRONG_ORGAN, WRONG_CELL = f"{COUNTY}财政局", "requests.new.natural_person"
WRONG_FILE = f"{COUNTY}/2024/财政局.pdf"
#: Bureau, the format and style of its reports, and the years of which it has one.
REPORTS = (
    ("财政局", Format.PDF, "ruled", (2022, 2023, 2024)),
    ("教育局", Format.HTML, "cms", (2022, 2023, 2024)),
    ("水利局", Format.DOCX, "wps", (2022, 2023, 2024)),
    ("卫生健康局", Format.PDF, "vertical", (2023, 2024)),
    ("公安局", Format.HTML, "word", (2022, 2023, 2024)),
    ("应急管理局", Format.DOCX, "plain", (2023, 2024)),
    ("自然资源局", Format.TEXT, "pipe_rows", (2023, 2024)),
    ("交通运输局", Format.HTML, "wps", (2023, 2024)),
)
EDITIONS = {"disclosure": "2021", "requests": "2021"}
Change = Callable[[LogicalReport], LogicalReport]
#: Bureau and year -> what its author did wrong.
WRONG: Mapping[tuple[str, int], Change] = {
    ("财政局", 2024): lambda one: broken(one, WRONG_CELL, 3),
    ("公安局", 2024): lambda one: misreported(one, "received", 2),
    ("水利局", 2023): lambda one: broken(one, "requests.processed_total.total", 10),
    ("交通运输局", 2024): lambda one: broken(one, "disputes.review.total", 1),
    ("教育局", 2023): lambda one: broken(one, "requests.carried_over.natural_person", 1),
}
EXPECTED = (*(f"{COUNTY}{name}" for name, *_ in REPORTS), f"{COUNTY}民政局", f"{COUNTY}司法局")


def files() -> Iterator[tuple[str, bytes]]:
    """Path below the county's folder, and the document."""
    for seed, (bureau, format, style, years) in enumerate(REPORTS, 1):
        report = make_report(
            seed, organ=COUNTY + bureau, year=years[0], editions=EDITIONS, zero_share=0.5
        )
        for year in years:
            if year > years[0]:
                report = next_year(report, seed * 100 + year)
            told = WRONG.get((bureau, year), lambda one: one)(report)
            yield f"{year}/{bureau}.{SUFFIXES[format]}", render(told, format, style, seed)
    short = make_report(71, organ=f"{COUNTY}行政审批局", year=2024, editions=EDITIONS)
    lacking = spoil(draft(short), "dropped_rows", 1)
    yield "2024/行政审批局.html", render(lacking, Format.HTML, "cms")
    copied = make_report(73, organ=f"{COUNTY}行政服务中心", year=2024, editions=EDITIONS)
    yield "2024/行政服务中心.txt", render(copied, Format.TEXT, "without_repeats")
    locked = make_report(72, organ=f"{COUNTY}农业农村局", year=2024)
    yield "2024/农业农村局.pdf", render(locked, Format.PDF, "user_password")
    yield "2024/市场监督管理局.docx", POISON["half.docx"].make()
    yield "2024/司法局.doc", POISON["old.doc"].make()
    yield "2024/拟任职人员公示.html", POISON["notice.html"].make()


# --- what runs meanwhile -----------------------------------------------------------------------


class Missing(Exception):
    """This machine lacks something; the message says how to get it."""


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise Missing("there is no Chromium: apt install chromium fonts-noto-cjk")
    listed = subprocess.run(["fc-list", ":lang=zh", "file"], capture_output=True, text=True)  # noqa: S607
    if not listed.stdout.strip():
        raise Missing("there is no font with Chinese characters: apt install fonts-noto-cjk")
    return found


@contextmanager
def service(home: Path) -> Iterator[dict[str, Any]]:
    """What up.json says, while `gouji up` runs."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("GOUJI_")}
    environment = others | {"GOUJI_HOME": str(home), "TZ": "Asia/Shanghai"}
    running = subprocess.Popen([GOUJI, "up"], env=environment, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        up = home / "up.json"
        while not up.exists():
            if running.poll() is not None:
                raise Missing("`gouji up` did not start: try it by itself, it says why")
            time.sleep(0.2)
        yield json.loads(up.read_text())
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(timeout=120)


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


def visitor(browser: Browser, address: str, **options: Any) -> Page:
    context = browser.new_context(
        **{
            "base_url": address,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": {"width": WIDE, "height": HIGH},
        }
        | options
    )
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


def sign_in(page: Page, up: Mapping[str, Any]) -> None:
    page.goto("/")
    page.fill("#user", up["site_user"])
    page.fill("#password", up["site_password"])
    page.click("form.sign-in button")
    page.locator("header nav").wait_for()


# --- pictures ----------------------------------------------------------------------------------


def save(name: str, shot: bytes) -> None:
    """With as many colours as fit into MOST_BYTES."""
    drawn = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (128, 64, 32, 16):
        packed = io.BytesIO()
        reduced = drawn.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(packed, "PNG", optimize=True)
        if len(packed.getvalue()) < MOST_BYTES:
            break
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.png").write_bytes(packed.getvalue())
    print(f"{name}.png  {drawn.width} x {drawn.height}  {len(packed.getvalue()) // 1000} kB")


def snap(page: Page, name: str, high: int = HIGH, top: float = 0) -> None:
    """`high` pixels of the page below `top`, whatever fits into the window."""
    width = page.evaluate("document.documentElement.clientWidth")
    whole = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": top, "width": width, "height": min(high, whole - top)}
    save(name, page.screenshot(full_page=True, clip=clip))


def top_of(spot: Locator) -> float:
    """Pixels from the top of the page."""
    return float(spot.evaluate("spot => spot.getBoundingClientRect().top + window.scrollY"))


def document(page: Page, path: str) -> None:
    page.goto("/")
    page.goto(f"/document?key=inbox/{path}")


def pictures(page: Page, folder: Path, up: Mapping[str, Any]) -> None:
    page.goto("/")
    snap(page, "sign-in", 460)
    sign_in(page, up)
    dropped(page, folder)
    listed(page)
    one_document(page)
    page.goto("/failed")
    snap(page, "failed", 650)
    over_all(page)
    page.goto("/review")
    snap(page, "review", 420)


def dropped(page: Page, folder: Path) -> None:
    page.set_input_files("#folder", folder)
    page.locator("#uploads a.verdict").nth(8).wait_for()
    snap(page, "inbox")
    total = sum(1 for path in folder.rglob("*") if path.is_file())
    page.locator("#uploads a.verdict").nth(total - 1).wait_for()


def listed(page: Page) -> None:
    page.goto(f"/?folder={COUNTY}/2024/&order=errors")
    page.locator("table.list tbody tr").first.wait_for()
    snap(page, "list", 760, top_of(page.locator(".filters")) - 10)


def one_document(page: Page) -> None:
    document(page, WRONG_FILE)
    page.locator(f"[id='{WRONG_CELL}'] a").click()
    page.locator("#original .frame").wait_for()
    page.locator("#original img").evaluate("image => image.decode()")
    page.set_viewport_size({"width": WIDE, "height": TALL})
    page.evaluate("top => window.scrollTo(0, top)", top_of(page.locator(".beside")))
    save("document", page.screenshot())
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    first = page.locator(".findings > li").first
    first.locator("input[name=note]").fill("已告知填报单位，更正后重报")
    first.get_by_role("button", name="确认有误").click()
    first.locator(".decision").wait_for()
    save("decision", page.locator(".findings").screenshot())
    page.goto("/language?to=en&next=/")
    document(page, WRONG_FILE)
    snap(page, "document-en", 760)
    page.goto("/language?to=zh&next=/")


def over_all(page: Page) -> None:
    page.goto("/overview?year=2024")
    page.fill("textarea[name=names]", "\n".join(EXPECTED))
    page.locator("#expected form button").click()
    page.locator("#expected details").first.wait_for()
    page.locator("#sums table.form").first.wait_for()
    snap(page, "overview", 760)
    save("expected", page.locator("#expected").screenshot())
    snap(page, "sums", 900, top_of(page.locator("#sums")) - 50)
    save("years", page.locator("#sums .charts").screenshot())


def flower(browser: Browser, up: Mapping[str, Any]) -> None:
    password = {"username": up["flower_user"], "password": up["flower_password"]}
    page = visitor(browser, up["flower"], http_credentials=password)
    page.goto("/tasks")
    page.locator("#tasks-table tbody tr td").nth(1).wait_for()
    page.locator("th[data-column=state]:visible").first.click()
    page.locator("#tasks-table tbody tr", has_text="REFUSED").first.wait_for()
    snap(page, "flower-tasks", 620)
    page.goto("/workers")
    snap(page, "flower-workers", 520)
    page.goto("/broker")
    snap(page, "flower-broker", 340)


def phone(browser: Browser, up: Mapping[str, Any]) -> None:
    page = visitor(
        browser,
        up["site"],
        viewport={"width": PHONE, "height": 740},
        device_scale_factor=FINE,
        is_mobile=True,
    )
    sign_in(page, up)
    page.goto(f"/?folder={COUNTY}/2024/&order=errors")
    snap(page, "phone-list", 740, top_of(page.locator("#listed")))
    document(page, WRONG_FILE)
    snap(page, "phone", 740)


def main() -> int:
    try:
        program = chromium()
        with tempfile.TemporaryDirectory(prefix="gouji-pictures-") as made:
            folder = Path(made) / COUNTY
            for name, body in files():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            with service(Path(made) / "home") as up, browser(program) as started:
                pictures(visitor(started, up["site"]), folder, up)
                phone(started, up)
                flower(started, up)
    except Missing as error:
        print(f"pictures: {error}", file=sys.stderr)
        return 1
    except Error as error:
        print(f"pictures: the browser could not go on: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
