"""What became of a document: its one terminal record, written so that races cannot spoil it.

    write_result ── outputs, then result.json ── the dead letter goes ──> Committed
         │ the inbox or the record is at another version ───────────────> Superseded
         └ the same version has its result already ─────────────────────> AlreadyThere

Two workers may have the same document, one of them with an older version, and either may
die anywhere. What holds nevertheless:

- Whether a version is still wanted is asked of the inbox, immediately before writing. Only
  where the object is gone does the age of the record decide.
- Every write is conditional on what was read before that question was asked. Whoever
  writes in between makes the condition fail, and everything is asked anew.
- `result.json` is written last: where it is, the outputs beside it are complete.
- A failure never replaces a result of the same version; where both are written at once,
  both writers look again, and the failure goes.
- A record that lies where gouji 0.1.0 put it, if that was elsewhere, stays there and is
  written there again: a document has one record, and nothing below `results/` is deleted.

Pure of Celery; the store is its only side effect.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice, takewhile
from typing import Any

from storage import keys
from storage.errors import Conflict, NotFound, Unavailable
from storage.members import Listing, Members
from storage.objects import ObjectInfo, ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVersion:
    """One version of one document. Two with the same key and etag are the same content.

    A member of an archive has the archive's etag, version id and time.
    """

    #: What the document is called (`keys.document_key`, `keys.member_key`).
    key: str
    etag: str
    version_id: str | None
    last_modified: datetime
    #: Bytes; of a member that was not taken out yet, its archive's.
    size: int

    @classmethod
    def of(cls, info: ObjectInfo) -> DocumentVersion:
        return cls(
            key=keys.document_key(info.key),
            etag=info.etag,
            version_id=info.version_id,
            last_modified=info.last_modified,
            size=info.size,
        )

    @property
    def object_key(self) -> str:
        """Of what lies in the inbox: the document itself, or the archive it is in."""
        return keys.apart(self.key)[0]

    @property
    def member(self) -> str | None:
        """Its name in the archive; None where it lies in the inbox itself."""
        return keys.apart(self.key)[1]

    @property
    def archive(self) -> str | None:
        """The key of the document that it is a member of."""
        return keys.archive_of(self.key)

    def holding(self, member: str, size: int) -> DocumentVersion:
        """What lies in this one under that name."""
        return replace(self, key=keys.member_key(self.key, member), size=size)


class Commit(StrEnum):
    """What became of a write."""

    COMMITTED = "committed"
    #: The inbox has gone on to another version, whose own run will write.
    SUPERSEDED = "superseded"
    #: This version has its record.
    ALREADY_THERE = "already_there"


class State(StrEnum):
    """Where a version stands."""

    RESULT = "result"
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A result or a dead letter as it lies in the bucket."""

    #: Of the record itself.
    info: ObjectInfo
    body: bytes

    @property
    def envelope(self) -> dict[str, Any] | None:
        """None where someone else has put something there that is not ours."""
        try:
            envelope = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return envelope if isinstance(envelope, dict) else None

    @property
    def source(self) -> DocumentVersion | None:
        """The version it is about; None where it does not say."""
        return _source(self.envelope or {})

    @property
    def key(self) -> str | None:
        """The document's key in the inbox."""
        source = self.source
        return source.key if source else keys.document_of(self.info.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many documents stand where."""

    result: int
    failed: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lay where the records of a version belong, when that was looked at."""

    version: DocumentVersion
    result: Record | None
    #: Not looked for where the result is about this version.
    failure: Record | None = None

    @property
    def state(self) -> State | None:
        """`RESULT`, `FAILED`, or None where this version has no record yet."""
        if _is_about(self.result, self.version):
            return State.RESULT
        if _is_about(self.failure, self.version):
            return State.FAILED
        return None

    @property
    def record(self) -> Record | None:
        """Of this version."""
        match self.state:
            case State.RESULT:
                return self.result
            case State.FAILED:
                return self.failure
            case _:
                return None


#: Is told of a record that was written.
Committed = Callable[[ObjectInfo], None]
#: A document, where its current version stands, and its record.
Standing = tuple[DocumentVersion, State, ObjectInfo | None]
#: Is told of an archive that was gathered before one of its members came to its record.
Behind = Callable[[DocumentVersion], None]
#: Of those documents of which it is known, by their keys: the etag of a record that was read, or
#: written, and is about this very version.
Known = Callable[[Sequence[DocumentVersion]], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trust:
    """Which records are believed without being read; see `Records.standings`."""

    #: Of a pair in which both were there by then.
    settled: datetime | None = None
    known: Known | None = None
    #: What is younger than this.
    written: datetime | None = None

    def believes(self, record: ObjectInfo, document: DocumentVersion) -> bool:
        """By the clock alone, and of a record that was not read to be about another version."""
        if self.written is not None and record.last_modified > self.written:
            return True
        if record.last_modified <= document.last_modified:
            return False
        is_old = record.last_modified - document.last_modified > DOUBT
        return is_old or (self.settled is not None and record.last_modified < self.settled)


#: What is written beside and as a record. A system's own table may lack them.
_TYPES = {
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SOME_BYTES = "application/octet-stream"
#: A write that keeps meeting others gives up after so many rounds; its job is tried again.
_ROUNDS = 10
#: A record younger than its document by less than this may still be about an older version,
#: see `Records.states`. Longer than any one write takes, repeats and all.
DOUBT = timedelta(minutes=5)
#: How many documents are compared with the listings at once.
_WINDOW = 1000
#: Fewer keys than this are asked for one by one,
_FEW = 16
#: and so are those that lie further apart than this, as a listing would show all between.
_APART = 50


class Records:
    """The terminal records of all documents of a store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        #: Keys of young records that were about another version when they were last read: that it
        #: is older now than some comparison does not settle such a one.
        self._of_others: set[str] = set()

    @property
    def store(self) -> ObjectStore:
        """Where they lie, for what lies beside them."""
        return self._store

    # --- writing -----------------------------------------------------------------------------

    def write_result(
        self,
        version: DocumentVersion,
        envelope: bytes,
        outputs: Mapping[str, bytes],
        *,
        replace: bool = False,
        committed: Committed | None = None,
        found: Found | None = None,
    ) -> Commit:
        """Outputs (plain name -> content), then `result.json`, then the dead letter goes.

        `replace`: also where this version has a result, as a newer engine's run wants it.
        `committed` is called with the record, once it is written. `found`: a look that was taken
        before. Where it found no result, it need not be taken again: all is written on condition
        that there still is none.
        The record of an archive is only written while that lies in the inbox as its job found it:
        put back after another one, its members' records may be about that.
        ValueError where the envelope's `source` is not this version.
        """
        is_batch = _is_batch(_checked(version, envelope))
        is_new = found is not None and found.result is None
        for number in range(_ROUNDS):
            if is_new and number == 0:
                record_key, there = keys.result_key(version.key), None
            else:
                record_key, there = self._result(version.key)
            by_key = {keys.beside(record_key, name): body for name, body in outputs.items()}
            # Most documents are new: nothing is beside a record that is not there, and where
            # a run that died left something, the second round looks.
            beside = self._etags(by_key) if there or number else dict.fromkeys(by_key)
            verdict = self._verdict(version, (there,), replace, is_batch=is_batch)
            written = None
            if verdict is None:
                written = self._write_all(by_key, beside, record_key, envelope, there)
            if written is not None:
                verdict = Commit.COMMITTED
            if verdict is Commit.SUPERSEDED:
                return verdict
            if verdict is not None:
                self._bury(version)
                if written is not None and committed is not None:
                    committed(written)
                return verdict
        raise Unavailable(f"{record_key}: others keep writing it")

    def write_failure(
        self,
        version: DocumentVersion,
        envelope: bytes,
        *,
        replace: bool = False,
        committed: Committed | None = None,
    ) -> Commit:
        """The dead letter; `replace`: also where this version has one.

        A result of this version stays and the answer is `ALREADY_THERE`, whatever `replace`
        says: that some engine could read it is the better news.
        """
        _checked(version, envelope)
        for _ in range(_ROUNDS):
            _, result = self._result(version.key)
            failed_key, there = self._failure(version.key)
            if _is_about(result, version):
                return Commit.ALREADY_THERE
            verdict = self._verdict(version, (there, result), replace)
            if verdict is not None:
                return verdict
            written = self._write(failed_key, envelope, there.info.etag if there else None)
            if written is None:
                continue
            if _is_about(self.read_result(version.key), version):
                self._delete(failed_key, written)
                return Commit.ALREADY_THERE
            if committed is not None:
                committed(written)
            return Commit.COMMITTED
        raise Unavailable(f"{failed_key}: others keep writing it")

    def _verdict(
        self,
        version: DocumentVersion,
        there: tuple[Record | None, ...],
        replace: bool,
        *,
        is_batch: bool = False,
    ) -> Commit | None:
        """None: write. The first of `there` is the record that would be replaced."""
        if not replace and _is_about(there[0], version):
            return Commit.ALREADY_THERE
        current = self._store.head(version.object_key)
        if current is not None:
            is_this = current.etag == version.etag
            is_put_back = is_batch and current.last_modified > version.last_modified
            return None if is_this and not is_put_back else Commit.SUPERSEDED
        sources = [record.source for record in there if record]
        newer = any(
            source.last_modified >= version.last_modified and source.etag != version.etag
            for source in sources
            if source
        )
        return Commit.SUPERSEDED if newer else None

    def _write_all(
        self,
        by_key: Mapping[str, bytes],
        beside: Mapping[str, str | None],
        record_key: str,
        envelope: bytes,
        there: Record | None,
    ) -> ObjectInfo | None:
        """The record; None where anything was not as it had been read."""
        outputs = all(self._write(key, body, beside[key]) for key, body in by_key.items())
        read = there.info.etag if there else None
        return self._write(record_key, envelope, read) if outputs else None

    def _write(self, key: str, body: bytes, read: str | None) -> ObjectInfo | None:
        """Replace the object whose etag was `read`, or create it; None on a conflict."""
        kind = next((kind for end, kind in _TYPES.items() if key.endswith(end)), _SOME_BYTES)
        try:
            return self._store.put(
                key, body, content_type=kind, if_absent=read is None, if_match=read
            )
        except Conflict:
            return None

    def _etags(self, wanted: Iterable[str]) -> dict[str, str | None]:
        infos = {key: self._store.head(key) for key in wanted}
        return {key: info.etag if info else None for key, info in infos.items()}

    def _bury(self, version: DocumentVersion) -> None:
        """Take away the dead letter, unless it is about a newer version."""
        letter = self.read_failure(version.key)
        if letter is not None and not self._is_newer(letter.source, version):
            self._delete(letter.info.key, letter.info)

    def _is_newer(self, source: DocumentVersion | None, version: DocumentVersion) -> bool:
        if source is None or source.etag == version.etag:
            return False
        if source.last_modified > version.last_modified:
            return True
        # Of the same second, perhaps: the inbox knows which of them came last.
        current = self._store.head(version.object_key)
        return current is not None and current.etag == source.etag

    def _delete(self, failed_key: str, read: ObjectInfo) -> None:
        """What another one wrote there meanwhile stays: its writer has looked at what is."""
        with suppress(Conflict):
            self._store.delete_failed(failed_key, if_match=read.etag)

    # --- reading -----------------------------------------------------------------------------

    def terminal(self, version: DocumentVersion) -> State | None:
        """`RESULT`, `FAILED`, or None where this version has no record yet."""
        return self.look(version).state

    def look(self, version: DocumentVersion) -> Found:
        result = self.read_result(version.key)
        if _is_about(result, version):
            return Found(version=version, result=result)
        return Found(version=version, result=result, failure=self.read_failure(version.key))

    def current(self, key: str) -> DocumentVersion | None:
        """As the inbox has it now; None where it has none. Of a member the inbox only tells that
        it has the archive, and the size is the archive's."""
        object_key, member = keys.apart(key)
        info = self._store.head(object_key)
        if info is None:
            return None
        version = DocumentVersion.of(info)
        return version if member is None else version.holding(member, version.size)

    def has_document(self, key: str) -> bool:
        """Whether the inbox has it, in whichever version."""
        return self._store.head(keys.apart(key)[0]) is not None

    def read_result(self, key: str) -> Record | None:
        """By the document's key; of whichever version it is."""
        return self._result(key)[1]

    def read_failure(self, key: str) -> Record | None:
        """By the document's key; of whichever version it is."""
        return self._failure(key)[1]

    def _result(self, key: str) -> tuple[str, Record | None]:
        """Where the result is or belongs, and what is there."""
        return self._found(key, keys.result_key(key), keys.older_result_key(key))

    def _failure(self, key: str) -> tuple[str, Record | None]:
        return self._found(key, keys.failed_key(key), keys.older_failed_key(key))

    def _found(self, key: str, place: str, older: str | None) -> tuple[str, Record | None]:
        if older is not None:
            there = self._record(older)
            if there is not None and there.source is not None and there.source.key == key:
                return older, there
        return place, self._record(place)

    def results(self, prefix: str = "") -> Iterator[Record]:
        """All results of documents whose key begins with `prefix`; one GET each."""
        return self._records(keys.RESULTS, prefix, keys.is_result)

    def failures(self, prefix: str = "") -> Iterator[Record]:
        """All dead letters, likewise."""
        return self._records(keys.FAILED, prefix, keys.is_failed)

    def _records(self, room: str, prefix: str, belongs: Callable[[str], bool]) -> Iterator[Record]:
        for info in self._store.list(room + prefix.removeprefix(keys.INBOX)):
            record = self._record(info.key) if belongs(info.key) else None
            if record is not None:
                yield record

    def _record(self, key: str) -> Record | None:
        try:
            stored = self._store.get(key)
        except NotFound:
            return None
        return Record(info=stored.info, body=stored.body)

    # --- comparing ---------------------------------------------------------------------------

    def pending(
        self, prefix: str = "", *, settled_before: datetime | None = None
    ) -> Iterator[DocumentVersion]:
        """Documents whose current version has no record; see `states`."""
        for version, state in self.states(prefix, settled_before=settled_before):
            if state is State.PENDING:
                yield version

    def tally(self, prefix: str = "") -> Tally:
        """How many documents stand where; costs what `states` costs."""
        counts = dict.fromkeys(State, 0)
        for _, state in self.states(prefix):
            counts[state] += 1
        return Tally(
            result=counts[State.RESULT],
            failed=counts[State.FAILED],
            pending=counts[State.PENDING],
        )

    def states(
        self,
        prefix: str = "",
        *,
        settled_before: datetime | None = None,
        modified_since: datetime | None = None,
    ) -> Iterator[tuple[DocumentVersion, State]]:
        """Each document of the inbox with where its current version stands; see `standings`."""
        for version, state, _ in self.standings(
            prefix, settled_before=settled_before, modified_since=modified_since
        ):
            yield version, state

    def standings(
        self,
        prefix: str = "",
        *,
        settled_before: datetime | None = None,
        modified_since: datetime | None = None,
        known: Known | None = None,
        behind: Behind | None = None,
    ) -> Iterator[Standing]:
        """Each document of the inbox with where its current version stands and its record, in
        bounded memory. `behind` is called with archives, after their members.

        `prefix` is one of inbox keys. The three listings are compared a thousand documents
        at a time; each costs about one request a thousand keys. A listing does not show
        which version a record is about, so:

        - a record older than its document's current version, or younger by less than
          `DOUBT`, is read (one GET) and compared by etag;
        - one that is younger by more is trusted. It was written after the inbox had been
          asked, and no write takes that long, so it is about this version.

        `settled_before` spares the reading of young records over and over: the moment at
        which an earlier, complete run over the same prefix began. Pairs in which both
        objects were there by then (with `DOUBT` for differing clocks) were read in it.
        `known` spares it also where there was no such run in this process: it is asked about
        documents whose record would be read, and believed if that has the etag it names.
        `modified_since` passes over documents that are older by the store's clock: the inbox
        is listed all the same, the records only where younger documents are.

        An object that changes during the listing is seen in either state.
        """
        trust = _Trust(settled=settled_before - DOUBT if settled_before else None, known=known)
        listed = self._store.list(keys.INBOX + prefix.removeprefix(keys.INBOX))
        for window, span in _windows(listed, modified_since):
            versions = [DocumentVersion.of(info) for info in window]
            # In one listing, since both lie in the same folders.
            lists = {keys.members_key(version.key): version.key for version in versions}
            standings, there = self._stand(versions, span, trust, beside=lists)
            archives = {lists[info.key] for info in there}
            for standing in standings:
                yield standing
                if standing[0].key in archives:
                    yield from self._in_archive(standing, trust, behind)

    def _in_archive(
        self, archive: Standing, trust: _Trust, behind: Behind | None
    ) -> Iterator[Standing]:
        version, state, record = archive
        listed = Members(self._store).read(version)
        if listed is None:
            return
        is_pending, newest = False, None
        for standing in self._standings_in(version, listed, trust):
            yield standing
            _, where, its = standing
            is_pending |= where is State.PENDING
            if its is not None:
                newest = max(newest or its.last_modified, its.last_modified)
        # While some are pending, the last of them has it gathered.
        if behind is None or is_pending or newest is None:
            return
        if state is State.RESULT and record is not None and record.last_modified < newest:
            behind(version)

    def standings_in(self, archive: DocumentVersion, listed: Listing) -> Iterator[Standing]:
        """Each member of this version of an archive, as `standings`. A record that was written
        after the list of members is trusted: of an older version of the archive there may be one
        by who was late, which is found out when they are gathered, or meets its newer one.

        Not so in an archive that was put there again. What its members have from before counts,
        nobody writes it anew, and who was late may write over it even when all were gathered.
        So their records are trusted as those of documents."""
        yield from self._standings_in(archive, listed, _Trust())

    def _standings_in(
        self, archive: DocumentVersion, listed: Listing, trust: _Trust
    ) -> Iterator[Standing]:
        versions = listed.versions(archive)
        trust = replace(trust, written=None if listed.again else listed.written)
        while window := list(islice(versions, _WINDOW)):
            standings, _ = self._stand(window, len(window), trust)
            yield from standings

    def _stand(
        self,
        documents: Sequence[DocumentVersion],
        span: int,
        trust: _Trust,
        *,
        beside: Collection[str] = (),
    ) -> tuple[list[Standing], list[ObjectInfo]]:
        """Each of the documents, which stand among so many; and what is there of `beside`, as
        `_with_record`."""
        results, there = self._with_record(documents, span, keys.result_keys, trust, beside=beside)
        others = [version for version in documents if version.key not in results]
        failed, _ = self._with_record(others, span, keys.failed_keys, trust)
        standings = [
            (
                version,
                _state(version.key, results, failed),
                results.get(version.key) or failed.get(version.key),
            )
            for version in documents
        ]
        return standings, there

    def _with_record(
        self,
        documents: Sequence[DocumentVersion],
        span: int,
        record_keys: Callable[[str], tuple[str, ...]],
        trust: _Trust,
        *,
        beside: Collection[str] = (),
    ) -> tuple[dict[str, ObjectInfo], list[ObjectInfo]]:
        """Those documents whose current version has the record, by their keys, and the record;
        and what is there of `beside`, keys of other objects."""
        wanted = {place: version for version in documents for place in record_keys(version.key)}
        present = self._present([*wanted, *beside], len(wanted), span)
        pairs = [(record, wanted[record.key]) for record in present if record.key in wanted]
        believed = {
            record.key
            for record, version in pairs
            if record.key not in self._of_others and trust.believes(record, version)
        }
        doubtful = [pair for pair in pairs if pair[0].key not in believed]
        believed.update(record.key for record in self._about(doubtful, trust.known))
        records = {version.key: record for record, version in pairs if record.key in believed}
        return records, [info for info in present if info.key not in wanted]

    def _about(
        self, pairs: Sequence[tuple[ObjectInfo, DocumentVersion]], known: Known | None
    ) -> Iterator[ObjectInfo]:
        """Those of the records that are about these versions: as is known, or read."""
        told = known([version for _, version in pairs]) if known and pairs else {}
        for record, version in pairs:
            if told.get(version.key) == record.etag or _is_about(self._record(record.key), version):
                self._of_others.discard(record.key)
                yield record
            elif record.last_modified > version.last_modified:
                self._of_others.add(record.key)

    def _present(self, asked: Sequence[str], records: int, span: int) -> list[ObjectInfo]:
        """Those of the keys that are in the bucket: by HEAD if the records among them are few or
        far apart (`span`: among so many documents), else by listing the stretch in which all
        lie."""
        if records <= max(_FEW, span // _APART):
            return [info for info in map(self._store.head, asked) if info]
        wanted = set(asked)
        prefix, start_after = _stretch(wanted)
        last, last_parts = max(wanted), max(map(_parts, wanted))
        present = []
        for info in self._store.list(prefix, start_after=start_after):
            if info.key in wanted:
                present.append(info)
            # Beyond the last of them, in whichever order this store lists.
            elif info.key > last and _parts(info.key) > last_parts:
                break
        return present


def _windows(
    listed: Iterable[ObjectInfo], since: datetime | None
) -> Iterator[tuple[list[ObjectInfo], int]]:
    """The documents, so many at a time, and among how many in the listing they stand."""
    window: list[ObjectInfo] = []
    passed = span = 0
    for info in listed:
        passed += 1
        if not keys.is_document(info.key) or (since and info.last_modified < since):
            continue
        if not window:
            passed = 1
        window.append(info)
        span = passed
        if len(window) == _WINDOW:
            yield window, span
            window = []
    if window:
        yield window, span


def _state(key: str, results: Collection[str], failed: Collection[str]) -> State:
    if key in results:
        return State.RESULT
    return State.FAILED if key in failed else State.PENDING


def _is_about(record: Record | None, version: DocumentVersion) -> bool:
    """Of an archive also whether that lay there then as it does now: where another one had its
    place for a while, its members' records may be of that one. When the record was written tells
    nothing of when its members' were looked at."""
    source = record.source if record else None
    if record is None or source is None:
        return False
    if (source.key, source.etag) != (version.key, version.etag):
        return False
    return source.last_modified >= version.last_modified or not _is_batch(record.envelope or {})


def _is_batch(envelope: Mapping[str, Any]) -> bool:
    """Whether it is the record of an archive, which lists what became of its members."""
    return "members" in envelope


def _source(envelope: Mapping[str, Any]) -> DocumentVersion | None:
    source = envelope.get("source")
    if not isinstance(source, dict):
        return None
    key, etag, version_id = keys.key_in(source), source.get("etag"), source.get("version_id")
    moment = _moment(source.get("last_modified"))
    if key is None or not isinstance(etag, str) or moment is None:
        return None
    size = source.get("size")
    return DocumentVersion(
        key=key,
        etag=etag,
        version_id=version_id if isinstance(version_id, str) else None,
        last_modified=moment,
        size=size if isinstance(size, int) else 0,
    )


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def _checked(version: DocumentVersion, envelope: bytes) -> dict[str, Any]:
    """What the envelope says. ValueError where it is not about this version."""
    told: dict[str, Any] = json.loads(envelope)
    source = _source(told)
    if source is None or (source.key, source.etag, source.last_modified) != (
        version.key,
        version.etag,
        version.last_modified,
    ):
        raise ValueError(
            f"the envelope is about {source}, not {version}:"
            " source needs key, etag, version_id and last_modified (ISO 8601)"
        )
    return told


def _stretch(wanted: Collection[str]) -> tuple[str, str | None]:
    """Prefix and start-after of a listing that has all of the keys, and little before them.

    The first of them differs with the order of the store, so the listing begins just before
    what both have in common. No "directory" bears the name given as start-after.
    """
    prefix = _common(min(wanted), max(wanted))
    first = _common(min(wanted), min(wanted, key=_parts)).rstrip("/")
    if len(first) <= len(prefix):
        return prefix, None
    before = ord(first[-1]) - 1
    before = 0xD7FF if 0xD800 <= before <= 0xDFFF else before  # half characters are none
    return prefix, f"{first[:-1]}{chr(before)}\U0010ffff"


def _parts(key: str) -> list[str]:
    return key.split("/")


def _common(one: str, other: str) -> str:
    """What two strings have in common at their beginning, character by character."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(character for character, _ in pairs)
