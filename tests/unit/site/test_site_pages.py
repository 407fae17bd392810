"""What the pages take, refuse and show, whoever asks and with whatever; in a browser they are
tried by tests/system/test_site.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from whole_site import CELL, HTML, RIGHT, Pages, csrf, keys, put_file

from samples import STYLES, make_report, render
from samples.readings import as_scanned
from storage.catalogue import FILE_NAME
from storage.objects import S3ObjectStore
from storage.results import DocumentVersion
from tasks.flow import conclude, examine
from tasks.model.document import Format
from tasks.render import result
from tasks.render.entry import entry
from tasks.render.identity import finding_id

#: A path that is markup, a formula and another folder at once.
HOSTILE = "=1+1/<img src=x onerror=alert(1)>&\"'年报.html"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    made = Pages(tmp_path)
    yield made
    made.close()


@pytest.fixture
def clerk(pages: Pages) -> Iterator[TestClient]:
    with pages.visit() as client:
        yield client


def test_what_was_read_from_a_scan_is_told(pages: Pages, clerk: TestClient) -> None:
    """In the list and on its own page; of others nothing is said."""
    assert pages.catalogue is not None
    outcome = conclude(as_scanned(make_report(7, year=2023), {}))
    for path, told in {"scan.pdf": outcome, "text.html": examine(HTML, "text.html")}.items():
        version = DocumentVersion.of(
            pages.store.put(f"inbox/{path}", b"x", content_type="text/html")
        )
        source = result.source_of(version) | {"sha256": "0" * 64}
        envelope = result.done(source, told)
        written = []
        pages.records.write_result(version, result.dumps(envelope), {}, committed=written.append)
        pages.catalogue.put(version, written[0], entry(envelope))

    listed = clerk.get("/").text
    rows = {name: listed.partition(f">{name}</a>")[2].partition("</td>")[0]
            for name in ("scan.pdf", "text.html")}  # fmt: skip
    assert "读自扫描件" in rows["scan.pdf"]
    assert "扫描" not in rows["text.html"]
    for name, is_told in (("scan.pdf", True), ("text.html", False)):
        shown = clerk.get("/document", params={"key": f"inbox/{name}"}).text
        assert ("读自扫描件" in shown) == is_told


# --- uploads ---------------------------------------------------------------------------------


def test_a_file_becomes_a_document(pages: Pages, clerk: TestClient) -> None:
    answer = put_file(clerk, "县/年报.html", HTML)
    assert answer.json() == {"state": "sent", "key": "inbox/县/年报.html"}
    assert pages.store.get("inbox/县/年报.html").body == HTML
    assert "处理中" in clerk.get("/").text
    assert put_file(clerk, "县/年报.html", HTML).json()["state"] == "unchanged"


def test_a_folder_may_be_called_as_ours_are(pages: Pages, clerk: TestClient) -> None:
    for state in ("sent", "unchanged"):
        answer = put_file(clerk, "!/年报.html", HTML).json()
        assert answer["state"] == state
        assert clerk.get("/document", params={"key": answer["key"]}).status_code == 200
    assert pages.store.get("inbox/!/年报.html").body == HTML


def test_another_content_is_asked_about(pages: Pages, clerk: TestClient) -> None:
    put_file(clerk, "a.html", b"one")
    answer = put_file(clerk, "a.html", b"two")
    assert answer.status_code == 409
    assert answer.json()["state"] == "other"
    assert pages.store.get("inbox/a.html").body == b"one"
    assert put_file(clerk, "a.html", b"two", "both").json()["key"] == "inbox/a (2).html"
    assert put_file(clerk, "a.html", b"three", "replace").status_code == 409  # of which version?
    seen = answer.json()["etag"]
    assert put_file(clerk, "a.html", b"three", "replace", seen).json()["state"] == "sent"
    assert pages.store.get("inbox/a.html").body == b"three"


@pytest.mark.parametrize(
    "path",
    ["", "/", "../a.html", "a/../../b.html", "a\\..\\b", "a\nb.html", "a\0.html", "x" * 1100,
     ".", "a/./b", "x.versions", ".uploads/x"],
)  # fmt: skip
def test_hostile_names_of_uploads_are_told(pages: Pages, clerk: TestClient, path: str) -> None:
    answer = put_file(clerk, path, b"x")
    assert answer.status_code in (400, 422)
    assert answer.json()["why"]
    assert not keys(pages.store)


@pytest.mark.parametrize("name", ["~$年报.docx", "Thumbs.db", "desktop.ini", "a/.DS_Store"])
def test_litter_is_passed_over(pages: Pages, clerk: TestClient, name: str) -> None:
    answer = put_file(clerk, name, b"x")
    assert (answer.status_code, answer.json()["state"]) == (422, "skipped")
    assert not keys(pages.store)


def test_an_upload_too_large_is_not_read_on(pages: Pages, clerk: TestClient) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 2**16
            yield bytes(2**16)

    announced = put_file(clerk, "a.pdf", b"", **{"Content-Length": str(10 * 2**30)})
    assert announced.status_code == 413
    assert "1 MiB" in announced.json()["why"]
    assert put_file(clerk, "a.pdf", endless()).status_code == 413
    assert not keys(pages.store)


def test_an_empty_file_is_told(clerk: TestClient) -> None:
    answer = put_file(clerk, "a.html", b"")
    assert (answer.status_code, answer.json()["state"]) == (422, "refused")


def test_states_of_odd_questions(clerk: TestClient) -> None:
    headers = {"X-CSRF-Token": csrf(clerk)}
    for body in (b"", b"{}", b"[" * 100_000, b"\xff", b"1"):
        assert clerk.post("/upload/states", content=body, headers=headers).status_code == 400
    asked = json.dumps(["inbox/none", "elsewhere", 7, None, "inbox/" + "x" * 2000])
    answer = clerk.post("/upload/states", content=asked, headers=headers)
    assert {one["state"] for one in answer.json()} == {"gone"}


# --- who may what ----------------------------------------------------------------------------


def test_a_viewer_changes_nothing(pages: Pages) -> None:
    key = pages.put("a.html")
    with pages.visit("li") as viewer:
        assert put_file(viewer, "b.html", b"x").status_code == 403
        form = {"csrf": csrf(viewer), "key": key, "names": "甲县"}
        for address in ("/review", "/again", "/overview/expected"):
            assert viewer.post(address, data=form).status_code == 403
        page = viewer.get("/document", params={"key": key})
        assert page.status_code == 200
        assert "重新处理" not in page.text
        assert 'name="decision"' not in page.text
    assert keys(pages.store, "") == sorted(
        [key, *(f"results/a.html/{name}" for name in ("report.html", "report.xlsx", "result.json"))]
    )
    assert not pages.again


# --- documents -------------------------------------------------------------------------------


def test_names_and_texts_are_shown_as_text(pages: Pages, clerk: TestClient) -> None:
    key = pages.put(HOSTILE, HTML.replace("霁川".encode(), b"<script>alert(2)</script>"))
    listed = clerk.get("/").text
    shown = clerk.get("/document", params={"key": key}).text
    for page in (listed, shown):
        assert "<img" not in page.replace('<img src="/original', "")
        assert "<script>alert" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
    taken = clerk.get("/list.csv").text
    assert '"inbox/=1+1/' in taken


def test_odd_parameters_are_told(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    for query in (
        {"page": "99999999999999999999"}, {"page": "-1"}, {"year": "²"}, {"year": "9" * 30},
        {"order": "; drop table documents"}, {"state": "x"}, {"review": "x"}, {"search": "%_\\'\""},
        {"folder": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")}, {"rule": "\0"},
    ):  # fmt: skip
        assert clerk.get("/", params=query).status_code == 200, query
    for query in ({}, {"key": ""}, {"key": "results/a.html/result.json"}, {"key": "inbox/none"},
                  {"key": "inbox/\0"}, {"key": "inbox/" + "x" * 4000}):  # fmt: skip
        for address in ("/document", "/download", "/original/page.html", "/original/page.png"):
            answer = clerk.get(address, params=query)
            assert answer.status_code == 404, (address, query)
            assert "返回收件列表" in answer.text
    for cell in ("x", "a.b.c", "requests.new", "requests..total", "<b>", "requests.new.total.x"):
        answer = clerk.get("/document", params={"key": key, "cell": cell})
        assert answer.status_code == 200, cell
    assert clerk.get("/download", params={"key": key, "what": "../x"}).status_code == 404
    assert clerk.get("/overview", params={"year": "１２"}).status_code == 200


def test_downloads_are_named(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("县/“年报”; filename=x.html")
    for what, kind in (
        ("original", "application/octet-stream"),
        ("report.html", "application/octet-stream"),
        ("report.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("result.json", "application/json"),
    ):
        answer = clerk.get("/download", params={"key": key, "what": what})
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == kind
        said = answer.headers["content-disposition"]
        assert said.startswith("attachment; filename*=UTF-8''%E2%80%9C")
        assert ";" not in said.partition("''")[2]


def test_originals_run_nothing(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html", HTML.replace(b"</body>", b"<script>alert(1)</script></body>"))
    answer = clerk.get("/original/page.html", params={"key": key, "cell": CELL})
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "default-src 'none'" in policy
    assert "allow-" not in policy
    assert b"alert(1)" not in answer.content
    assert b'id="gouji-cell"' in answer.content
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_older_version_is_not_shown_for_the_newer(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    old = pages.store.get(key).info.etag
    pages.store.put(key, b"newer", content_type="text/html")
    assert "正在排队或处理" in clerk.get("/document", params={"key": key}).text
    png = clerk.get("/original/page.png", params={"key": key, "etag": old, "page": 1})
    assert png.status_code == 404


def test_each_member_of_an_archive_is_shown_with_pages_of_its_own(
    pages: Pages, clerk: TestClient
) -> None:
    archive = DocumentVersion.of(pages.store.put("inbox/a.zip", b"PK", content_type="text/html"))
    shown = []
    for name, report in (("1.pdf", RIGHT), ("2.pdf", make_report(4, year=2021))):
        body = render(report, Format.PDF, next(iter(STYLES[Format.PDF])))
        member = archive.holding(name, len(body))
        pages.desk.members.keep(member, body, {})
        told = result.done(result.source_of(member), examine(body, name))
        pages.records.write_result(member, result.dumps(told), {})
        asked = {"key": member.key, "etag": member.etag, "page": 1}
        shown.append(clerk.get("/original/page.png", params=asked))
    assert [one.status_code for one in shown] == [200, 200]
    assert shown[0].content != shown[1].content


def test_a_catalogue_that_is_behind_shows_no_older_report(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    right = render(RIGHT, Format.HTML, "cms")
    catalogue, pages.catalogue = pages.catalogue, None  # of which it hears nothing
    pages.put("a.html", right)
    shown = clerk.get("/document", params={"key": key}).text
    assert "有 1 处错误" not in shown
    assert "未发现问题" in shown
    pages.catalogue = catalogue


# --- decisions -------------------------------------------------------------------------------


def findings(pages: Pages, key: str) -> list[str]:
    record = pages.records.read_result(key)
    assert record is not None
    assert record.envelope is not None
    return [finding_id(one) for one in record.envelope["findings"] if one["severity"] == "error"]


def decide(client: TestClient, key: str, finding: str, **said: str) -> int:
    form = {"csrf": csrf(client), "key": key, "number": "1", "finding": finding, "seen": ""}
    return client.post("/review", data=form | {"decision": "dismissed"} | said).status_code


def test_a_decision_is_kept_and_counted(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    assert "a.html" in clerk.get("/review").text
    for finding in dict.fromkeys(findings(pages, key)):
        assert decide(clerk, key, finding, note="如此") == 303
    review = pages.desk.reviews.read(key)
    assert {one.by for one in review.decisions} == {"zhang"}
    assert "都已复核" in clerk.get("/review").text
    assert "如此" in clerk.get("/document", params={"key": key}).text


def test_a_list_knows_what_was_decided(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    before = clerk.get("/list.csv").text
    assert "最可能有误" in before
    first, *others = dict.fromkeys(findings(pages, key))
    assert decide(clerk, key, first, decision="confirmed", note="台账为 9") == 303
    assert "zhang复核确认有误：台账为 9" in clerk.get("/list.csv").text
    assert decide(clerk, key, first, decision="reopen", seen=mark_of(pages, key, first)) == 303
    for finding in (first, *others):
        assert decide(clerk, key, finding) == 303
    assert "最可能有误" not in clerk.get("/list.csv").text
    assert "经复核不是问题" in clerk.get("/list.html").text


def mark_of(pages: Pages, key: str, finding: str) -> str:
    decided = pages.desk.reviews.read(key).of(finding)
    assert decided is not None
    return decided.mark


def test_a_list_that_follows_stays_where_nothing_changed(pages: Pages, clerk: TestClient) -> None:
    pages.put("a.html")
    shown = clerk.get("/", params={"verdict": "error"}).text
    follows = re.search(r'hx-get="(/[^"]*)" hx-trigger="tick[^>]*"X-Follows": "([0-9a-f]+)"', shown)
    assert follows is not None
    assert follows[1] == "/?verdict=error"
    headers = {"HX-Request": "true", "X-Follows": follows[2]}
    assert clerk.get(follows[1], headers=headers).status_code == 204
    pages.put("b.html", HTML.replace("霁川".encode(), "澄远".encode()))
    again = clerk.get(follows[1], headers=headers)
    assert again.status_code == 200
    assert "b.html" in again.text


def test_a_remark_has_a_limit(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    assert decide(clerk, key, findings(pages, key)[0], note="长" * 2001) == 422
    assert not pages.desk.reviews.read(key).decisions


def test_what_no_page_sends_is_refused(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    finding = findings(pages, key)[0]
    assert decide(clerk, key, "0" * 16) == 400
    assert decide(clerk, key, finding, decision="deleted") == 400
    assert decide(clerk, "inbox/none", finding) == 404
    assert decide(clerk, "reviews/a.html.json", finding) == 404
    assert clerk.post("/review", data={"csrf": csrf(clerk)}).status_code == 404
    assert not keys(pages.store, "reviews/")


def test_what_is_not_ours_is_left_as_it_is(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    pages.store.put("reviews/a.html.json", b"theirs", content_type="text/plain")
    assert decide(clerk, key, findings(pages, key)[0]) == 409
    assert pages.store.get("reviews/a.html.json").body == b"theirs"
    shown = clerk.get("/document", params={"key": key})
    assert shown.status_code == 200
    assert "不是本版本写的" in shown.text


# --- processing again ------------------------------------------------------------------------


def test_groups_are_processed_again(pages: Pages, clerk: TestClient) -> None:
    for number in range(3):
        pages.put(f"{number}.pdf", b"%PDF-1.4 nothing" + bytes(number))
    pages.put("空.html", b"")
    page = clerk.get("/failed").text
    assert page.count("重新处理也不会成功") == 2
    form = {"csrf": csrf(clerk), "all": "1"}
    assert clerk.post("/again", data=form).headers["location"] == "/failed?done=0"
    form = {"csrf": csrf(clerk), "code": "corrupt", "said": ""}
    assert clerk.post("/again", data=form).status_code == 303
    assert {one.key for one in pages.again} == {f"inbox/{number}.pdf" for number in range(3)}
    assert clerk.post("/again", data={"csrf": csrf(clerk)}).status_code == 400


# --- the overview ----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_list_in_any_encoding(pages: Pages, clerk: TestClient, encoding: str) -> None:
    pages.put("a.html")
    body = "机关名称\r\n洪泽区霁川服务中心\r\n未报的县人民政府\r\n".encode(encoding)
    headers = {"X-CSRF-Token": csrf(clerk)}
    assert clerk.put("/overview/expected", content=body, headers=headers).status_code == 200
    shown = clerk.get("/overview").text
    assert "应报送 2 个，已报送 1 个" in shown
    taken = clerk.get("/overview/expected.csv", params={"year": 2022}).content
    assert taken.startswith(b"\xef\xbb\xbf")
    assert "未报的县人民政府" in taken.decode()


def test_a_list_that_is_none_is_told_and_not_kept(pages: Pages, clerk: TestClient) -> None:
    headers = {"X-CSRF-Token": csrf(clerk)}
    for body in (b"", b"\x89PNG\r\n\x1a\n" + bytes(100), b"PK\x03\x04" + bytes(50), bytes(6 << 20)):
        answer = clerk.put("/overview/expected", content=body, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["why"]
    assert not keys(pages.store, "expected/")


def test_sums_follow_the_documents(pages: Pages, clerk: TestClient) -> None:
    pages.put("a.html")
    assert "1 个机关" in clerk.get("/overview/sums", params={"year": 2022}).text
    pages.put("b.html", HTML.replace("霁川".encode(), "澄远".encode()))
    assert "2 个机关" in clerk.get("/overview/sums", params={"year": 2022}).text
    book = clerk.get("/overview/sums.xlsx", params={"year": 2022})
    assert book.content.startswith(b"PK")


def test_a_name_of_many_organs_tells_no_copies(pages: Pages, clerk: TestClient) -> None:
    for number, report in enumerate((RIGHT, make_report(4, year=2022))):
        named = render(replace(report, organ="县财政局"), Format.HTML, "cms")
        pages.put(f"{number}.html", named)
    sums = clerk.get("/overview/sums", params={"year": 2022}).text
    assert "2 个机关（共 2 份报告" in sums
    assert "其中 2 份机关不明" in sums
    assert "不一致" not in sums


# --- every page ------------------------------------------------------------------------------

ADDRESSES = ("/", "/review", "/failed", "/overview", "/document?key=inbox/a.html", "/sign-in",
             "/nowhere", "/document?key=inbox/none")  # fmt: skip


def test_every_page_has_its_type(pages: Pages, clerk: TestClient) -> None:
    pages.put("a.html")
    for address in ADDRESSES:
        answer = clerk.get(address)
        if answer.status_code != 303:
            assert answer.headers["content-type"] == "text/html; charset=utf-8", address
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert "style=" not in answer.text
        assert "onclick" not in answer.text


def test_static_files_are_not_listed(clerk: TestClient) -> None:
    assert clerk.get("/static/site.css").status_code == 200
    for address in ("/static/", "/static", "/static/../app.py", "/static/%2e%2e/app.py"):
        assert clerk.get(address).status_code in (303, 307, 404), address


def test_no_header_names_a_version(clerk: TestClient) -> None:
    answer = clerk.get("/")
    assert not {"server", "x-powered-by"} & set(answer.headers)


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_language_leads_nowhere_else(clerk: TestClient, to: str) -> None:
    answer = clerk.get("/language", params={"to": "en", "next": to})
    assert answer.headers["location"] == "/"
    assert "Inbox" in clerk.get("/").text
    assert "''findings.csv" in clerk.get("/list.csv").headers["content-disposition"]


def test_every_page_in_english_has_no_chinese_of_ours(pages: Pages, clerk: TestClient) -> None:
    pages.put("a.html", b"<title>t</title><table><tr><td>1<td>2</table>")
    pages.put("b.html")
    pages.put("c.html", HTML.replace("一、本年新收".encode(), "某某".encode()))
    pages.put("d.pdf", b"%PDF-1.4 nothing")
    clerk.get("/language", params={"to": "en"})
    for address in (
        "/",
        "/review",
        "/failed",
        "/overview",
        "/overview/sums",
        *(f"/document?key=inbox/{name}" for name in ("a.html", "b.html", "c.html", "d.pdf")),
    ):
        text = _OF_THE_DOCUMENT.sub("", clerk.get(address).text)
        assert not any("一" <= letter <= "鿿" for letter in text), address


#: The form as it is printed, the organ, what a document has besides; and what leads to Chinese.
_OF_THE_DOCUMENT = re.compile(
    r'<tr>.*?</tr>|lang="zh-CN">\s*<caption>[^<]*|aria-label="[^"]*"|id="upload-words">.*?</script>'
    r"|淮安市洪泽区霁川服务中心|江苏省淮安市洪泽区|某某[^<]*|中文|“[^”]*”",
    re.DOTALL,
)


# --- what is away ----------------------------------------------------------------------------


def test_the_store_is_away(tmp_path: Path) -> None:
    nobody = S3ObjectStore(
        endpoint="http://127.0.0.1:9", bucket="b", access_key="a", secret_key="s", region="r"
    )
    pages = Pages(tmp_path, nobody)
    with pages.visit() as clerk:
        for address in ("/document?key=inbox/a", "/download?key=inbox/a"):
            answer = clerk.get(address)
            assert answer.status_code == 503
            assert "没有文件会丢失" in answer.text
        assert put_file(clerk, "a.html", b"x").status_code == 503
        assert clerk.get("/").status_code == 200
    pages.close()


def test_the_catalogue_breaks(pages: Pages, tmp_path: Path) -> None:
    key = pages.put("a.html")
    assert pages.catalogue is not None
    pages.catalogue.close()
    for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / FILE_NAME).write_bytes(b"no database at all, whatever its name says" * 100)
    with pages.visit() as clerk:
        assert "gouji catalogue rebuild" in clerk.get("/").text
        for address in ("/review", "/failed", "/overview", "/list.xlsx"):
            answer = clerk.get(address)
            assert answer.status_code == 503
            assert "gouji catalogue rebuild" in answer.text
        part = clerk.get("/overview/sums", headers={"HX-Request": "true"})
        assert part.status_code == 200
        assert "gouji catalogue rebuild" in part.text
        assert clerk.get("/document", params={"key": key}).status_code == 200
        assert decide(clerk, key, findings(pages, key)[0]) == 303
        assert put_file(clerk, "b.html", b"x").status_code == 200
    assert pages.desk.reviews.read(key).decisions
