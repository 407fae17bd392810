"""What notifications say, in the shapes in which they come. Pure.

An event is a hint: "look at this key". It may be late, double, out of order or never come,
so nothing but the key is relied on; the sweep finds what no event told of.

| who sends it | shape |
| --- | --- |
| SeaweedFS filer webhook | `{"key": "/buckets/<bucket>/<path>", "event_type", "message"}` |
| S3, MinIO, SQS | `{"Records": [{"eventName", "s3"}]}`, keys URL-encoded, `+` a space |
| SNS | `{"Type": "Notification", "Message": "<one of these as text>"}` |
| EventBridge | `{"detail-type", "detail": {"bucket", "object"}}`, keys plain |
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote_plus

from storage.keys import KEY_BYTES, document_key


class MalformedEvent(ValueError):
    """What came is no notification of any sender that we know."""


class EventKind(StrEnum):
    CREATED = "created"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened to one object. Any key: what is a document is decided by keys.py."""

    bucket: str
    key: str
    #: Without quotes; None where the notification does not say.
    etag: str | None
    version_id: str | None
    kind: EventKind


_Belongs = Callable[[dict[str, Any]], bool]
_Read = Callable[[Mapping[str, Any], int], tuple[Event, ...]]

#: `{"Message": "{\"Message\": …"}`: as deep as an SNS envelope in an SQS one goes.
_ENVELOPES = 3
_TEST = "s3:TestEvent"
_BUCKETS = "/buckets/"
_VERSIONS = ".versions"


def parse_events(body: object) -> tuple[Event, ...]:
    """The objects that a notification's body (parsed JSON) tells of, in its order.

    Empty for what is about no object: directories, parts of uploads, tests of the
    connection. MalformedEvent, and nothing else, for what is no notification at all.
    """
    try:
        return _parse(body, _ENVELOPES)
    except MalformedEvent:
        raise
    except ValueError as error:  # half a character in a key, `%FF`
        raise MalformedEvent(str(error)) from error


def tested_bucket(body: object) -> str | None:
    """The bucket whose connection a notification tests, which S3 sends once when it is told
    where to; None for any other notification."""
    for _ in range(_ENVELOPES):
        if not isinstance(body, dict):
            return None
        if body.get("Event") == _TEST:
            bucket = body.get("Bucket")
            return bucket if isinstance(bucket, str) else None
        if not isinstance(body.get("Message"), str):
            return None
        try:
            body = _json(body["Message"])
        except MalformedEvent:
            return None
    return None


def _parse(body: object, envelopes: int) -> tuple[Event, ...]:
    if not isinstance(body, dict):
        raise MalformedEvent("a JSON object was expected")
    for belongs, read in _SHAPES:
        if belongs(body):
            return read(body, envelopes)
    if isinstance(body.get("Message"), str) and envelopes:
        return _parse(_json(body["Message"]), envelopes - 1)
    if body.get("Event") == _TEST:
        return ()
    raise MalformedEvent("neither of SeaweedFS, S3, SNS nor EventBridge")


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedEvent(f"Message is not JSON ({error})") from error


# --- SeaweedFS -----------------------------------------------------------------------------


def _of_seaweedfs(body: Mapping[str, Any], _: int) -> tuple[Event, ...]:
    """A rename is what it leaves: the new object created. Its old key is the sweep's affair,
    as nothing needs to be done for an object that is gone."""
    message = _mapping(body.get("message"), "message")
    bucket, key = _split_filer_path(_text(body["key"], "key"))
    if body["event_type"] == "rename":
        bucket, key = _renamed_to(message) or (bucket, key)
    entry = message.get("new_entry")
    if entry is None:
        old = _mapping(message.get("old_entry") or {}, "message.old_entry")
        return _filer_event(bucket, key, old, EventKind.DELETED)
    return _filer_event(
        bucket, key, _mapping(entry, "message.new_entry"), EventKind.CREATED, body["event_type"]
    )


def _filer_event(
    bucket: str, key: str, entry: Mapping[str, Any], kind: EventKind, event_type: object = None
) -> tuple[Event, ...]:
    extended = _mapping(entry.get("extended") or {}, "extended")
    # A file with children (`a` beside `a/b`) is a directory that carries an object.
    is_directory = bool(entry.get("is_directory")) and "x-seaweedfs-prefix-object" not in extended
    if not bucket or not key or is_directory or ".uploads" in key.split("/"):
        return ()
    etag = _decoded(extended.get("Seaweed-X-Amz-ETag")) or _md5_of(entry)
    version_id = _decoded(extended.get("Seaweed-X-Amz-Version-Id"))
    if _is_kept_version(key):
        # In a bucket with versions the only sign of a new object is the file of its version;
        # later updates of that file say that it is no longer the newest.
        if event_type != "create" or "Seaweed-X-Amz-Delete-Marker" in extended:
            return ()
        key = key.rsplit("/", 1)[0].removesuffix(_VERSIONS)
    return (_event(bucket, key, etag, version_id, kind),)


