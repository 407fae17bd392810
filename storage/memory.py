"""A bucket in memory: for tests and trials, held to the same contract as S3."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from storage.errors import Conflict, NotFound, TooLarge, Unavailable
from storage.objects import (
    ObjectInfo,
    Stored,
    check_deletable,
    etag_of,
    probe_conditions,
    whole_seconds,
)


def _now() -> datetime:
    return datetime.now(UTC)


class MemoryObjectStore:
    """Keeps every object of one bucket in a dict. Threads may share it, processes may not."""

    def __init__(self, *, versions: bool = False, clock: Callable[[], datetime] = _now) -> None:
        """`versions`: keep old versions, as a bucket with versioning does. `clock` is the
        store's own, of which only whole seconds are seen."""
        self._versions = versions
        self._clock = clock
        self._lock = threading.RLock()
        #: Every version, oldest first; only the last one where no versions are kept.
        self._objects: dict[str, list[Stored]] = {}
        self._written = 0

    def get(
        self,
        key: str,
        *,
        version_id: str | None = None,
        if_match: str | None = None,
        limit_bytes: int | None = None,
    ) -> Stored:
        found = self._find(key, version_id)
        if found is None:
            raise NotFound(f"get {key}: not there")
        if if_match is not None and found.info.etag != if_match:
            raise Conflict(f"get {key}: the etag is {found.info.etag}, not {if_match}")
        if limit_bytes is not None and found.info.size > limit_bytes:
            raise TooLarge(f"get {key}: {found.info.size} bytes, the limit is {limit_bytes}")
        return found

    def get_part(self, key: str, first: int, size: int, *, if_match: str) -> bytes:
        body = self.get(key, if_match=if_match).body[first : first + size]
        if len(body) != size:
            raise Unavailable(f"get {key}: {len(body)} bytes came of {size}")
        return body

    def head(self, key: str, version_id: str | None = None) -> ObjectInfo | None:
        found = self._find(key, version_id)
        return found.info if found else None

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        with self._lock:
            there = self._find(key, None)
            refused = (if_absent and there is not None) or (
                if_match is not None and (there is None or there.info.etag != if_match)
            )
            if not refused:
                return self._write(key, body)
        if there is not None and there.body == body:
            return there.info
        raise Conflict(f"put {key}: the condition did not hold")

    def list(self, prefix: str, *, start_after: str | None = None) -> Iterator[ObjectInfo]:
        with self._lock:
            keys = sorted(key for key in self._objects if key.startswith(prefix))
        for key in keys:
            found = self._find(key, None)
            if found is not None and (start_after is None or key > start_after):
                yield _as_listed(found.info)

    def delete_failed(self, key: str, *, if_match: str | None = None) -> None:
        check_deletable(key)
        with self._lock:
            there = self._find(key, None)
            if there is not None and if_match is not None and there.info.etag != if_match:
                raise Conflict(f"delete {key}: the etag is {there.info.etag}, not {if_match}")
            self._objects.pop(key, None)

    def probe(self) -> None:
        probe_conditions(self)

    def ensure_bucket(self) -> None:
        return

    def remove(self, key: str) -> None:
        """Take an object away, as its owner may at any time; the system itself never does."""
        with self._lock:
            self._objects.pop(key, None)

    def _find(self, key: str, version_id: str | None) -> Stored | None:
        with self._lock:
            kept = self._objects.get(key, [])
            if version_id is None:
                return kept[-1] if kept else None
            matching = [found for found in kept if (found.info.version_id or "null") == version_id]
            return matching[-1] if matching else None

    def _write(self, key: str, body: bytes) -> ObjectInfo:
        self._written += 1
        info = ObjectInfo(
            key=key,
            size=len(body),
            etag=etag_of(body),
            version_id=f"v{self._written}" if self._versions else None,
            last_modified=whole_seconds(self._clock()),
        )
        older = self._objects.get(key, []) if self._versions else []
        self._objects[key] = [*older, Stored(body=bytes(body), info=info)]
        return info


def _as_listed(info: ObjectInfo) -> ObjectInfo:
    return ObjectInfo(
        key=info.key,
        size=info.size,
        etag=info.etag,
        version_id=None,
        last_modified=info.last_modified,
    )
