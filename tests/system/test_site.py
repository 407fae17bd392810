"""The pages in a real browser, on a running service: as a clerk uses them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Visitor, browser, needs_chromium
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from served import Up, until

from samples import make_report, next_year, render
from samples.report import broken
from tasks.model.document import Format

pytestmark = needs_chromium

CELL = "requests.new.natural_person"
#: Of no other test: the service may be shared with files of the same run.
PLACE = "霁汀"
ORGAN = f"淮安市洪泽区{PLACE}服务中心"
FIRST = make_report(3, organ=ORGAN, year=2022, zero_share=0.3)
WRONG = broken(next_year(FIRST, 4), CELL, 3)
OTHER = make_report(9, organ="淮安市洪泽区澄远管理局", year=2023)
#: One of each kind, one wrong, and one that is no document.
FILES = {
    "2022.html": render(FIRST, Format.HTML, "cms"),
    "2023.pdf": render(WRONG, Format.PDF, "ruled"),
    "澄远 <i>2023.docx": render(OTHER, Format.DOCX, "plain"),
    "澄远.txt": render(OTHER, Format.TEXT, "pipe_rows"),
    "坏.pdf": b"%PDF-1.4 and nothing of one",
}
PAGES = ("/", "/review", "/failed", "/overview")
ADDRESS = re.compile(r"/document\?")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def visit(up: Up, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """A visitor who has signed in; at the end nothing may have gone wrong in the browser."""
    visitors: list[Visitor] = []

    def visit(**options: Any) -> Visitor:
        visitors.append(Visitor(chromium, up.up["site"], **options))
        visitors[-1].sign_in(up.up["site_user"], up.up["site_password"])
        return visitors[-1]

    yield visit
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.context.close()
    assert not complaints


def files(folder: str, bodies: dict[str, bytes] = FILES) -> list[dict[str, Any]]:
    return [
        {"name": f"{folder}-{name}", "mimeType": "", "buffer": body}
        for name, body in bodies.items()
    ]


@pytest.fixture(scope="module")
def sent(up: Up, chromium: Browser) -> str:
    """The folder below the inbox into which a clerk has dropped the five files."""
    visitor = Visitor(chromium, up.up["site"])
    page = visitor.sign_in(up.up["site_user"], up.up["site_password"])
    page.fill("#into", "陈列")
    page.set_input_files("#files", [
        {"name": name, "mimeType": "", "buffer": body} for name, body in FILES.items()
    ])  # fmt: skip
    expect(page.locator("#uploads a.verdict")).to_have_count(len(FILES))
    # the records are there, and the lists have heard of them
    page.goto("/?folder=陈列/")
    expect(page.locator("#found")).to_have_text(f"共 {len(FILES)} 份")
    assert not visitor.complaints
    visitor.context.close()
    return "陈列"


def document(page: Page, key: str) -> None:
    page.goto(f"/document?key={key}")


def test_who_does_not_sign_in_sees_nothing(up: Up, chromium: Browser) -> None:
    visitor = Visitor(chromium, up.up["site"])
    for address in (*PAGES, "/document?key=inbox/a", "/download?key=inbox/a", "/list.xlsx"):
        visitor.page.goto(address)
        assert "/sign-in" in visitor.page.url
    visitor.page.fill("#user", up.up["site_user"])
    visitor.page.fill("#password", "not the password")
    visitor.page.click("form.sign-in button")
    expect(visitor.page.get_by_role("alert")).to_contain_text("密码不对")
    visitor.context.close()


def test_five_files_are_dropped_and_end(visit: Callable[..., Visitor], sent: str) -> None:
    page = visit().page
    page.goto(f"/?folder={sent}/&order=file")
    rows = page.locator("table.list tbody tr")
    expect(rows).to_have_count(5)
    told = {
        row.locator("td.file a").last.inner_text(): row.locator(".verdict").inner_text()
        for row in rows.all()
    }
    assert told["2023.pdf"] == "有错误"
    assert told["坏.pdf"] == "无法处理"
    assert told["2022.html"] != "有错误"
    assert "澄远 <i>2023.docx" in told


def test_a_refusal_stands_beside_its_file(visit: Callable[..., Visitor], sent: str) -> None:
    page = visit().page
    page.set_input_files("#files", [
        {"name": "~$草稿.docx", "mimeType": "", "buffer": b"x"},
        {"name": "空.html", "mimeType": "", "buffer": b""},
        {"name": "无用.zip", "mimeType": "", "buffer": b"PK\x05\x06" + bytes(18)},
    ])  # fmt: skip
    lines = page.locator("#uploads li")
    for name, why in (("~$草稿.docx", "临时文件"), ("空.html", "空的"), ("无用.zip", "")):
        line = lines.filter(has_text=name)
        expect(line.locator("progress")).to_have_count(0)
        expect(line.locator(".why")).to_contain_text(why)
    expect(lines.filter(has_text="无用.zip").locator("a.verdict")).to_have_text("无法处理")


def test_another_file_of_the_same_name_is_asked_about(
    visit: Callable[..., Visitor], up: Up
) -> None:
    page = visit().page
    for body in ("一", "二"):
        page.set_input_files(
            "#files", [{"name": "同名.html", "mimeType": "", "buffer": body.encode()}]
        )
    line = page.locator("#uploads li").filter(has_text="内容不同")
    expect(line).to_have_count(1)
    line.get_by_role("button", name="改名").click()
    until(lambda: up.result("同名 (2).html"))
    stored = up.s3.get_object(Bucket=up.bucket, Key="inbox/同名.html")
    assert stored["Body"].read() == "一".encode()


def test_files_are_dropped_with_the_mouse(visit: Callable[..., Visitor], up: Up) -> None:
    page = visit().page
    page.evaluate(
        """() => {
            const held = new DataTransfer();
            held.items.add(new File(["<p>拖入</p>"], "拖入.html"));
            document.dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true}));
        }"""
    )
    expect(page.locator("#uploads a.verdict")).to_have_count(1)
    assert up.result("拖入.html")


def test_the_wrong_cell_is_marked_and_framed_in_the_pdf(
    visit: Callable[..., Visitor], sent: str
) -> None:
    page = visit().page
    page.goto(f"/?folder={sent}/")
    page.get_by_role("link", name="2023.pdf").click()
    cell = page.locator(f"[id='{CELL}']")
    expect(cell).to_have_class(re.compile("wrong"))
    expect(cell.locator("ins")).to_contain_text("→")
    # the suspect is framed at once; another cell where it is clicked on
    frame = page.locator("#original .frame")
    expect(frame).to_have_count(1)
    first = frame.get_attribute("y")
    page.locator("[id='requests.processed_total.natural_person'] a").click()
    until(lambda: frame.get_attribute("y") != first)
    cell.locator("a").click()
    until(lambda: frame.get_attribute("y") == first)
    picture = page.locator("#original img")
    until(lambda: picture.evaluate("image => image.complete && image.naturalWidth > 300"))
    # both at one moment: what is framed is scrolled to
    inside, around = page.evaluate(
        """() => ["#original .frame", "#original img"].map(
            (name) => document.querySelector(name).getBoundingClientRect().toJSON())"""
    )
    assert around["left"] <= inside["left"]
    assert inside["right"] <= around["right"] + 1
    assert 4 < inside["height"] < around["height"] / 4
    assert "/document" in page.url


@pytest.mark.parametrize(("name", "marked"), [
    ("2022.html", None), ("澄远.txt", "mark"), ("澄远 <i>2023.docx", "td.here"),
])  # fmt: skip
def test_other_originals_show_the_cell(
    visit: Callable[..., Visitor], sent: str, name: str, marked: str | None
) -> None:
    page = visit().page
    page.goto(f"/?folder={sent}/")
    page.get_by_role("link", name=name).click()
    page.locator(f"[id='{CELL}'] a").click()
    if marked is not None:
        expect(page.locator(f"#original {marked}").first).to_be_visible()
        return
    cell = page.frame_locator("#original iframe").locator("#gouji-cell")
    expect(cell).to_be_visible()
    assert cell.inner_text().strip() == page.locator(f"[id='{CELL}']").inner_text().strip()


def test_a_decision_outlives_another_run(visit: Callable[..., Visitor], up: Up, sent: str) -> None:
    page = visit().page
    page.goto(f"/?folder={sent}/")
    page.get_by_role("link", name="2023.pdf").click()
    first = page.locator(".findings > li").first
    first.locator("input[name=note]").fill("原件如此 <b>")
    first.get_by_role("button", name="不是问题").click()
    expect(first.locator(".decision")).to_have_text("不是问题")
    expect(first.locator(".decided")).to_contain_text("原件如此 <b>")
    before = until(lambda: record(up, f"{sent}/2023.pdf"))
    page.get_by_role("button", name="重新处理").click()
    until(lambda: record(up, f"{sent}/2023.pdf") != before)
    page.reload()
    expect(page.locator(".findings > li").first.locator(".decision")).to_have_text("不是问题")
    stored = up.get(f"reviews/{sent}/2023.pdf.json")
    assert stored is not None
    assert stored["decisions"][0]["by"] == up.up["site_user"]
    page.locator(".findings > li").first.get_by_role("button", name="撤回").click()
    expect(page.locator(".findings > li").first.locator(".decision")).to_have_count(0)


def record(up: Up, path: str) -> Any:
    told = up.s3.head_object(Bucket=up.bucket, Key=f"results/{path}/result.json")
    return told["LastModified"], told.get("VersionId")


def test_two_who_decide_at_once_are_told(visit: Callable[..., Visitor], sent: str) -> None:
    one, other = visit().page, visit().page
    for page in (one, other):
        page.goto(f"/?folder={sent}/")
        page.get_by_role("link", name="2023.pdf").click()
    one.locator(".findings > li").first.get_by_role("button", name="确认有误").click()
    expect(one.locator(".findings > li").first.locator(".decision")).to_have_text("确认有误")
    other.locator(".findings > li").first.get_by_role("button", name="不是问题").click()
    told = other.locator(".findings > li").first
    expect(told.get_by_role("alert")).to_contain_text("没有保存")
    expect(told.locator(".decision")).to_have_text("确认有误")
    told.get_by_role("button", name="撤回").click()
    expect(told.locator(".decision")).to_have_count(0)


def test_what_is_refused_is_told_beside_its_finding(
    visit: Callable[..., Visitor], sent: str
) -> None:
    page = visit().page
    page.goto(f"/?folder={sent}/")
    page.get_by_role("link", name="2023.pdf").click()
    first = page.locator(".findings > li").first
    first.locator("input[name=note]").evaluate("field => { field.maxLength = 9000; }")
    first.locator("input[name=note]").fill("长" * 2001)
    first.get_by_role("button", name="不是问题").click()
    expect(first.get_by_role("alert")).to_contain_text("备注过长")
    expect(first.locator(".decision")).to_have_count(0)


def test_what_is_left_to_review(visit: Callable[..., Visitor], sent: str) -> None:
    page = visit().page
    page.goto("/review")
    expect(page.get_by_role("link", name="2023.pdf")).to_be_visible()


def test_what_failed_is_processed_again(visit: Callable[..., Visitor], up: Up, sent: str) -> None:
    page = visit().page
    page.goto("/failed")
    group = page.locator("section.group").filter(has_text="坏.pdf")
    expect(group).to_contain_text("corrupt")
    expect(group).to_contain_text("重新处理也不会成功")
    group.get_by_role("link", name=f"{sent}/坏.pdf").click()
    before = up.failure(f"{sent}/坏.pdf")
    assert before is not None
    page.get_by_role("button", name="重新处理").click()
    until(
        lambda: (
            (up.failure(f"{sent}/坏.pdf") or {}).get("last_failed_at") != before["last_failed_at"]
        )
    )


def test_who_has_not_reported(visit: Callable[..., Visitor], sent: str, tmp_path: Path) -> None:
    page = visit().page
    page.goto("/overview?year=2023")
    page.fill("textarea[name=names]", f"机关名称\n{ORGAN}\n淮安市洪泽区未报局\n")
    page.locator("#expected form button").click()
    expect(page.locator("#expected")).to_contain_text("应报送 2 个，已报送 1 个")
    expect(page.locator("#expected details").first).to_contain_text("未报局")
    expect(page.locator("#sums table.form").first).to_be_visible()
    page.locator("#expected-file input").set_input_files(
        {"name": "图.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64)}
    )
    expect(page.locator("#expected").get_by_role("alert")).to_contain_text("名单")
    page.locator("#expected-file input").set_input_files(
        {
            "name": "单.csv",
            "mimeType": "text/csv",
            "buffer": "单位名称\r\n甲县乙局\r\n".encode("gbk"),
        }
    )
    expect(page.locator("#expected")).to_contain_text("应报送 1 个，已报送 0 个")


@pytest.mark.parametrize("name", ["list.xlsx", "wide.xlsx", "list.csv"])
def test_what_is_listed_is_taken_along(
    visit: Callable[..., Visitor], sent: str, tmp_path: Path, name: str
) -> None:
    page = visit().page
    page.goto(f"/?folder={sent}/&verdict=error")
    with page.expect_download() as started:
        page.locator(f".takes a[href^='/{name}']").click()
    saved = tmp_path / name
    started.value.save_as(saved)
    if name.endswith(".csv"):
        assert "2023.pdf" in saved.read_text("utf-8-sig")
        return
    book = load_workbook(saved)
    texts = {str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row}
    assert any("2023.pdf" in text for text in texts)
    assert not any("2022.html" in text for text in texts)


def test_the_list_follows_by_itself_and_is_filtered(
    visit: Callable[..., Visitor], up: Up, sent: str
) -> None:
    page = visit().page
    page.goto("/?folder=later/")
    expect(page.locator("#listed")).to_contain_text("没有符合条件")
    up.put("later/来.html", "<p>来</p>".encode())
    expect(page.get_by_role("link", name="来.html")).to_be_visible()
    page.fill("#search", PLACE)
    page.locator("input[name=folder]").fill("")
    page.locator("select[name=year]").select_option("2023")
    # the list before had one row too
    expect(page.locator("table.list tbody tr")).to_contain_text([PLACE])
    expect(page).to_have_url(re.compile("year=2023"))
    # and so it stays while it follows: something comes that is not asked for, and something that is
    up.put("later/又.html", "<p>又</p>".encode())
    up.put("later/再 2023.html", render(WRONG, Format.HTML, "cms"))
    expect(page.get_by_role("link", name="再 2023.html")).to_be_visible()
    expect(page.locator("table.list tbody tr")).to_have_count(2)
    assert "year=2023" in (page.locator(".takes a").first.get_attribute("href") or "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_in_both_languages(
    visit: Callable[..., Visitor], sent: str, language: str
) -> None:
    page = visit().page
    page.goto(f"/language?to={language}&next=/")
    for address in (*PAGES, f"/?folder={sent}/"):
        page.goto(address)
        text = page.locator("header").inner_text()
        assert ("收件" in text) == (language == "zh")
        assert ("Inbox" in text) == (language == "en")


SHOWN = (*PAGES, "/sign-in", *(f"/document?key=inbox/陈列/{name}" for name in FILES))


#: In the dark, nothing but the colours is other than by day.
LIGHTS: dict[str, dict[str, Any]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
DESK = {"width": 1280, "height": 720}
PHONE = {"width": 360, "height": 740}


def test_every_page_can_be_read_by_day_in_the_dark_and_on_a_phone(
    visit: Callable[..., Visitor], sent: str
) -> None:
    """No serious fault of access, and no scrolling sideways. Each page is opened once."""
    # no colour is looked at on its way from one to another
    page = visit(viewport=DESK, reduced_motion="reduce").page
    faults, wide = [], []
    for address in SHOWN:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        for light, options in LIGHTS.items():
            page.emulate_media(color_scheme=light)
            found = Axe().run(page, options=options).response["violations"]
            faults += [
                (address, light, one["id"], [node["target"] for node in one["nodes"]][:3])
                for one in found
                if one["impact"] in ("serious", "critical")
            ]
        page.set_viewport_size(PHONE)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(address)
        page.set_viewport_size(DESK)
    assert not faults
    assert not wide


def test_it_is_used_by_the_keyboard(visit: Callable[..., Visitor], sent: str) -> None:
    page = visit().page
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_without_a_catalogue_documents_are_shown_all_the_same(
    up: Up, start: Callable[..., Up], chromium: Browser
) -> None:
    blind = start(**up.elsewhere(GOUJI_CATALOGUE_URL="none"))
    visitor = Visitor(chromium, blind.up["site"])
    page = visitor.sign_in(blind.up["site_user"], blind.up["site_password"])
    expect(page.get_by_role("alert")).to_contain_text("gouji catalogue rebuild")
    page.set_input_files("#files", files("甲", {"a.html": FILES["2022.html"]}))
    page.locator("#uploads a.verdict").click()
    expect(page.locator(f"[id='{CELL}']")).to_be_visible()
    for address in ("/review", "/failed", "/overview"):
        page.goto(address)
        expect(page.get_by_role("alert")).to_contain_text("gouji catalogue rebuild")
    visitor.context.close()


def test_the_page_is_told_of_as_it_is(up: Up) -> None:
    assert up.up["site"].startswith("http://127.0.0.1:")
    assert json.loads((up.home / "up.json").read_text())["site_password"]