def _is_kept_version(key: str) -> bool:
    """`a.pdf.versions/v_67158dec…`"""
    folder, _, name = key.rpartition("/")
    return folder.endswith(_VERSIONS) and name.startswith("v_")


def _split_filer_path(path: str) -> tuple[str, str]:
    """`/buckets/b/inbox/a` -> `b`, `inbox/a`; empty strings for what lies elsewhere."""
    if not path.startswith(_BUCKETS):
        return "", ""
    bucket, _, key = path.removeprefix(_BUCKETS).partition("/")
    return bucket, key


def _renamed_to(message: Mapping[str, Any]) -> tuple[str, str] | None:
    entry = message.get("new_entry")
    parent = message.get("new_parent_path")
    if not isinstance(entry, dict) or not isinstance(parent, str):
        return None
    return _split_filer_path(f"{parent}/{_text(entry.get('name'), 'message.new_entry.name')}")


def _decoded(value: object) -> str | None:
    """Extended attributes are base64 of their text."""
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value, validate=True).decode() or None
    except ValueError:
        return None


def _md5_of(entry: Mapping[str, Any]) -> str | None:
    """The etag of what was written past the S3 interface."""
    attributes = entry.get("attributes")
    md5 = attributes.get("md5") if isinstance(attributes, dict) else None
    if not isinstance(md5, str):
        return None
    try:
        return base64.b64decode(md5, validate=True).hex() or None
    except ValueError:
        return None


# --- S3 and what passes its messages on ------------------------------------------------------


def _of_records(body: Mapping[str, Any], envelopes: int) -> tuple[Event, ...]:
    records = _sequence(body["Records"], "Records")
    return tuple(event for record in records for event in _of_record(record, envelopes))


def _of_record(record: object, envelopes: int) -> tuple[Event, ...]:
    record = _mapping(record, "Records[]")
    if "s3" not in record:
        return _parse(_wrapped(record, envelopes), envelopes - 1)
    # Amazon writes `ObjectCreated:Put`, MinIO `s3:ObjectCreated:Put`.
    name = _text(record.get("eventName"), "eventName").removeprefix("s3:")
    kind = next((kind for prefix, kind in _S3_EVENTS if name.startswith(prefix)), None)
    if kind is None:
        return ()
    s3 = _mapping(record["s3"], "s3")
    thing = _mapping(s3.get("object"), "s3.object")
    bucket = _text(_mapping(s3.get("bucket"), "s3.bucket").get("name"), "s3.bucket.name")
    key = unquote_plus(_text(thing.get("key"), "s3.object.key"), errors="strict")
    return (_event(bucket, key, thing.get("eTag"), thing.get("versionId"), kind),)


def _wrapped(record: Mapping[str, Any], envelopes: int) -> object:
    """SQS (`body`) and SNS (`Sns.Message`) hand on records whose content is JSON as text."""
    sns = record.get("Sns")
    inner = sns.get("Message") if isinstance(sns, dict) else record.get("body")
    if not isinstance(inner, str) or not envelopes:
        raise MalformedEvent("a record with neither s3, body nor Sns.Message")
    return _json(inner)


def _of_eventbridge(body: Mapping[str, Any], _: int) -> tuple[Event, ...]:
    kind = _EVENTBRIDGE_EVENTS.get(str(body["detail-type"]))
    if kind is None:
        return ()
    detail = _mapping(body["detail"], "detail")
    thing = _mapping(detail.get("object"), "detail.object")
    bucket = _text(_mapping(detail.get("bucket"), "detail.bucket").get("name"), "bucket.name")
    key = _text(thing.get("key"), "detail.object.key")
    return (_event(bucket, key, thing.get("etag"), thing.get("version-id"), kind),)


_S3_EVENTS = (("ObjectCreated:", EventKind.CREATED), ("ObjectRemoved:", EventKind.DELETED))
_EVENTBRIDGE_EVENTS = {
    "Object Created": EventKind.CREATED,
    "Object Deleted": EventKind.DELETED,
}
#: Tried in this order: how to tell a shape, and what reads it.
_SHAPES: tuple[tuple[_Belongs, _Read], ...] = (
    (lambda body: "key" in body and "event_type" in body, _of_seaweedfs),
    (lambda body: "Records" in body, _of_records),
    (lambda body: "detail-type" in body and "detail" in body, _of_eventbridge),
)


# --- fields ----------------------------------------------------------------------------------


def _event(bucket: str, key: str, etag: object, version_id: object, kind: EventKind) -> Event:
    # A JSON escape may leave half a character: encode() says so by a ValueError.
    f"{bucket}{etag}{version_id}".encode()
    if not key or len(key.encode()) > KEY_BYTES:
        raise MalformedEvent("the key is empty or longer than any key")
    return Event(
        bucket=bucket,
        key=document_key(key),
        etag=etag.strip('"') if isinstance(etag, str) and etag else None,
        version_id=version_id if isinstance(version_id, str) and version_id else None,
        kind=kind,
    )


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MalformedEvent(f"{name} is not a JSON object")
    return value


def _sequence(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise MalformedEvent(f"{name} is not a list")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise MalformedEvent(f"{name} is not a string")
    return value
