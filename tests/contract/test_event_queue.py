"""An SQS queue, on moto's server: what comes out of it, and what is said where it may not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from own_aws import Aws, Keys

from storage.errors import Misconfigured, Unavailable
from storage.event_queue import EventQueue, Manners, Message, region_of
from storage.local import free_port

POLICY: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "deploy/policies/aws/listen-sqs.json").read_text()
)


def test_a_message_comes_until_it_is_deleted(aws: Aws) -> None:
    url = aws.new_queue(visibility_seconds=1)
    sent = aws.send(url, "年报")
    queue = aws.queue(url)
    (first,) = queue.receive(1)
    assert (first.id, first.body, first.received) == (sent, "年报", 1)
    assert queue.receive(0) == ()
    (again,) = queue.receive(5)
    assert (again.id, again.received) == (sent, 2)
    assert queue.delete([again]) == ()
    assert aws.left(url) == 0


def test_it_gives_ten_at_a_time(aws: Aws) -> None:
    url = aws.new_queue()
    for number in range(12):
        aws.send(url, str(number))
    queue = aws.queue(url)
    first = queue.receive(1)
    assert len(first) == 10
    assert queue.delete(first) == ()
    rest = queue.receive(1)
    assert {message.body for message in (*first, *rest)} == {str(n) for n in range(12)}
    assert aws.left(url) == 2
    assert queue.delete([]) == ()


def test_what_could_not_be_deleted_is_told(aws: Aws) -> None:
    queue = aws.queue(aws.new_queue())
    stranger = Message(id="x", receipt="nobody's", body="", received=1)
    assert queue.delete([stranger]) == ("ReceiptHandleIsInvalid",)


def test_it_knows_the_manners_of_the_queue(aws: Aws) -> None:
    assert aws.queue(aws.new_queue(visibility_seconds=7)).manners() == Manners(
        visibility_seconds=7, most_receives=None
    )
    dead = aws.attributes(aws.new_queue())["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 4})
    kept = aws.queue(aws.new_queue(RedrivePolicy=redrive)).manners()
    assert kept.most_receives == 4


# --- what is said where it may not ------------------------------------------------------------


@pytest.fixture
def strict(aws: Aws) -> Iterator[Aws]:
    yield aws
    aws.strict(False)


ACTIONS = tuple(POLICY["Statement"][0]["Action"])


def allowing(url: str, *actions: str) -> dict[str, Any]:
    (statement,) = POLICY["Statement"]
    arn = "arn:aws:sqs:us-east-1:123456789012:" + url.rpartition("/")[2]
    # AWS has one permission for one message and for several; moto asks for another.
    batch = [f"{action}Batch" for action in actions if action == "sqs:DeleteMessage"]
    changed = {"Resource": [arn], "Action": [*actions, *batch]}
    return {**POLICY, "Statement": [{**statement, **changed}]}


def use(queue: EventQueue) -> None:
    """All that is done with a queue."""
    queue.manners()
    queue.probe()
    queue.delete(queue.receive(0))


def test_the_policy_is_enough(strict: Aws) -> None:
    url = strict.new_queue()
    strict.send(url, "x")
    keys = strict.user(allowing(url, *ACTIONS))
    strict.strict(True)
    use(strict.queue(url, keys))
    strict.strict(False)
    assert strict.left(url) == 0


@pytest.mark.parametrize("lacking", ACTIONS)
def test_a_permission_that_is_missing_is_named(strict: Aws, lacking: str) -> None:
    url = strict.new_queue()
    strict.send(url, "x")
    keys = strict.user(allowing(url, *(one for one in ACTIONS if one != lacking)))
    strict.strict(True)
    with pytest.raises(Misconfigured, match=f"allow {lacking} on the queue of GOUJI_SQS_QUEUE"):
        use(strict.queue(url, keys))
    strict.strict(False)
    assert strict.left(url) == 1


def test_keys_that_nobody_has_are_named(strict: Aws) -> None:
    url = strict.new_queue()
    strict.strict(True)
    with pytest.raises(Misconfigured, match="GOUJI_SQS_ACCESS_KEY and GOUJI_SQS_SECRET_KEY"):
        strict.queue(url, Keys("AKIAIOSFODNN7EXAMPLE", "none")).manners()


def test_a_queue_that_is_not_there_is_named(aws: Aws) -> None:
    with pytest.raises(Misconfigured, match="NonExistentQueue; correct GOUJI_SQS_QUEUE_URL"):
        aws.queue(f"{aws.endpoint}/123456789012/none").receive(0)


def test_nobody_at_the_address_may_come_back() -> None:
    queue = EventQueue(url=f"http://127.0.0.1:{free_port()}/1/q", access_key="k", secret_key="s")
    with pytest.raises(Unavailable, match="is GOUJI_SQS_QUEUE_URL right"):
        queue.receive(0)


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://sqs.eu-central-1.amazonaws.com/123456789012/events", "eu-central-1"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/events", "cn-north-1"),
        ("https://sqs-fips.us-gov-west-1.amazonaws.com/1/events.fifo", "us-gov-west-1"),
        ("https://vpce-0a-1b.sqs.ap-east-1.vpce.amazonaws.com/1/events", "ap-east-1"),
        ("https://eu-west-1.queue.amazonaws.com/1/events", "eu-west-1"),
        ("https://queue.example.org/1/sqs.eu-west-1.x", None),
        ("http://127.0.0.1:9324/1/events", None),
    ],
)
def test_the_region_is_that_of_the_address(url: str, region: str | None) -> None:
    assert region_of(url) == region
