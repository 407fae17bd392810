"""The inbox beside the catalogue: what commands ask about many documents.

    inbox/ listed ──> rows that name the same version ──> believed
                 └──> the others ──> looked up in the bucket, and written into the catalogue

So a document that was dropped a moment ago pends until its record is there, whatever the
catalogue knows. Where there is no catalogue the bucket is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import Any

from storage import keys
from storage.catalogue import Catalogue, CatalogueError, Noted
from storage.counts import Counts
from storage.objects import ObjectStore
from storage.results import DocumentVersion, Records, State
from tasks.queues import holds_others
from tasks.render.result import Envelope
from tasks.render.shape import read_envelope
from workers.catalogue import Mending, looked_up, open_catalogue
from workers.cli.language import Said, tell
from workers.cli.ledger import PENDING, READERS, Entry, Ledger
from workers.cli.progress import progress
from workers.cli.service import open_store, service_or_stop
from workers.cli.stop import USAGE, Stop
from workers.settings import Settings

#: So many documents that the catalogue does not know to have ended are looked up one by one.
MOST_UNKNOWN = 64
_BATCH = 500


def catalogue_or_none(settings: Settings) -> Catalogue | None:
    """None where there is none, or where it does not answer, which is told."""
    try:
        catalogue = open_catalogue(settings)
        if catalogue is not None:
            catalogue.swept_at()
    except CatalogueError as error:
        _tell(error)
        return None
    return catalogue


def _tell(error: CatalogueError) -> None:
    tell(
        Said(
            f"目录数据库不可用，改为直接读取存储桶，会慢一些（{error.in_chinese}）",
            f"without the catalogue, so the bucket itself is read, which is slower ({error})",
        )
    )


def counted(store: ObjectStore, catalogue: Catalogue) -> Counts | None:
    """In one listing of the inbox; None where nothing was compared with it yet.

    Of documents without a believed row, the oldest are looked up, which is exact. The others
    count as pending and as doubtful: a worker that could not write its row is noticed by the
    next sweep, so what is said to have ended has ended.
    """
    if catalogue.swept_at() is None:
        return None
    noted = catalogue.noted()
    states = dict.fromkeys(State, 0)
    unknown: list[DocumentVersion] = []
    for info in store.list(keys.INBOX):
        if keys.is_document(info.key):
            version = DocumentVersion.of(info)
            row = _known(noted, version)
            if row is not None:
                states[row.state] += 1
            else:
                unknown.append(version)
    unknown.sort(key=lambda version: version.last_modified)
    looked_at, others = unknown[:MOST_UNKNOWN], unknown[MOST_UNKNOWN:]
    found = _looked_up(store, catalogue, looked_at)
    pending = [
        one for one, said in zip(looked_at, found, strict=True) if said["state"] == State.PENDING
    ]
    for said in found:
        states[State(said["state"])] += 1
    states[State.PENDING] += len(others)
    oldest = next(iter((*pending, *others)), None)
    return Counts(
        documents=sum(states.values()),
        results=states[State.RESULT],
        failures=states[State.FAILED],
        pending=states[State.PENDING],
        doubtful=len(others),
        oldest_pending=oldest,
    )


class CataloguedLedger(Ledger):
    """The same entries, from the catalogue; their envelopes lack the documents' own tables."""

    def __init__(self, store: ObjectStore, catalogue: Catalogue) -> None:
        super().__init__(store)
        self._catalogue = catalogue
        self._is_lost = False

    def entries(
        self, prefix: str = "", advance: Callable[[int], None] = lambda _total: None
    ) -> Iterator[Entry]:
        documents, noted = self._documents(prefix), self._noted(prefix)
        archives = {archive for key in noted if (archive := keys.archive_of(key)) is not None}
        for entry in self._entries_of(documents, noted):
            advance(len(documents))
            yield from self._below(prefix, [entry])
            if entry.version.key in archives or _may_hold(entry):
                yield from self._below(
                    prefix, self._entries_of(self._members(entry.version), noted)
                )

    def _entries_of(
        self, versions: Iterable[DocumentVersion], noted: Mapping[str, Noted]
    ) -> Iterator[Entry]:
        waiting = iter(versions)
        while batch := list(islice(waiting, _BATCH)):
            yield from self._told(batch, noted)

    def _noted(self, prefix: str) -> Mapping[str, Noted]:
        try:
            return self._catalogue.noted(keys.INBOX + prefix)
        except CatalogueError as error:
            self._lose(error)
            return {}

    def _told(
        self, batch: Sequence[DocumentVersion], noted: Mapping[str, Noted]
    ) -> Iterator[Entry]:
        told = dict(self._remembered(batch, noted))
        others = [version for version in batch if version.key not in told]
        writes_into = None if self._is_lost else self._catalogue
        looked_up = _looked_up(self._store, writes_into, others)
        for version, said in zip(others, looked_up, strict=True):
            if envelope := _envelope(said.get("envelope")):
                told[version.key] = envelope
        for version in batch:
            found = told.get(version.key)
            yield Entry(
                version=version,
                status=found["status"] if found else PENDING,
                envelope=found,
            )

    def _remembered(
        self, batch: Sequence[DocumentVersion], noted: Mapping[str, Noted]
    ) -> Iterator[tuple[str, Envelope]]:
        """What the catalogue has of them; nothing more, once it has failed."""
        if self._is_lost:
            return
        known = [version.key for version in batch if _known(noted, version)]
        try:
            for key, etag, body in self._catalogue.envelopes(known):
                if etag == noted[key].etag and (envelope := _envelope(body)):
                    yield key, envelope
        except CatalogueError as error:
            self._lose(error)

    def _lose(self, error: CatalogueError) -> None:
        """It answered when it was opened, and does not any more."""
        self._is_lost = True
        _tell(error)


