"""A document's way through the whole service: by event, by sweep, through a crash."""

from __future__ import annotations

import json
import os
import signal
import time
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from served import Up, gouji, until

PAGE = "<html><meta charset=utf-8><title>通知</title><table>{}</table></html>"
#: A table that is no mere frame around text.
TABLE = "<tr><th>名称</th><th>件数</th></tr><tr><td>{}</td><td>3</td></tr>"
#: Takes some seconds to read.
ROWS = "<tr>" + "<td>本年新收政府信息公开申请数量</td>" * 10 + "</tr>"


def page(text: str) -> bytes:
    return PAGE.format(TABLE.format(text)).encode()


def test_a_page_put_into_the_bucket_has_its_result_at_once(
    up: Up, figures: dict[str, float]
) -> None:
    body = page("甲")
    began = time.monotonic()
    up.put("通知/甲 1+2.html", body)
    result = until(lambda: up.result("通知/甲 1+2.html"))
    figures["put to result, first page"] = time.monotonic() - began
    assert result["status"] == "done"
    assert result["document"]["format"] == "html"
    assert result["source"]["key"] == "inbox/通知/甲 1+2.html"
    assert result["source"]["size"] == len(body)


def test_a_second_page_is_quicker(up: Up, figures: dict[str, float]) -> None:
    began = time.monotonic()
    up.put("b.html", page("乙"))
    until(lambda: up.result("b.html"))
    figures["put to result, second page"] = time.monotonic() - began


def test_a_new_version_replaces_the_result(up: Up) -> None:
    up.put("c.html", page("旧"))
    old = until(lambda: up.result("c.html"))
    up.put("c.html", page("新"))
    new = until(lambda: _other(up.result("c.html"), old["source"]["etag"]))
    assert new["tables"][0]["cells"][2]["text"] == "新"


def _other(result: dict[str, Any] | None, etag: str) -> dict[str, Any] | None:
    return result if result and result["source"]["etag"] != etag else None


def test_what_no_event_told_of_is_swept_up(up: Up, figures: dict[str, float]) -> None:
    listener = up.pid("listen")
    assert listener is not None
    os.kill(listener, signal.SIGSTOP)
    try:
        began = time.monotonic()
        up.put("swept.html", page("丙"))
        until(lambda: up.result("swept.html"))
        figures["put to result by the sweep (every 1 s)"] = time.monotonic() - began
    finally:
        os.kill(listener, signal.SIGCONT)


def test_a_killed_worker_leaves_exactly_one_record(up: Up, figures: dict[str, float]) -> None:
    path = "slow.html"
    began = time.monotonic()
    up.put(path, PAGE.format(ROWS * 4000).encode())
    time.sleep(0.7)
    assert up.result(path) is None, "read before the worker could be killed: make it slower"
    started_again = up.kill("worker-light")
    until(lambda: up.result(path) or up.failure(path))
    figures["put to result through a killed worker"] = time.monotonic() - began
    time.sleep(1)
    assert (up.result(path) is None) != (up.failure(path) is None)
    listed = up.s3.list_objects_v2(Bucket=up.bucket, Prefix=f"results/{path}/")
    assert [entry["Key"] for entry in listed.get("Contents", ())].count(
        f"results/{path}/result.json"
    ) <= 1
    assert started_again()
    assert "worker-light ended (SIGKILL)" in up.said()


def test_reprocess_does_what_failed_anew(up: Up) -> None:
    up.put("bad/empty.txt", b"")
    first = until(lambda: up.failure("bad/empty.txt"))
    assert (first["status"], first["refusal"]["code"]) == ("refused", "empty")

    dry = gouji(up.home, "reprocess", "--all-failed", "--key", "bad/", "--dry-run")
    assert dry.stdout.split() == ["inbox/bad/empty.txt"]
    assert "nothing was done" in dry.stderr

    done = gouji(up.home, "reprocess", "--all-failed", "--key", "bad/")
    assert done.returncode == 0, done.stderr
    again = until(lambda: _later(up.failure("bad/empty.txt"), first["last_failed_at"]))
    assert again["refusal"] == first["refusal"]


def _later(failure: dict[str, Any] | None, than: str) -> dict[str, Any] | None:
    return failure if failure and failure["last_failed_at"] > than else None


