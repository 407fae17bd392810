"""`gouji submit`: what is sent, what is said when it is broken off, and that it goes on."""

from __future__ import annotations

import json
import os
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from storage import keys
from storage.errors import Unavailable
from storage.memory import MemoryObjectStore
from storage.objects import ObjectInfo
from workers.cli.language import Language, speak
from workers.cli.ledger import Ledger
from workers.cli.stop import Stop
from workers.cli.submit import _full, _keyed, _Sending, _unfit, _wait


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    for number in range(6):
        (tmp_path / f"{number}.html").write_text(str(number))
    (tmp_path / "~$0.docx").write_text("x")
    (tmp_path / "Thumbs.db").write_text("x")
    keyed, unfit = _keyed([tmp_path], "2023")
    assert unfit == []
    return keyed


class Breaking(MemoryObjectStore):
    """A store at which something happens with the fourth object."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def put(self, key: str, *rest: bytes, **more: str) -> ObjectInfo:  # type: ignore[override]
        if key.endswith("3.html"):
            raise self._error
        return super().put(key, *rest, **more)  # type: ignore[arg-type]


def test_junk_is_not_sent(
    files: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert list(_keyed([tmp_path], "")[0]) == [f"inbox/{number}.html" for number in range(6)]
    assert "2 temporary or system files" in capfd.readouterr().err


def test_what_leads_out_of_the_folder_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "in" / "a.html").write_text("a")
    (tmp_path / "in" / "b.html").symlink_to(tmp_path / "secret")
    assert list(_keyed([tmp_path / "in"], "")[0]) == ["inbox/a.html"]


def test_a_name_that_no_key_can_have_keeps_nobody_else_back(tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / os.fsdecode(b"\xb1\xa8%d.html" % number)).write_text("x")
    (tmp_path / "good.html").write_text("x")
    keyed, unfit = _keyed([tmp_path], "")
    assert list(keyed) == ["inbox/good.html"]
    told = _unfit(unfit)
    for said in told:
        said.encode()
        assert said.count(".html") == 5
    assert told.en.startswith("7 not sent")
    assert told.en.endswith("and 2 more")
    (tmp_path / "good.html").unlink()
    with pytest.raises(Stop, match="7 not sent") as caught:
        _keyed([tmp_path], "")
    assert caught.value.code == 64


def test_at_a_terminal_a_person_is_told_in_chinese() -> None:
    ours, its = os.openpty()
    with open(its, "w") as terminal, redirect_stdout(terminal):  # noqa: PTH123
        speak(Language.ZH)
        store = MemoryObjectStore()
        assert _wait(Ledger(store), ["inbox/gone.html"], 5) == 0
        terminal.flush()
        assert os.read(ours, 100).decode().split() == ["已删除", "inbox/gone.html"]
    os.close(ours)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Unavailable("put: away")], ids=str)
def test_what_was_broken_off_is_gone_on_with(
    error: BaseException, files: dict[str, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    store = Breaking(error)
    sending = _Sending(len(files))
    with pytest.raises(type(error)):
        sending.all_of(store, files)
    assert "3 of 6 are sent" in sending.broken_off().en
    assert "the same command again sends the rest" in sending.broken_off().en

    store._error = AssertionError("sent twice")
    there = {info.key for info in store.list(keys.INBOX)}
    rest = {key: file for key, file in files.items() if not key.endswith("3.html")}
    capfd.readouterr()
    _Sending(len(rest)).all_of(store, rest)
    said = dict(reversed(line.split()) for line in capfd.readouterr().out.splitlines())
    assert {key for key, word in said.items() if word == "unchanged"} == there
    assert {info.key for info in store.list(keys.INBOX)} == set(rest)


def test_how_many_were_sent_is_said(files: dict[str, Path]) -> None:
    store = MemoryObjectStore()
    (first, *_) = files
    _Sending(1).all_of(store, {first: files[first]})
    sending = _Sending(len(files))
    sending.all_of(store, files)
    assert sending.told().en == "6 files: 5 sent, 1 were there already"


def test_when_all_is_sent_it_is_said_so(files: dict[str, Path]) -> None:
    sending = _Sending(len(files))
    sending.all_of(MemoryObjectStore(), files)
    assert sending.broken_off().en.startswith("broken off: all 6 are sent")


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("put inbox/a: the store answered 507 InsufficientStorage", True),
        ("put inbox/a: the store answered 500 InternalError: no space left on device", True),
        ("put inbox/a: EndpointConnectionError", False),
    ],
)
def test_a_full_disk_is_called_so(said: str, full: bool) -> None:
    assert (_full(Unavailable(said)) is not None) == full


def test_waiting_tells_what_was_refused_and_why(capfd: pytest.CaptureFixture[str]) -> None:
    store = MemoryObjectStore()
    for name, envelope in {
        "good.html": {
            "status": "done",
            "report": None,
            "findings": [],
            "tables": [],
            "document": {},
        },
        "empty.pdf": {
            "status": "refused",
            "refusal": {"code": "empty", "message": "文件是空的", "message_en": "it is empty"},
        },
    }.items():
        key = keys.INBOX + name
        etag = store.put(key, name.encode(), content_type="text/plain").etag
        place = keys.result_key if envelope["status"] == "done" else keys.failed_key
        record = {**envelope, "source": {"name": name, "key": key, "etag": etag}}
        store.put(place(key), json.dumps(record).encode(), content_type="application/json")

    code = _wait(Ledger(store), ["inbox/good.html", "inbox/empty.pdf"], 5)

    out, err = capfd.readouterr()
    assert code == 2
    assert out.splitlines() == ["done       inbox/good.html", "refused    inbox/empty.pdf"]
    assert err == "gouji: inbox/empty.pdf: empty it is empty\n"


def test_waiting_in_vain_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    store = MemoryObjectStore()
    store.put("inbox/a.html", b"a", content_type="text/html")
    assert _wait(Ledger(store), ["inbox/a.html"], 0.1) == 1
    assert "still pending after 0.1 s" in capfd.readouterr().err