def ledger_of(settings: Settings, store: ObjectStore) -> Ledger:
    catalogue = catalogue_or_none(settings)
    if catalogue is None:
        return Ledger(store, keeps=False)
    return CataloguedLedger(store, catalogue)


def _may_hold(entry: Entry) -> bool:
    """Whether it may be an archive that was unpacked: one that has no result, by its name."""
    if entry.envelope is not None and entry.status == "done":
        return "members" in entry.envelope
    return holds_others(entry.version.key)


def _known(noted: Mapping[str, Noted], version: DocumentVersion) -> Noted | None:
    """The row of this version, if it says that there is a record."""
    row = noted.get(version.key)
    if row is None or row.etag != version.etag or row.state is State.PENDING:
        return None
    return row


def _envelope(body: bytes | None) -> Envelope | None:
    """None where it is spoilt, or not ours."""
    return None if body is None else read_envelope(body)


def _looked_up(
    store: ObjectStore, catalogue: Catalogue | None, versions: Sequence[DocumentVersion]
) -> list[Mapping[str, Any]]:
    """What their records say now; the catalogue, where there is one, has it then as well."""
    records = Records(store)
    with ThreadPoolExecutor(READERS) as pool:
        rows = list(pool.map(lambda version: looked_up(records, version), versions))
    if catalogue is not None:
        with suppress(CatalogueError):
            catalogue.put_all(row for row in rows if row[1] is not None)
    return [said for _, _, said in rows]


def rebuild() -> None:
    """Empty the catalogue and fill it from the bucket. Stop where there is none to be."""
    settings = service_or_stop()
    try:
        catalogue = open_catalogue(settings)
        if catalogue is None:
            raise Stop(_NO_CATALOGUE, code=USAGE)
        records = Records(open_store(settings))
        catalogue.empty()
        mending = Mending(catalogue, records, is_whole=True)
        with progress("read") as step:
            for version, state, record in records.standings():
                mending.take(version, state, record)
                step()
        mending.end()
    except CatalogueError as error:
        raise Stop(_not_rebuilt(error, is_named=settings.catalogue_url is not None)) from None
    tell(
        Said(
            f"目录已重建，共 {mending.mended} 份文件",
            f"the catalogue was made anew: {mending.mended} documents",
        )
    )


_NO_CATALOGUE = Said(
    "没有目录数据库：GOUJI_CATALOGUE_URL 设为 none，或 GOUJI_HOME 文件夹不存在",
    "there is no catalogue: GOUJI_CATALOGUE_URL is none, or there is no folder GOUJI_HOME",
)


def _not_rebuilt(error: CatalogueError, *, is_named: bool) -> Said:
    """`is_named`: by a setting, so that it is another one than that in GOUJI_HOME."""
    if error.zh is not None:
        return Said(f"目录没有重建：{error.zh}", f"the catalogue was not made anew: {error}")
    if is_named:
        return Said(
            f"目录没有重建（原文：{error}）：请检查 GOUJI_CATALOGUE_URL 和它所指的数据库",
            f"the catalogue was not made anew ({error}): see to GOUJI_CATALOGUE_URL and the "
            "database that it names",
        )
    return Said(
        f"目录没有重建（原文：{error}）：被占用时请稍后再试；"
        "文件损坏时请删除 GOUJI_HOME 中的 catalogue.db* 再试",
        f"the catalogue was not made anew ({error}): where it is locked, try again later; where "
        "its file is broken, take away catalogue.db* in GOUJI_HOME and try again",
    )
