"""What messages of a queue say to us, and whose the queue is. Fetched are they in
`tests/integration/test_queue_intake.py`."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import Misconfigured
from storage.event_queue import EventQueue, Message
from storage.events import MalformedEvent
from workers.poll import (
    LONGEST_PAUSE_SECONDS,
    STALE_SECONDS,
    STRANGERS,
    Poller,
    Told,
    Whose,
    health,
    open_poller,
    pause_seconds,
    understand,
)
from workers.settings import Settings, SettingsError, read_settings


def record(key: str, *, bucket: str = "gouji", name: str = "ObjectCreated:Put") -> dict[str, Any]:
    thing = {"key": key, "eTag": "abc"}
    return {"eventName": name, "s3": {"bucket": {"name": bucket}, "object": thing}}


def records(*of: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(of)}


def by_sns(body: object) -> dict[str, Any]:
    return {"Type": "Notification", "TopicArn": "arn:…", "Message": json.dumps(body)}


def by_eventbridge(key: str, *, bucket: str = "gouji", kind: str = "Object Created") -> Any:
    detail = {"bucket": {"name": bucket}, "object": {"key": key, "etag": "abc"}}
    return {"detail-type": kind, "source": "aws.s3", "detail": detail}


TEST = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "gouji"}


def told(body: object) -> Told:
    return understand(json.dumps(body), "gouji")


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        (records(record("inbox%2F2023%2Fa+b%2Bc.pdf")), ["inbox/2023/a b+c.pdf"]),
        (records(record("inbox/a.pdf"), record("inbox/b.pdf")), ["inbox/a.pdf", "inbox/b.pdf"]),
        (
            records(record("inbox/a.pdf", name="ObjectCreated:CompleteMultipartUpload")),
            ["inbox/a.pdf"],
        ),
        (by_sns(records(record("inbox%2Fa+b.pdf"))), ["inbox/a b.pdf"]),
        (by_eventbridge("inbox/a+b%20c.pdf"), ["inbox/a+b%20c.pdf"]),
        (by_sns(by_eventbridge("inbox/a.pdf")), ["inbox/a.pdf"]),
    ],
)
def test_new_documents_of_ours(body: object, keys: list[str]) -> None:
    found = told(body)
    assert [event.key for event in found.documents] == keys
    assert found.buckets == {"gouji"}
    assert not found.passed_over


@pytest.mark.parametrize(
    ("body", "why", "buckets"),
    [
        (records(record("inbox/a.pdf", bucket="other")), "other_buckets", {"other"}),
        (records(record("results/a/result.json")), "no_documents", {"gouji"}),
        (records(record("inbox/folder/")), "no_documents", {"gouji"}),
        (records(record("inbox/a.pdf", name="ObjectRemoved:Delete")), "removals", {"gouji"}),
        (by_eventbridge("inbox/a.pdf", bucket="other"), "other_buckets", {"other"}),
        (by_eventbridge("inbox/a.pdf", kind="Object Tags Added"), "about_no_object", set()),
        (records(record("inbox/a.pdf", name="ObjectTagging:Put")), "about_no_object", set()),
        (TEST, "connection_tests", {"gouji"}),
        (by_sns(TEST), "connection_tests", {"gouji"}),
        ({**TEST, "Bucket": "other"}, "connection_tests", {"other"}),
    ],
)
def test_what_nothing_is_done_for(body: object, why: str, buckets: set[str]) -> None:
    found = told(body)
    assert (found.documents, found.passed_over) == ((), Counter([why]))
    assert found.buckets == buckets


def test_of_several_ours_are_taken_and_the_others_counted() -> None:
    found = told(records(record("inbox/a.pdf"), record("inbox/a.pdf", bucket="other")))
    assert [(event.bucket, event.key) for event in found.documents] == [("gouji", "inbox/a.pdf")]
    assert found.passed_over == {"other_buckets": 1}


@pytest.mark.parametrize(
    "body",
    ["", "hello", "[]", "null", '"inbox/a.pdf"', "{}", "[" * 100_000, '{"Records": [{"s3": 1}]}'],
)
def test_what_nobody_understands(body: str) -> None:
    with pytest.raises(MalformedEvent):
        understand(body, "gouji")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Records", "Message", "Event", "Bucket", "s3", "detail", "key"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(_JSON | st.builds(by_sns, _JSON))
@settings(max_examples=50)
def test_no_message_breaks_the_program(body: object) -> None:
    try:
        told(body)
    except MalformedEvent:
        return


# --- whose the queue is ----------------------------------------------------------------------


def message(number: int) -> Message:
    return Message(id=str(number), receipt="r", body="", received=1)


OURS = told(records(record("inbox/a.pdf")))
STRANGE = told(records(record("inbox/a.pdf", bucket="other")))
NOBODYS = told(by_eventbridge("inbox/a.pdf", kind="Object Tags Added"))


def test_it_is_ours_once_one_of_ours_came() -> None:
    whose = Whose("gouji")
    whose.look(message(1), STRANGE)
    whose.look(message(2), NOBODYS)
    assert not whose.is_ours
    whose.look(message(3), OURS)
    assert whose.is_ours
    for number in range(2 * STRANGERS):
        whose.look(message(number), STRANGE)


def test_a_test_of_the_connection_says_whose_it_is() -> None:
    whose = Whose("gouji")
    whose.look(message(1), told(by_sns(TEST)))
    assert whose.is_ours


def test_the_queue_of_another_bucket_is_told_as_such() -> None:
    whose = Whose("gouji")
    for _ in range(3):  # the same ones, that came back
        for number in range(STRANGERS - 1):
            whose.look(message(number), STRANGE)
    with pytest.raises(Misconfigured, match=r"bucket other, and of gouji .* GOUJI_SQS_QUEUE_URL"):
        whose.look(message(STRANGERS), STRANGE)


# --- around it -------------------------------------------------------------------------------


def test_pauses_grow_up_to_a_limit() -> None:
    pauses = [pause_seconds(number) for number in range(1, 40)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 1
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


def test_a_poller_that_is_stuck_says_so() -> None:
    def healthy() -> int:
        return asyncio.run(asked()).status_code

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=health(poller))
        async with httpx.AsyncClient(transport=transport, base_url="http://poller") as client:
            return await client.get("/healthz")

    queue = EventQueue(url="http://127.0.0.1:9/1/events")
    poller = Poller(queue, "gouji", lambda events, again: None, lambda: None)
    assert healthy() == 200
    poller._alive_at -= STALE_SECONDS
    assert healthy() == 503


def test_there_is_no_poller_without_a_queue() -> None:
    with pytest.raises(SettingsError, match="GOUJI_SQS_QUEUE_URL"):
        open_poller(Settings())


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"GOUJI_SQS_QUEUE_URL": "events"}, "GOUJI_SQS_QUEUE_URL"),
        ({"GOUJI_SQS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com"}, "GOUJI_SQS_QUEUE_URL"),
        ({"GOUJI_SQS_QUEUE_URL": "arn:aws:sqs:eu-west-1:1:events"}, "GOUJI_SQS_QUEUE_URL"),
        ({"GOUJI_SQS_QUEUE_URL": "https://k:s@sqs.eu-west-1.amazonaws.com/1/q"}, "QUEUE_URL"),
        ({"GOUJI_SQS_ACCESS_KEY": "a"}, "GOUJI_SQS_SECRET_KEY"),
    ],
)
def test_settings_that_will_not_do(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read_settings(given)
    assert len(caught.value.lines) == 1