def test_the_commands_of_a_clerk(up: Up, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    (folder / "sub").mkdir(parents=True)
    (folder / "one.html").write_bytes(page("一"))
    (folder / "sub" / "空.txt").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"x")

    sent = gouji(up.home, "submit", str(folder), "--prefix", "2023", "--wait")
    # one of them is refused, and it is said why
    assert sent.returncode == 2, sent.stderr
    assert "空.txt: empty" in sent.stderr
    assert "1 temporary or system files were skipped" in sent.stderr
    assert sorted(sent.stdout.splitlines()) == [
        "done       inbox/2023/one.html",
        "refused    inbox/2023/sub/空.txt",
        "sent       inbox/2023/one.html",
        "sent       inbox/2023/sub/空.txt",
    ]
    again = gouji(up.home, "submit", str(folder), "--prefix", "2023")
    assert {line.split()[0] for line in again.stdout.splitlines()} == {"unchanged"}

    shown = json.loads(gouji(up.home, "results", "2023/one.html", "--json").stdout)
    assert shown == up.result("2023/one.html")
    assert "one.html" in gouji(up.home, "results", "inbox/2023/one.html").stdout
    letters = gouji(up.home, "failed", "--json").stdout.splitlines()
    assert "inbox/2023/sub/空.txt" in {json.loads(line)["source"]["key"] for line in letters}
    assert "空.txt" in gouji(up.home, "failed").stdout
    listed = gouji(up.home, "list", "--refused", "--prefix", "2023/", "--json").stdout
    assert [
        (json.loads(line)["key"], json.loads(line)["code"]) for line in listed.splitlines()
    ] == [("inbox/2023/sub/空.txt", "empty")]
    assert "文件是空的" in gouji(up.home, "list", "--refused", "--lang", "zh").stdout

    counts = json.loads(gouji(up.home, "status", "--json").stdout)
    assert counts["inbox"] == sum(counts[name] for name in ("done", "failed", "pending"))
    assert counts["done"] >= 1
    assert counts["failed"] >= 1
    assert counts["doubtful"] == 0
    assert counts["queues"].keys() == {"light", "pdf", "ocr"}
    swept = gouji(up.home, "sweep")
    assert swept.returncode == 0, swept.stderr


@pytest.mark.parametrize("arguments", [("results", "never.pdf"), ("results", "never/sent.html")])
def test_what_was_never_sent_is_said_so(up: Up, arguments: tuple[str, ...]) -> None:
    answer = gouji(up.home, *arguments)
    assert answer.returncode == 1
    assert "not in the bucket" in answer.stderr


def test_flower_asks_for_its_password_and_shows_the_formats(up: Up) -> None:
    up.put("f.html", page("丁"))
    up.put("f.txt", "你好".encode())
    until(lambda: up.result("f.html") and up.result("f.txt"))
    assert _flower(up, "/tasks", password=None)[0] == 401
    assert _flower(up, "/tasks", password="wrong")[0] == 401
    password = up.up["flower_password"]
    assert _flower(up, "/tasks", password=password)[0] == 200

    def shown() -> bool:
        tasks = json.loads(_flower(up, "/api/tasks", password=password)[1])
        seen = {(task["name"], task["args"]) for task in tasks.values()}
        return {("process[html]", "inbox/f.html"), ("process[text]", "inbox/f.txt")} <= seen

    until(shown)
    lines = [" ".join(process.cmdline()) for process in up.processes if process.is_running()]
    assert not any(password in line for line in lines)


def test_flower_shows_what_became_of_documents_and_all_queues(up: Up) -> None:
    up.put("flower/good.html", page("己"))
    up.put("flower/empty.html", b"")
    up.put("flower/cut.pdf", b"%PDF-1.4 and no more")
    password = up.up["flower_password"]
    wanted = {
        ("inbox/flower/good.html", "SUCCESS"),
        ("inbox/flower/empty.html", "REFUSED"),
        ("inbox/flower/cut.pdf", "REFUSED"),
    }

    def shown() -> bool:
        tasks = json.loads(_flower(up, "/api/tasks", password=password)[1])
        return wanted <= {(task["args"], task["state"]) for task in tasks.values()}

    until(shown)
    tasks = json.loads(_flower(up, "/api/tasks", password=password)[1]).values()
    empty = next(task for task in tasks if task["args"] == "inbox/flower/empty.html")
    assert "empty" in empty["result"]
    assert empty["exception"] == "refused: empty"
    queues = _flower(up, "/broker", password=password)[1].decode()
    assert all(f"<td>{name}</td>" in "".join(queues.split()) for name in ("light", "pdf", "ocr"))


def _flower(up: Up, path: str, *, password: str | None) -> tuple[int, bytes]:
    request = Request(up.up["flower"] + path)  # noqa: S310 - our own address
    if password is not None:
        pair = b64encode(f"{up.up['flower_user']}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {pair}")
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read()
    except OSError as error:
        return getattr(error, "code", 0), b""
