"""Answers that a real store gives once in a while, from a server that gives them when told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from storage.errors import Busy, Conflict, Misconfigured, NotFound, TooLarge, Unavailable
from storage.objects import S3ObjectStore

DATE = "Sat, 31 Jan 2026 08:00:00 GMT"
Answer = tuple[int, bytes, int]


def answer(status: int, body: bytes = b"", length: int | None = None) -> Answer:
    """`length`: what Content-Length says, where that is not the truth."""
    return status, body, len(body) if length is None else length


def refusal(status: int, code: str) -> Answer:
    return answer(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up on half an answer is what was wanted."""


class Scripted:
    """An S3 endpoint that gives the next answer of its script, whatever it is asked."""

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.asked: list[str] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                # boto3 waits for it before it sends a body.
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                scripted.asked.append(self.command)
                status, body, length = scripted.script.pop(0)
                self.send_response(status)
                for name, value in (("ETag", '"e1"'), ("Last-Modified", DATE)):
                    self.send_header(name, value)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = length != len(body)

            do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815 - names of http.server

            def log_message(self, *_: object) -> None:
                return

        self.server = Server(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.store = S3ObjectStore(
            endpoint=f"http://127.0.0.1:{self.server.server_port}",
            bucket="gouji",
            access_key="a",
            secret_key="b",
        )


@pytest.fixture
def s3() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.server.shutdown()
    scripted.server.server_close()


def put(s3: Scripted) -> object:
    return s3.store.put("results/a", b"ours", content_type="text/plain", if_absent=True)


def test_a_truncated_body_is_no_document(s3: Scripted) -> None:
    s3.script = [answer(200, b"half of", length=100)] * 3
    with pytest.raises(Unavailable):
        s3.store.get("inbox/a")


@pytest.mark.parametrize(
    "trouble",
    [refusal(503, "SlowDown"), refusal(500, "InternalError"), answer(200, b"half", length=9)],
    ids=["busy", "broken", "cut"],
)
def test_what_had_no_plain_answer_is_asked_once_more(s3: Scripted, trouble: Answer) -> None:
    s3.script = [trouble, answer(200, b"whole")]
    assert s3.store.get("inbox/a").body == b"whole"
    assert s3.asked == ["GET"] * 2


def test_no_bucket_is_no_missing_object(s3: Scripted) -> None:
    s3.script = [refusal(404, "NoSuchBucket")] * 2
    with pytest.raises(Misconfigured, match="GOUJI_S3_BUCKET"):
        s3.store.get("inbox/a")


def test_a_plain_answer_is_asked_for_once(s3: Scripted) -> None:
    s3.script = [answer(200, b"whole"), refusal(404, "NoSuchKey"), answer(200), answer(404)]
    assert s3.store.get("inbox/a").body == b"whole"
    with pytest.raises(NotFound):
        s3.store.get("inbox/b")
    assert put(s3)
    assert s3.store.head("inbox/c") is None
    assert s3.asked == ["GET", "GET", "PUT", "HEAD"]


def test_a_body_beyond_the_limit_is_not_read(s3: Scripted) -> None:
    s3.script = [answer(200, b"", length=1 << 40), answer(200, b"small")]
    with pytest.raises(TooLarge):
        s3.store.get("inbox/a", limit_bytes=100)
    # The connection of the one that was left is not used for the next.
    assert s3.store.get("inbox/a", limit_bytes=100).body == b"small"


def test_a_put_whose_answer_was_lost_meets_itself(s3: Scripted) -> None:
    s3.script = [
        refusal(500, "InternalError"),  # it was written all the same
        refusal(412, "PreconditionFailed"),
        answer(200, b"ours"),
    ]
    assert put(s3)
    assert s3.asked == ["PUT", "PUT", "GET"]


def test_a_put_that_meets_another_is_a_conflict(s3: Scripted) -> None:
    s3.script = [refusal(412, "PreconditionFailed"), answer(200, b"theirs")]
    with pytest.raises(Conflict):
        put(s3)


def test_a_put_that_comes_in_anothers_midst_is_tried_again(s3: Scripted) -> None:
    s3.script = [refusal(409, "ConditionalRequestConflict")] * 2 + [answer(200)]
    assert put(s3)
    assert s3.asked == ["PUT"] * 3


def test_one_that_always_does_is_unavailable(s3: Scripted) -> None:
    s3.script = [refusal(409, "ConditionalRequestConflict")] * 5
    with pytest.raises(Busy):
        put(s3)
    assert issubclass(Busy, Unavailable)


def test_nothing_there_to_replace_on_amazon(s3: Scripted) -> None:
    s3.script = [refusal(404, "NoSuchKey")] * 2
    with pytest.raises(Conflict):
        s3.store.put("results/a", b"ours", content_type="text/plain", if_match="e0")


def test_a_store_that_refuses_conditions(s3: Scripted) -> None:
    s3.script = [refusal(501, "NotImplemented")] * 3
    with pytest.raises(Misconfigured, match="conditional writes"):
        put(s3)


@pytest.mark.parametrize(
    "failing",
    [
        lambda store: store.get("inbox/a"),
        lambda store: store.head("inbox/a"),
        lambda store: list(store.list("inbox/")),
        lambda store: store.delete_failed("failed/a.json"),
    ],
)
def test_slow_down(s3: Scripted, failing: Callable[[S3ObjectStore], object]) -> None:
    s3.script = [refusal(503, "SlowDown")] * 3
    with pytest.raises(Unavailable):
        failing(s3.store)


def test_an_answer_that_is_not_s3(s3: Scripted) -> None:
    s3.script = [answer(200, b"<html>Welcome")] * 3
    with pytest.raises(Unavailable):
        list(s3.store.list("inbox/"))
