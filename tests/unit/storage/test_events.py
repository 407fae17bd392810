"""Notifications as the four senders write them. Those of SeaweedFS were recorded from 4.48."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.events import Event, EventKind, MalformedEvent, parse_events

ETAG = "42395c576dc4cdd11656c3ef6f965d48"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def created(key: str, **more: Any) -> Event:
    return Event(
        **{
            "bucket": "gouji",
            "key": key,
            "etag": None,
            "version_id": None,
            "kind": EventKind.CREATED,
            **more,
        }
    )


def filer(path: str, event_type: str = "create", **message: Any) -> dict[str, Any]:
    return {"event_type": event_type, "key": f"/buckets/gouji/{path}", "message": message}


FILE = {
    "name": "a",
    "chunks": [{"size": 8, "e_tag": "QjlcV23EzdEWVsPvb5ZdSA=="}],
    "attributes": {"file_size": 8, "mtime": 1795372548, "md5": "QjlcV23EzdEWVsPvb5ZdSA=="},
    "extended": {"Seaweed-X-Amz-ETag": b64(ETAG), "Seaweed-X-Amz-Owner": "YWRtaW4="},
}
FOLDER = {"name": "a", "is_directory": True, "attributes": {"mtime": 1795372548}}


def test_seaweedfs_tells_of_a_new_object() -> None:
    body = filer("inbox/a", new_entry=FILE, new_parent_path="/buckets/gouji/inbox")
    assert parse_events(body) == (created("inbox/a", etag=ETAG),)


def test_seaweedfs_keys_are_not_encoded() -> None:
    assert parse_events(filer("inbox/a%2Fb+c d", new_entry=FILE))[0].key == "inbox/a%2Fb+c d"


def test_seaweedfs_without_s3_has_the_md5() -> None:
    entry = {**FILE, "extended": None}
    assert parse_events(filer("inbox/a", new_entry=entry)) == (created("inbox/a", etag=ETAG),)


def test_seaweedfs_with_no_etag_at_all() -> None:
    assert parse_events(filer("inbox/a", new_entry={"name": "a"})) == (created("inbox/a"),)


def test_seaweedfs_overwrites() -> None:
    body = filer("inbox/a", "update", old_entry={"name": "a"}, new_entry=FILE)
    assert parse_events(body) == (created("inbox/a", etag=ETAG),)


def test_seaweedfs_deletes() -> None:
    body = filer("inbox/a", "delete", old_entry=FILE)
    assert parse_events(body) == (created("inbox/a", etag=ETAG, kind=EventKind.DELETED),)


def test_seaweedfs_renames_to_the_new_name() -> None:
    body = filer(
        "inbox/old",
        "rename",
        old_entry={**FILE, "name": "old"},
        new_entry={**FILE, "name": "new"},
        new_parent_path="/buckets/gouji/inbox/b",
    )
    assert parse_events(body) == (created("inbox/b/new", etag=ETAG),)


def test_a_file_that_has_children_is_a_file_still() -> None:
    extended = {**FILE["extended"], "x-seaweedfs-prefix-object": "dHJ1ZQ=="}  # type: ignore[dict-item]
    entry = {**FILE, "is_directory": True, "extended": extended}
    assert parse_events(filer("inbox/a", new_entry=entry)) == (created("inbox/a", etag=ETAG),)


def test_a_kept_version_is_its_document() -> None:
    extended = {
        "Seaweed-X-Amz-ETag": b64(ETAG),
        "Seaweed-X-Amz-Version-Id": b64("67158dec68b41fe3"),
    }
    path = "inbox/a.txt.versions/v_67158dec68b41fe3"
    entry = {**FILE, "extended": extended}
    expected = created("inbox/a.txt", etag=ETAG, version_id="67158dec68b41fe3")
    assert parse_events(filer(path, new_entry=entry)) == (expected,)
    assert parse_events(filer(path, "update", old_entry=entry, new_entry=entry)) == ()
    marker = {"name": "v_1", "extended": {**extended, "Seaweed-X-Amz-Delete-Marker": b64("true")}}
    assert parse_events(filer(path, new_entry=marker)) == ()


@pytest.mark.parametrize(
    "body",
    [
        filer("inbox/a", new_entry=FOLDER),
        filer("inbox/a.txt.versions", "update", old_entry=FOLDER, new_entry=FOLDER),
        filer(".uploads/1f/0001.part", new_entry=FILE),
        filer("", new_entry=FOLDER),
        {"event_type": "create", "key": "/etc/config", "message": {"new_entry": FILE}},
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "gouji"},
        {"Records": []},
        {"Records": [{"eventName": "s3:ObjectAccessed:Get", "s3": {}}]},
        {"detail-type": "Object Tags Added", "detail": {}},
    ],
)
def test_what_is_about_no_object(body: object) -> None:
    assert parse_events(body) == ()


def record(key: str, name: str = "ObjectCreated:Put", **more: str) -> dict[str, Any]:
    thing = {"key": key, "size": 3, **more}
    return {"eventName": name, "s3": {"bucket": {"name": "gouji"}, "object": thing}}


def test_s3_records_are_url_encoded() -> None:
    body = {
        "Records": [
            record("inbox/a+b%2Bc.pdf", eTag=ETAG, versionId="v1"),
            record("inbox/%E5%8E%BF.pdf", "s3:ObjectCreated:CompleteMultipartUpload"),
            record("inbox/gone", "ObjectRemoved:Delete"),
        ]
    }
    assert parse_events(body) == (
        created("inbox/a b+c.pdf", etag=ETAG, version_id="v1"),
        created("inbox/县.pdf"),
        created("inbox/gone", kind=EventKind.DELETED),
    )


def test_sns_sqs_and_lambda_wrap_records() -> None:
    inner = json.dumps({"Records": [record("inbox/a")]})
    sns = {"Type": "Notification", "Message": inner}
    expected = (created("inbox/a"),)
    assert parse_events(sns) == expected
    assert parse_events({"Records": [{"body": inner}]}) == expected
    assert parse_events({"Records": [{"body": json.dumps(sns)}]}) == expected
    assert parse_events({"Records": [{"Sns": {"Message": inner}}]}) == expected


def test_eventbridge_keys_are_plain() -> None:
    detail = {
        "bucket": {"name": "gouji"},
        "object": {"key": "inbox/a+b", "etag": ETAG, "version-id": "v1"},
    }
    body = {"detail-type": "Object Created", "source": "aws.s3", "detail": detail}
    assert parse_events(body) == (created("inbox/a+b", etag=ETAG, version_id="v1"),)


def nested(levels: int) -> str:
    return json.dumps({"Message": nested(levels - 1)}) if levels else "{}"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"key": 1, "event_type": "create", "message": {}},
        {"key": "/buckets/gouji/inbox/a", "event_type": "create"},
        filer("inbox/\ud800", new_entry=FILE),
        filer("inbox/" + "x" * 1100, new_entry=FILE),
        {"Records": {}},
        {"Records": [1]},
        {"Records": [{}]},
        {"Records": [record("inbox/%FF")]},
        {"Records": [record("")]},
        {"Message": "{"},
        {"Message": "[" * 100_000},
        {
            "Message": json.dumps(
                {"Message": json.dumps({"Message": json.dumps({"Message": "{}"})})}
            )
        },
    ],
)
def test_what_is_no_notification(body: object) -> None:
    with pytest.raises(MalformedEvent):
        parse_events(body)


NAMES = ["key", "event_type", "message", "new_entry", "old_entry", "extended", "attributes"]
NAMES += ["Records", "s3", "bucket", "object", "name", "eventName", "Message", "body", "Sns"]
NAMES += ["detail", "detail-type", "is_directory", "md5", "Seaweed-X-Amz-ETag", "new_parent_path"]
TEXTS = ["/buckets/gouji/inbox/a", "rename", "ObjectCreated:Put", "Object Created", "%FF", "\ud800"]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
arbitrary_json = st.recursive(
    scalars | st.sampled_from(TEXTS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=6)
        | inner.map(json.dumps)
    ),
    max_leaves=20,
)


@given(arbitrary_json)
def test_whatever_comes_is_an_event_or_malformed(body: object) -> None:
    try:
        events = parse_events(body)
    except MalformedEvent:
        return
    assert all(event.key.encode() and event.bucket.encode() for event in events)
