"""POST /events, spoken to over ASGI; what is taken goes into a list."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool

from storage.errors import Unavailable
from storage.events import Event
from workers.listen import make_listener
from workers.settings import Settings, SettingsError

SETTINGS = Settings(webhook_token=SecretStr("open sesame"), max_event_kib=1)
RIGHT = {"Authorization": "Bearer open sesame"}


class Intake:
    """A broker that is a list."""

    def __init__(self, *, up: bool = True) -> None:
        self.up = up
        self.taken: list[Event] = []

    def __call__(self, events: Sequence[Event]) -> None:
        if not self.up:
            raise Unavailable("publish: nobody answers")
        self.taken += events


def ask(
    intake: Intake,
    content: bytes | AsyncIterator[bytes] = b"",
    *,
    method: str = "POST",
    path: str = "/events",
    headers: dict[str, str] = RIGHT,
) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=make_listener(SETTINGS, intake))
        async with httpx.AsyncClient(transport=transport, base_url="http://listener") as client:
            return await client.request(method, path, content=content, headers=headers)

    return asyncio.run(send())


def record(
    key: str, *, bucket: str = "gouji", name: str = "ObjectCreated:Put"
) -> dict[str, object]:
    return {
        "eventName": name,
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "eTag": "abc"}},
    }


def told(*records: dict[str, object]) -> bytes:
    return json.dumps({"Records": records}).encode()


def test_a_new_document_is_taken() -> None:
    intake = Intake()
    answer = ask(intake, told(record("inbox/a+b.pdf"), record("inbox/c.html")))
    assert (answer.status_code, answer.json()) == (202, {"accepted": 2})
    assert [event.key for event in intake.taken] == ["inbox/a b.pdf", "inbox/c.html"]


@pytest.mark.parametrize(
    "other",
    [
        record("results/a.pdf/result.json"),
        record("failed/a.pdf.json"),
        record("inbox/folder/"),
        record("inbox/a.pdf", bucket="another"),
        record("inbox/a.pdf", name="ObjectRemoved:Delete"),
    ],
)
def test_what_is_no_new_document_of_ours_is_nothing(other: dict[str, object]) -> None:
    intake = Intake()
    answer = ask(intake, told(other))
    assert (answer.status_code, answer.json(), intake.taken) == (202, {"accepted": 0}, [])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer open"},
        {"Authorization": "Bearer open sesame!"},
        {"Authorization": "Basic open sesame"},
        {"Authorization": "open sesame"},
        {"Authorization": b"Bearer \xe9\xff"},
    ],
)
def test_without_the_token_nothing_is_read(headers: dict[str, str]) -> None:
    intake = Intake()
    answer = ask(intake, told(record("inbox/a.pdf")), headers=headers)
    assert (answer.status_code, intake.taken) == (401, [])
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_there_is_no_listener_without_a_token() -> None:
    with pytest.raises(SettingsError, match="GOUJI_WEBHOOK_TOKEN"):
        make_listener(Settings(), Intake())


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff\xfe", b'{"a": 1}', b'"\\ud800"', b"[" * 1000]
)
def test_a_malformed_body_is_answered_with_one_line(body: bytes) -> None:
    answer = ask(Intake(), body)
    assert answer.status_code == 400
    assert len(answer.text.splitlines()) == 1
    assert answer.text.strip()


def test_a_body_too_long_is_not_read_to_its_end() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b" " * 512

    assert ask(Intake(), endless()).status_code == 413
    assert sent < 1000


def test_while_the_broker_is_away_the_sender_is_told_to_come_again() -> None:
    answer = ask(Intake(up=False), told(record("inbox/a.pdf")))
    assert answer.status_code == 503
    assert "try again" in answer.text


def test_nothing_to_do_needs_no_broker() -> None:
    assert ask(Intake(up=False), told(record("results/a"))).status_code == 202


def test_health_and_other_ways() -> None:
    assert ask(Intake(), method="GET", path="/healthz", headers={}).status_code == 200
    assert ask(Intake(), method="GET").status_code == 405
    assert ask(Intake(), path="/elsewhere").status_code == 404


def test_events_are_taken_while_all_threads_wait_for_pages() -> None:
    async def ask_beside() -> int:
        go = threading.Event()
        pages = [asyncio.create_task(run_in_threadpool(go.wait, 20)) for _ in range(60)]
        await asyncio.sleep(0.1)
        transport = httpx.ASGITransport(app=make_listener(SETTINGS, Intake()))
        async with httpx.AsyncClient(transport=transport, base_url="http://listener") as client:
            asked = client.post("/events", content=told(record("inbox/a.pdf")), headers=RIGHT)
            answer = await asyncio.wait_for(asked, 5)
        go.set()
        await asyncio.gather(*pages)
        return answer.status_code

    assert asyncio.run(ask_beside()) == 202
