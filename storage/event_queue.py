"""Events that wait in an SQS queue until somebody takes them. The only code that speaks SQS.

A message that was received is hidden from others for the queue's visibility timeout, and comes
back unless it is deleted: whoever dies over one loses none. So a message may come twice, and
those of one object in any order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from storage.direct import is_loopback
from storage.errors import Misconfigured, StorageError, not_made, sqs_errors

#: As long and as many as SQS allows.
POLL_SECONDS = 20
AT_ONCE = 10

#: The host of a queue's address, also where it is that of a private endpoint.
_REGION = re.compile(r"(?:^|\.)sqs(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d+)\.")
_OLD_REGION = re.compile(r"^([a-z]{2}(?:-[a-z]+)+-\d+)\.queue\.")
#: Of no message; what SQS says of it tells whether deleting is allowed.
_NO_RECEIPT = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: str
    #: By which it is deleted; another one each time that it comes.
    receipt: str
    body: str
    #: How often it came, this time included; about.
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """What a queue does with messages that nobody deletes."""

    #: How long one is hidden from others.
    visibility_seconds: int
    #: After how many times it goes to the dead-letter queue; None where there is none.
    most_receives: int | None


class EventQueue:
    """Raises Unavailable and Misconfigured. For one thread."""

    def __init__(
        self,
        *,
        url: str,
        access_key: str | None = None,
        secret_key: str | None = None,
        region: str = "us-east-1",
    ) -> None:
        """No keys: whatever boto3 finds. `region` is that of a queue whose address tells none.

        Nothing is connected to, nor boto3 imported, before the first call.
        """
        self.url = url
        self._access_key = access_key
        self._secret_key = secret_key
        self._region = region_of(url) or region
        self._made: Any = None

    def manners(self) -> Manners:
        with sqs_errors("ask for the queue's attributes", "GetQueueAttributes"):
            answer = self._client().get_queue_attributes(
                QueueUrl=self.url, AttributeNames=["VisibilityTimeout", "RedrivePolicy"]
            )
        told = answer.get("Attributes", {})
        return Manners(
            visibility_seconds=int(told.get("VisibilityTimeout", 30)),
            most_receives=_most_receives(told.get("RedrivePolicy")),
        )

    def receive(self, seconds: int = POLL_SECONDS) -> tuple[Message, ...]:
        """What is there, or comes within so many seconds."""
        with sqs_errors("receive messages", "ReceiveMessage"):
            answer = self._client().receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=AT_ONCE,
                WaitTimeSeconds=seconds,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        return tuple(map(_message, answer.get("Messages", ())))

    def delete(self, messages: Sequence[Message]) -> tuple[str, ...]:
        """At most `AT_ONCE`. The codes of those that were not, and will come back."""
        if not messages:
            return ()
        failed = self._delete([message.receipt for message in messages])
        if any("AccessDenied" in code for code in failed):
            raise _may_not_delete()
        return failed

    def probe(self) -> None:
        """Misconfigured where messages may not be deleted. Deletes none."""
        try:
            failed = self._delete([_NO_RECEIPT])
        except Misconfigured as error:
            # There are servers that refuse the call for its receipt.
            if "Receipt" in str(error):
                return
            raise
        if any("AccessDenied" in code for code in failed):
            raise _may_not_delete()

    def _delete(self, receipts: Sequence[str]) -> tuple[str, ...]:
        with sqs_errors("delete messages", "DeleteMessage"):
            answer = self._client().delete_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": receipt}
                    for number, receipt in enumerate(receipts)
                ],
            )
        return tuple(str(one.get("Code", "")) for one in answer.get("Failed", ()))

    def _client(self) -> Any:
        if self._made is None:
            self._made = self._new_client()
        return self._made

    def _new_client(self) -> Any:
        # Here and not above: it takes a third of a second.
        import boto3
        from botocore.config import Config

        parts = urlsplit(self.url)
        endpoint = f"{parts.scheme}://{parts.netloc}"
        config = Config(
            connect_timeout=5,
            read_timeout=POLL_SECONDS + 10,
            # What fails is tried again by who polls.
            retries={"mode": "standard", "total_max_attempts": 2},
            proxies={} if is_loopback(endpoint) else None,
        )
        try:
            return boto3.session.Session().client(
                "sqs",
                endpoint_url=endpoint,
                aws_access_key_id=self._access_key,
                aws_secret_access_key=self._secret_key,
                region_name=self._region,
                config=config,
            )
        except ValueError as error:
            raise not_made(error, "GOUJI_SQS_QUEUE_URL") from error


def region_of(url: str) -> str | None:
    """`https://sqs.cn-north-1.amazonaws.com.cn/1/events` -> `cn-north-1`; None where the host does
    not tell."""
    host = urlsplit(url).hostname or ""
    found = _REGION.search(host) or _OLD_REGION.search(host)
    return found[1] if found else None


def _may_not_delete() -> StorageError:
    return Misconfigured(
        "delete messages: SQS does not let us; allow sqs:DeleteMessage on the queue of"
        " GOUJI_SQS_QUEUE_URL"
    )


def _message(told: dict[str, Any]) -> Message:
    return Message(
        id=str(told["MessageId"]),
        receipt=str(told["ReceiptHandle"]),
        body=str(told.get("Body", "")),
        received=int(told.get("Attributes", {}).get("ApproximateReceiveCount", 1)),
    )


def _most_receives(policy: str | None) -> int | None:
    """`maxReceiveCount` of a redrive policy, which is JSON, and as text in some."""
    if not policy:
        return None
    try:
        return int(json.loads(policy)["maxReceiveCount"])
    except (ValueError, KeyError, TypeError):
        return None
