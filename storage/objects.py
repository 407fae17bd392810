"""The bucket: what a store must be able to do, and S3 doing it.

Every key is a full key (`inbox/a.pdf`). All methods raise the exceptions of errors.py:
Unavailable wherever the store could not be reached or answered nonsense, Misconfigured
where asking again is no use. A store may be used by several threads at once.
"""

from __future__ import annotations

import hashlib
import os
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from storage.direct import BUSY, GONE, NOT_FOUND, OK, Answer, Direct, NoAnswer, is_loopback
from storage.errors import (
    Busy,
    Conflict,
    Misconfigured,
    NotFound,
    StorageError,
    TooLarge,
    Unavailable,
    not_made,
    s3_errors,
)
from storage.keys import FAILED, PROBE, is_storable_everywhere
from storage.listing import Page, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """What a store says about one object."""

    key: str
    #: Bytes.
    size: int
    #: Without quotes.
    etag: str
    #: None where the bucket keeps no versions, and always None in listings.
    version_id: str | None
    #: Aware, UTC, whole seconds: listings are finer than HEAD in some stores, and the same
    #: object must be as old in both.
    last_modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    body: bytes
    info: ObjectInfo


def etag_of(body: bytes) -> str:
    """Of what was put in one piece, as most stores make it. What was put in several has another, so
    only that two are equal tells something."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


class ObjectStore(Protocol):
    def get(
        self,
        key: str,
        *,
        version_id: str | None = None,
        if_match: str | None = None,
        limit_bytes: int | None = None,
    ) -> Stored:
        """The whole object. NotFound; Conflict (another etag than `if_match`); TooLarge."""

    def get_part(self, key: str, first: int, size: int, *, if_match: str) -> bytes:
        """`size` bytes of an object, beginning with byte `first`, from 0; all of them must be
        there. NotFound; Conflict (another etag than `if_match`)."""

    def head(self, key: str, version_id: str | None = None) -> ObjectInfo | None:
        """None where there is no such object."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        """Conflict where the object is there (`if_absent`), or is not the one of `if_match`.

        Finding there what was to be written is a success: it is our own write, whose
        answer was lost, or one that cannot be told from it.
        """

    def list(self, prefix: str, *, start_after: str | None = None) -> Iterator[ObjectInfo]:
        """Objects whose key begins with `prefix`, page by page as they are consumed.

        In ascending order of the keys' UTF-8 (S3), or of their parts between slashes
        (SeaweedFS: `a/b` before `a-b`): always one of the two. `start_after` is understood
        in that order and must not be the name of a "directory", which SeaweedFS would
        pass over with all that is in it.
        """

    def delete_failed(self, key: str, *, if_match: str | None = None) -> None:
        """Remove a dead letter; ValueError for any key outside `failed/`.

        The only way in which this system deletes. Nothing happens where it is not there.
        Conflict where it is not the one of `if_match`, in stores that heed this (SeaweedFS
        does, as tested; others were not tried, and the probe does not insist on it).
        """

    def probe(self) -> None:
        """Misconfigured unless the bucket is there and conditional writes are obeyed."""

    def ensure_bucket(self) -> None:
        """Create the bucket where it is missing: for servers on this machine."""


#: How many write at once in a probe. SeaweedFS lets them wait for each other in steps of a
#: second, so eight of them take up to four.
_PROBE_WRITERS = 4
#: A conditional write answered with 409 is tried again this often, after 50 ms, 100 ms, …
_BUSY_TRIES = 5


def probe_conditions(store: ObjectStore) -> None:
    """Misconfigured unless exactly one of several writers creates the same object, and none
    replaces it by an etag that it does not have.

    Some stores accept the condition and ignore it; on those, results of an older version
    would replace newer ones without anyone noticing.
    """
    key = f"{PROBE}{uuid.uuid4().hex}"

    def create(number: int) -> bool:
        try:
            store.put(key, b"%d" % number, content_type="text/plain", if_absent=True)
        except Conflict:
            return False
        return True

    try:
        with ThreadPoolExecutor(_PROBE_WRITERS) as pool:
            successes = sum(pool.map(create, range(_PROBE_WRITERS)))
        replaced = _replaces(store, key)
    finally:
        store.delete_failed(key)
    if successes != 1:
        raise Misconfigured(
            f"the store ignores If-None-Match ({successes} of {_PROBE_WRITERS} writers created "
            "the same object); use a store with conditional writes, for example SeaweedFS 4.48"
        )
    if replaced:
        raise Misconfigured(
            "the store ignores If-Match; use a store with conditional writes, for example"
            " SeaweedFS 4.48"
        )


def _replaces(store: ObjectStore, key: str) -> bool:
    try:
        store.put(key, b"replaced", content_type="text/plain", if_match="0" * 32)
    except Conflict:
        return False
    return True


class _OncePerProcess:
    """What is made at its first use in each process: sockets must not be shared with the
    children of a fork."""

    def __init__(self, lock: threading.Lock, make: Callable[[], Any]) -> None:
        self._lock = lock
        self._make = make
        self._made: Any = None
        self._made_by = 0

    def __call__(self) -> Any:
        if self._made_by != os.getpid():
            with self._lock:
                if self._made_by != os.getpid():
                    self._made = self._make()
                    self._made_by = os.getpid()
        return self._made


class S3ObjectStore:
    """A bucket of any store that speaks S3."""

    def __init__(
        self,
        *,
        endpoint: str | None,
        bucket: str,
        access_key: str | None,
        secret_key: str | None,
        region: str = "us-east-1",
        direct: bool = True,
    ) -> None:
        """`endpoint` None is AWS itself; no keys: whatever boto3 finds (a role).

        Nothing is connected to, nor boto3 imported, before the first call. Where the address is
        plain, single objects are asked for directly, and by boto3 what had no plain answer;
        `direct` False: everything by boto3.
        """
        self.bucket = bucket
        self._endpoint = endpoint
        self._access_key = access_key
        self._secret_key = secret_key
        self._region = region
        self._lock = threading.Lock()
        self._made = _OncePerProcess(self._lock, self._new_client)
        self._direct = _OncePerProcess(self._lock, self._new_direct if direct else lambda: None)

    def get(
        self,
        key: str,
        *,
        version_id: str | None = None,
        if_match: str | None = None,
        limit_bytes: int | None = None,
    ) -> Stored:
        with suppress(NoAnswer):
            return self._got(key, version_id, if_match, limit_bytes)
        wanted = {"Bucket": self.bucket, "Key": key}
        if version_id is not None:
            wanted["VersionId"] = version_id
        if if_match is not None:
            wanted["IfMatch"] = f'"{if_match}"'
        with self._errors("get", key, version_id):
            answer = self._client().get_object(**wanted)
            info = _info(key, answer)
            _check_version(info, version_id)
            with answer["Body"] as stream:
                if limit_bytes is not None and info.size > limit_bytes:
                    raise TooLarge(f"get {key}: {info.size} bytes, the limit is {limit_bytes}")
                body: bytes = stream.read()
        if len(body) != info.size:
            raise Unavailable(f"get {key}: {len(body)} bytes came of {info.size}")
        return Stored(body=body, info=info)

    def get_part(self, key: str, first: int, size: int, *, if_match: str) -> bytes:
        with self._errors("get", key):
            answer = self._client().get_object(
                Bucket=self.bucket,
                Key=key,
                IfMatch=f'"{if_match}"',
                Range=f"bytes={first}-{first + size - 1}",
            )
            with answer["Body"] as stream:
                body: bytes = stream.read(size + 1)
        if len(body) != size:
            raise Unavailable(f"get {key}: {len(body)} bytes came of {size}")
        return body

    def _got(
        self, key: str, version_id: str | None, if_match: str | None, limit_bytes: int | None
    ) -> Stored:
        """Directly. Raises NoAnswer."""
        told = {} if if_match is None else {"If-Match": f'"{if_match}"'}
        answer = self._ask("GET", key, told, version_id=version_id)
        if answer.status == NOT_FOUND:
            raise NotFound(f"get {key}: it is not there")
        if answer.status != OK:
            raise Conflict(f"get {key}: another version is there")
        info = _answered(key, answer)
        try:
            _check_version(info, version_id)
            if limit_bytes is not None and info.size > limit_bytes:
                raise TooLarge(f"get {key}: {info.size} bytes, the limit is {limit_bytes}")
        except StorageError:
            answer.leave()
            raise
        body = answer.read()
        if len(body) != info.size:
            raise NoAnswer
        return Stored(body=body, info=info)

    def head(self, key: str, version_id: str | None = None) -> ObjectInfo | None:
        with suppress(NoAnswer):
            answer = self._ask("HEAD", key, {}, version_id=version_id)
            if answer.status == NOT_FOUND:
                return None
            there = _answered(key, answer)
            return there if _is_version(there, version_id) else None
        wanted = {"Bucket": self.bucket, "Key": key}
        if version_id is not None:
            wanted["VersionId"] = version_id
        try:
            with self._errors("head", key, version_id):
                info = _info(key, self._client().head_object(**wanted))
            _check_version(info, version_id)
        except NotFound:
            return None
        return info

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        wanted = {"Bucket": self.bucket, "Key": key, "Body": body, "ContentType": content_type}
        if if_absent:
            wanted["IfNoneMatch"] = "*"
        if if_match is not None:
            wanted["IfMatch"] = f'"{if_match}"'
        try:
            return _unless_busy(lambda: self._put(key, wanted))
        except Conflict:
            found = self._lying_there(key, body)
            if found is not None:
                return found
            if not if_absent:
                raise
            return self._put_over_folder(key, wanted)

    def _put(self, key: str, wanted: dict[str, Any]) -> ObjectInfo:
        with suppress(NoAnswer):
            return self._put_directly(key, wanted)
        try:
            with self._errors("put", key):
                answer = self._client().put_object(**wanted)
        except NotFound as error:  # AWS, If-Match on what is not there
            raise Conflict(str(error)) from error
        return ObjectInfo(
            key=key,
            size=len(wanted["Body"]),
            etag=str(answer["ETag"]).strip('"'),
            version_id=_version_id(answer),
            last_modified=_date_of(answer),
        )

    def _put_directly(self, key: str, wanted: dict[str, Any]) -> ObjectInfo:
        """Raises Busy, Conflict, NoAnswer. Without an answer it may have been done all the same:
        it is repeated, as botocore repeats it."""
        body: bytes = wanted["Body"]
        told = {_HEADERS[name]: told for name, told in wanted.items() if name in _HEADERS}
        answer = self._ask("PUT", key, told, body)
        if answer.status == BUSY:
            raise Busy(f"put {key}: another one writes it")
        if answer.status != OK:  # 404: AWS, If-Match on what is not there
            raise Conflict(f"put {key}: the object is not the expected one")
        return ObjectInfo(
            key=key,
            size=len(body),
            etag=answer.header("etag").strip('"'),
            version_id=_some_version(answer.headers.get("x-amz-version-id")),
            last_modified=_at(answer.headers.get("date")),
        )

    def _lying_there(self, key: str, body: bytes) -> ObjectInfo | None:
        """The object, if it is what we wanted to write: botocore repeats a PUT whose answer
        it did not get, and the second then meets the first. None where there is nothing at
        all; Conflict where it is something else."""
        try:
            found = self.get(key, limit_bytes=len(body))
        except NotFound:
            return None
        except TooLarge as error:
            raise Conflict(f"put {key}: another object is there") from error
        if found.body != body:
            raise Conflict(f"put {key}: another object is there")
        return found.info

    def _put_over_folder(self, key: str, wanted: dict[str, Any]) -> ObjectInfo:
        """SeaweedFS keeps a folder where there is, or was, a longer key, and takes it for an
        object that `If-None-Match` must not replace. Only a PUT without a condition goes
        there. So it is one where nothing is there and the condition fails all the same;
        twice, as an object may just have been taken away."""
        try:
            return _unless_busy(lambda: self._put(key, wanted))
        except Conflict:
            if self.head(key) is not None:
                raise
        free = {name: value for name, value in wanted.items() if name != "IfNoneMatch"}
        return _unless_busy(lambda: self._put(key, free))

    def list(self, prefix: str, *, start_after: str | None = None) -> Iterator[ObjectInfo]:
        wanted = {"Bucket": self.bucket, "Prefix": prefix}
        if start_after is not None:
            wanted["StartAfter"] = start_after
        while True:
            page = self._page(wanted)
            for entry in page.entries:
                yield _listed(entry)
            if page.next is None:
                return
            wanted["ContinuationToken"] = page.next

    def _page(self, wanted: Mapping[str, str]) -> Page:
        direct: Direct | None = self._direct()
        if direct is not None:
            told = {_QUERIES[name]: told for name, told in wanted.items() if name in _QUERIES}
            with suppress(NoAnswer):
                return direct.listed(told)
        with s3_errors(f"list {wanted['Prefix']}", "s3:ListBucket"):
            page = self._client().list_objects_v2(**wanted)
            return Page(
                entries=tuple(page.get("Contents", ())),
                next=page["NextContinuationToken"] if page.get("IsTruncated") else None,
            )

    def delete_failed(self, key: str, *, if_match: str | None = None) -> None:
        check_deletable(key)
        told = {} if if_match is None else {"If-Match": f'"{if_match}"'}
        with suppress(NoAnswer):
            if self._ask("DELETE", key, told).status == GONE:
                return
        wanted = {"Bucket": self.bucket, "Key": key}
        if if_match is not None:
            wanted["IfMatch"] = f'"{if_match}"'
        try:
            with suppress(NotFound), self._errors("delete", key):
                self._client().delete_object(**wanted)
        except Conflict:
            # Gone already (SeaweedFS): another one was quicker, or the answer to our own first
            # try was lost.
            if self.head(key) is not None:
                raise

    def probe(self) -> None:
        self._check_bucket()
        probe_conditions(self)

    def _check_bucket(self) -> None:
        """A listing, not HEAD: only it says in words what is wrong."""
        direct: Direct | None = self._direct()
        if direct is not None:
            with suppress(NoAnswer):
                direct.listed({"prefix": PROBE, "max-keys": "1"})
                return
        with s3_errors(f"bucket {self.bucket}", "s3:ListBucket"):
            self._client().list_objects_v2(Bucket=self.bucket, Prefix=PROBE, MaxKeys=1)

    def ensure_bucket(self) -> None:
        direct: Direct | None = self._direct()
        if direct is not None:
            with suppress(NoAnswer):
                self._check_bucket_or_make(direct)
                return
        from botocore.exceptions import ClientError

        with s3_errors(f"create bucket {self.bucket}", "s3:CreateBucket"):
            try:
                self._client().create_bucket(Bucket=self.bucket)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _BUCKET_IS_THERE:
                    raise

    @staticmethod
    def _check_bucket_or_make(direct: Direct) -> None:
        """Raises NoAnswer."""
        try:
            direct.listed({"max-keys": "1"})
        except NoAnswer:
            direct.make_bucket()

    def _errors(self, verb: str, key: str, version_id: str | None = None) -> Any:
        needed = "s3:GetObjectVersion" if version_id is not None else _PERMISSIONS[verb]
        return s3_errors(
            f"{verb} {key}",
            # S3 hides from who may not list that there is nothing.
            f"{needed} on {key.partition('/')[0]}/*"
            + (" and s3:ListBucket" if verb in ("get", "head") else ""),
            unstorable=not is_storable_everywhere(key),
        )

    def _ask(
        self,
        method: str,
        key: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        version_id: str | None = None,
    ) -> Answer:
        """Directly. Raises NoAnswer, also where there is no such way."""
        direct: Direct | None = self._direct()
        if direct is None:
            raise NoAnswer
        return direct.ask(method, key, headers, body, version_id=version_id)

    def _new_direct(self) -> Direct | None:
        return Direct.to(
            endpoint=self._endpoint,
            bucket=self.bucket,
            access_key=self._access_key,
            secret_key=self._secret_key,
            region=self._region,
        )

    def _client(self) -> Any:
        return self._made()

    def _new_client(self) -> Any:
        # Here and not above: it takes a third of a second, and `gouji check` needs no store.
        import boto3
        from botocore.config import Config

        session = boto3.session.Session()
        parsers = session._session.get_component("response_parser_factory")
        # Half of the time that a long listing takes would go into botocore's own.
        parsers.set_parser_defaults(timestamp_parser=moment)
        config = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard"},
            max_pool_connections=32,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"} if self._endpoint else {},
            proxies={} if is_loopback(self._endpoint) else None,
        )
        try:
            return session.client(
                "s3",
                endpoint_url=self._endpoint,
                aws_access_key_id=self._access_key,
                aws_secret_access_key=self._secret_key,
                region_name=self._region,
                config=config,
            )
        except ValueError as error:
            raise not_made(error, "GOUJI_S3_ENDPOINT") from error


#: What a call needs.
_PERMISSIONS = {
    "get": "s3:GetObject",
    "head": "s3:GetObject",
    "put": "s3:PutObject",
    "delete": "s3:DeleteObject",
}
_BUCKET_IS_THERE = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")


def check_deletable(key: str) -> None:
    """ValueError for any key but those of dead letters and of the probe."""
    parts = key.split("/")
    if not key.startswith(FAILED) or key == FAILED or "." in parts or ".." in parts:
        raise ValueError(f"only dead letters are ever deleted, not {key!r}")


def whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _unless_busy(write: Callable[[], ObjectInfo]) -> ObjectInfo:
    for number in range(_BUSY_TRIES):
        try:
            return write()
        except Busy:
            if number == _BUSY_TRIES - 1:
                raise
            time.sleep(0.05 * 2**number * (0.5 + random.random()))  # noqa: S311 - spread, no secret
    raise AssertionError("unreachable")


#: What boto3 calls the parameters of a listing.
_QUERIES = {
    "Prefix": "prefix",
    "StartAfter": "start-after",
    "ContinuationToken": "continuation-token",
}
#: What boto3 calls the headers of a PUT.
_HEADERS = {"ContentType": "Content-Type", "IfNoneMatch": "If-None-Match", "IfMatch": "If-Match"}


def _answered(key: str, answer: Answer) -> ObjectInfo:
    """Raises NoAnswer where it does not say all."""
    try:
        return ObjectInfo(
            key=key,
            size=int(answer.header("content-length")),
            etag=answer.header("etag").strip('"'),
            version_id=_some_version(answer.headers.get("x-amz-version-id")),
            last_modified=whole_seconds(parsedate_to_datetime(answer.header("last-modified"))),
        )
    except (ValueError, NoAnswer) as error:
        answer.leave()
        raise NoAnswer from error


def _info(key: str, answer: dict[str, Any]) -> ObjectInfo:
    return ObjectInfo(
        key=key,
        size=int(answer["ContentLength"]),
        etag=str(answer["ETag"]).strip('"'),
        version_id=_version_id(answer),
        last_modified=whole_seconds(answer["LastModified"]),
    )


def _listed(entry: dict[str, Any]) -> ObjectInfo:
    return ObjectInfo(
        key=str(entry["Key"]),
        size=int(entry["Size"]),
        etag=str(entry["ETag"]).strip('"'),
        version_id=None,
        last_modified=whole_seconds(entry["LastModified"]),
    )


def _version_id(answer: dict[str, Any]) -> str | None:
    return _some_version(answer.get("VersionId"))


def _some_version(told: str | None) -> str | None:
    """`null` is S3's word for an object from before its bucket kept versions."""
    return None if told in (None, "null") else told


def _is_version(info: ObjectInfo, asked: str | None) -> bool:
    """SeaweedFS answers with the current object, whatever the version asked for, where the
    bucket keeps none."""
    return asked is None or (info.version_id or "null") == asked


def _check_version(info: ObjectInfo, asked: str | None) -> None:
    if not _is_version(info, asked):
        raise NotFound(f"{info.key}: no version {asked}")


def _date_of(answer: dict[str, Any]) -> datetime:
    """The store's clock at a PUT, which answers with no Last-Modified."""
    return _at(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date"))


def _at(date: str | None) -> datetime:
    """Of a header; now where it says nothing."""
    try:
        return whole_seconds(parsedate_to_datetime(date or ""))
    except ValueError:
        return whole_seconds(datetime.now(UTC))
