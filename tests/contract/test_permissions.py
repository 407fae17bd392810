"""What an operator may have set wrong at a store of AWS: each call names the right that it lacks,
or the setting. On moto's server; SeaweedFS is asked in `tests/faults/test_fault_doors.py`, SQS in
`test_event_queue.py`, and what no server here says stands in `unit/storage/test_s3_errors.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from own_aws import REGION, Aws, Keys

from storage.errors import Misconfigured
from storage.local import LocalServers
from storage.objects import S3ObjectStore, etag_of

WORKER = json.loads((Path(__file__).parents[2] / "deploy/policies/worker.json").read_text())
#: Of all of them together the policy consists.
RIGHTS = frozenset(
    (action, resource)
    for statement in WORKER["Statement"]
    for action in statement["Action"]
    for resource in statement["Resource"]
)
INBOX, RESULTS, FAILED = (f"arn:aws:s3:::gouji/{one}/*" for one in ("inbox", "results", "failed"))
BUCKET = "arn:aws:s3:::gouji"
BODY = b"x"

Call = Callable[[S3ObjectStore], object]
Lack = Callable[[tuple[str, str] | None], None]


def listed(store: S3ObjectStore) -> object:
    return list(store.list("inbox/"))


def got(store: S3ObjectStore) -> object:
    return store.get("inbox/a")


def got_as_it_was(store: S3ObjectStore) -> object:
    return store.get("inbox/a", version_id="null")


def got_in_part(store: S3ObjectStore) -> object:
    return store.get_part("inbox/a", 0, 1, if_match=etag_of(BODY))


def asked_for(store: S3ObjectStore) -> object:
    return store.head("inbox/a")


def put(store: S3ObjectStore) -> object:
    return store.put("results/b/result.json", b"{}", content_type="a/b", if_absent=True)


def taken_away(store: S3ObjectStore) -> object:
    return store.delete_failed("failed/a.json")


def tried(store: S3ObjectStore) -> object:
    return store.probe()


#: All that is asked of a store, what it needs, and what is said where it lacks that.
CALLS: list[tuple[Call, tuple[str, str], str]] = [
    (listed, ("s3:ListBucket", BUCKET), "list inbox/: … allow s3:ListBucket in"),
    (got, ("s3:GetObject", INBOX), "get inbox/a: … allow s3:GetObject on inbox/* and"),
    (got_as_it_was, ("s3:GetObjectVersion", INBOX), "… allow s3:GetObjectVersion on inbox/* and"),
    (got_in_part, ("s3:GetObject", INBOX), "get inbox/a: … allow s3:GetObject on inbox/* and"),
    (asked_for, ("s3:GetObject", INBOX), "head inbox/a: … allow s3:GetObject on inbox/* and"),
    (put, ("s3:PutObject", RESULTS), "put results/b/result.json: … allow s3:PutObject on results"),
    (taken_away, ("s3:DeleteObject", FAILED), "… allow s3:DeleteObject on failed/* in the bucket"),
    (tried, ("s3:ListBucket", BUCKET), "bucket gouji: … allow s3:ListBucket in the bucket of"),
    (tried, ("s3:PutObject", FAILED), "… allow s3:PutObject on failed/* in the bucket of"),
    (tried, ("s3:DeleteObject", FAILED), "… allow s3:DeleteObject on failed/* in the bucket of"),
]


def without(right: tuple[str, str] | None) -> dict[str, Any]:
    statements = [
        {"Effect": "Allow", "Action": [action], "Resource": [resource]}
        for action, resource in sorted(RIGHTS - {right})
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def seen_by(aws: Aws, keys: Keys, **changed: Any) -> S3ObjectStore:
    told = {
        "endpoint": aws.endpoint,
        "bucket": "gouji",
        "access_key": keys.access_key,
        "secret_key": keys.secret_key,
        "region": REGION,
    }
    return S3ObjectStore(**(told | changed))


@pytest.fixture(scope="module")
def somebody(aws: Aws) -> Keys:
    """Of a bucket in which there is what the calls are about."""
    name = aws.new_bucket("gouji")
    for key in ("inbox/a", "failed/a.json"):
        aws.put(name, key, BODY)
    return aws.user(without(None))


@pytest.fixture(scope="module")
def store(aws: Aws, somebody: Keys) -> S3ObjectStore:
    return seen_by(aws, somebody)


@pytest.fixture
def strict(aws: Aws, somebody: Keys) -> Iterator[Lack]:
    """Called, it lets somebody do what a worker may, but for this."""

    def lack(right: tuple[str, str] | None) -> None:
        aws.allow(somebody, without(right))
        aws.strict(True)

    yield lack
    aws.strict(False)


def said(call: Call, store: S3ObjectStore) -> str:
    with pytest.raises(Misconfigured) as caught:
        call(store)
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_the_policy_of_a_worker_is_enough(strict: Lack, store: S3ObjectStore) -> None:
    strict(None)
    for call, _, _ in CALLS:
        call(store)


@pytest.mark.parametrize(("call", "right", "words"), CALLS)
def test_a_permission_that_is_missing_is_named(
    strict: Lack, store: S3ObjectStore, call: Call, right: tuple[str, str], words: str
) -> None:
    assert right in RIGHTS
    strict(right)
    begins, _, allow = words.partition("… ")
    told = said(call, store)
    assert told.startswith(begins)
    assert f"; {allow}" in told
    assert "GOUJI_S3_BUCKET" in told


@pytest.mark.parametrize("wrong", ["access_key", "secret_key"])
def test_keys_that_are_none_are_named(aws: Aws, strict: Lack, somebody: Keys, wrong: str) -> None:
    theirs = seen_by(aws, somebody, **{wrong: "AKIAIOSFODNN7EXAMPLE"})
    strict(None)
    for call, _, _ in CALLS:
        told = said(call, theirs)
        assert "correct GOUJI_S3_ACCESS_KEY and GOUJI_S3_SECRET_KEY" in told


def test_a_bucket_that_is_not_there_is_named(aws: Aws) -> None:
    nowhere = seen_by(aws, Keys(), bucket="nowhere")
    for call in (listed, got, put, taken_away, tried):
        told = said(call, nowhere)
        assert told.endswith("NoSuchBucket; create the bucket or correct GOUJI_S3_BUCKET")


def test_a_region_that_is_none_is_named(aws: Aws) -> None:
    told = said(tried, seen_by(aws, Keys(), region="Frankfurt am Main", direct=False))
    assert told.endswith("; correct GOUJI_S3_REGION")


@pytest.mark.parametrize(
    ("verb", "lacked"),
    [
        ("worker --queue light", ("s3:PutObject", FAILED)),
        ("sweep --forever", ("s3:ListBucket", BUCKET)),
        ("status", ("s3:ListBucket", BUCKET)),
    ],
)
def test_a_command_says_so_in_one_line_and_ends(
    aws: Aws,
    local_servers: LocalServers,
    strict: Lack,
    somebody: Keys,
    tmp_path: Path,
    verb: str,
    lacked: tuple[str, str],
) -> None:
    strict(lacked)
    others = {name: value for name, value in os.environ.items() if not name.startswith("GOUJI_")}
    run = subprocess.run(
        [sys.executable, "-P", "-m", "workers.cli", *verb.split()],
        env={
            **others,
            "GOUJI_LANG": "en",
            "GOUJI_HOME": str(tmp_path),
            "GOUJI_CATALOGUE_URL": "none",
            "GOUJI_S3_ENDPOINT": aws.endpoint,
            "GOUJI_S3_ACCESS_KEY": somebody.access_key,
            "GOUJI_S3_SECRET_KEY": somebody.secret_key,
            "GOUJI_BROKER_URL": local_servers.broker_url,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == (64 if "status" not in verb else 1), run.stderr
    (line,) = [line for line in run.stderr.splitlines() if line]
    assert f"; allow {lacked[0]} " in line
    assert "GOUJI_S3_BUCKET" in line
