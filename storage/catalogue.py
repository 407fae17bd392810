"""What the records say, in a database: for lists, filters, counts and pages. A copy.

    a record is committed ──> put            the sweep ──> mend          a person ──> rebuild
    somebody has decided ──> put_decisions

The truth is the bucket, and the service works without this. A row is believed only for the
version of the document that it names, by its etag: whoever asks lists the inbox, so a document
that was dropped a moment ago is never taken for one that has its record. What is stale
otherwise, where a record was taken away or replaced behind the service's back, the sweep
mends when it compares everything.

SQLite below GOUJI_HOME, or PostgreSQL where several hosts share it. A catalogue of another
version of its tables, or of another bucket, is emptied and filled anew: nothing is lost. A
database with tables that are not ours is left as it is.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from storage.catalogue_address import AddressError, parsed
from storage.errors import StorageError, tell
from storage.keys import INBOX, WITHIN, review_key
from storage.objects import ObjectInfo
from storage.results import DocumentVersion, State
from storage.reviews import Decided

#: Of the tables below; one more with each change of them.
VERSION = "5"
FILE_NAME = "catalogue.db"
#: A catalogue is never worth a document's waiting.
WAIT_SECONDS = 2.0
#: Keys and rows that go into one statement; SQLite takes 32,766 values.
_BATCH = 500
#: Keys that are read at a time.
_PAGE = 5000

#: Of PostgreSQL's advisory locks, any number that nobody else takes: `gouji` in letters.
_LOCK = int.from_bytes(b"gouji")

_metadata = sa.MetaData()
#: By code points in every database, as S3 lists them.
_KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")

_meta = sa.Table(
    "meta",
    _metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)

documents = sa.Table(
    "documents",
    _metadata,
    sa.Column("key", _KEY, primary_key=True),
    # Of the document's version
    sa.Column("etag", sa.String, nullable=False),
    sa.Column("version_id", sa.String),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("modified", sa.String, nullable=False),
    # Of its record; a document that pends has none
    sa.Column("state", sa.String, nullable=False),
    sa.Column("record_etag", sa.String),
    sa.Column("record_modified", sa.String),
    # Of both: another number wherever either is another one. Told of what stands above.
    sa.Column("tally", sa.BigInteger, nullable=False),
    # Of what people decided: how many errors and warnings nobody has decided on yet, and whether
    # that is none (`Standing`; null where there were none). Told of `findings` and `decisions`.
    sa.Column("open", sa.Integer, nullable=False),
    sa.Column("review", sa.String),
    # What the record says; see `tasks.render.entry`
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("code", sa.String),
    sa.Column("format", sa.String),
    sa.Column("read_by", sa.String),
    sa.Column("organ", _KEY),
    sa.Column("organ_key", sa.String),
    sa.Column("region_code", sa.String),
    sa.Column("level", sa.String),
    sa.Column("year", sa.Integer),
    sa.Column("errors", sa.Integer),
    sa.Column("warnings", sa.Integer),
    sa.Column("unread", sa.Integer),
    sa.Column("engine", sa.String),
    sa.Column("said", sa.String),
    sa.Column("said_en", sa.String),
    *(
        sa.Index(f"documents_{name}", name, "key")
        for name in ("state", "verdict", "code", "format", "year", "region_code", "organ")
    ),
    *(sa.Index(f"documents_{name}", name, "key") for name in ("modified", "errors", "review")),
    sa.Index("documents_series", "organ_key", "year"),
    sa.Index("documents_overview", "year", "verdict"),
)

findings = sa.Table(
    "findings",
    _metadata,
    sa.Column("key", _KEY, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("severity", sa.String, nullable=False),
    # `tasks.render.identity`
    sa.Column("finding", sa.String, nullable=False),
    # Of its document, so that a rule broken in a year is one stretch of an index
    sa.Column("year", sa.Integer),
    sa.Index("findings_rule", "rule", "severity", "key"),
    sa.Index("findings_rule_year", "rule", "year", "key"),
)

#: The record without the document's own tables, packed: what a list says in words; and its
#: figures alone, packed by whoever wrote the row.
_envelopes = sa.Table(
    "envelopes",
    _metadata,
    sa.Column("key", _KEY, primary_key=True),
    sa.Column("packed", sa.LargeBinary, nullable=False),
    sa.Column("figures", sa.LargeBinary),
)
#: What a document's record fills.
_OF_RECORDS = (documents, findings, _envelopes)

#: What people decided. They outlive the rows of the document, as their object outlives its record.
decisions = sa.Table(
    "decisions",
    _metadata,
    sa.Column("key", _KEY, primary_key=True),
    sa.Column("finding", sa.String, primary_key=True),
    sa.Column("decision", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", sa.String, nullable=False),
)
#: Which objects with decisions were read, and in which version.
_reviews = sa.Table(
    "reviews",
    _metadata,
    sa.Column("place", _KEY, primary_key=True),
    sa.Column("key", _KEY, nullable=False),
    sa.Column("etag", sa.String, nullable=False),
)
#: Columns that a record fills.
_SAID = tuple(column.name for column in documents.columns)[11:]
#: What every version's tables have; of those that are not named here, `key`.
_MARKS = {_meta.name: {"name", "value"}}
#: Severities that somebody must decide on.
_GRAVE = ("error", "warning")


for _column in (documents.c.organ, documents.c.year, documents.c.errors):
    # PostgreSQL reads an index backwards with nulls first, and for people they come last.
    sa.Index(
        f"documents_{_column.name}_behind", _column.desc().nulls_last(), documents.c.key.desc()
    ).ddl_if(dialect="postgresql")


class CatalogueError(StorageError):
    """The database does not do what is asked; the service goes on without it."""

    def __init__(self, en: str, zh: str | None = None) -> None:
        super().__init__(en)
        #: None where the words are the database's own; else both say what to do.
        self.zh = zh

    @property
    def in_chinese(self) -> str:
        return self.zh or f"原文：{self}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What the catalogue knows of one document."""

    key: str
    etag: str
    #: When this version was put there.
    modified: datetime
    state: State
    record_etag: str | None


class Standing(StrEnum):
    """How far people are with the errors and warnings of a document."""

    OPEN = "open"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """By which column rows stand; what is not known comes last, and keys decide among equals."""

    by: Literal["key", "modified", "organ", "year", "verdict", "errors"] = "key"
    descending: bool = False

    def clauses(self) -> Iterator[sa.ColumnElement[Any]]:
        named = documents.c[self.by]
        for column in (named,) if self.by == "key" else (named, documents.c.key):
            directed = column.desc() if self.descending else column.asc()
            yield directed.nulls_last() if column.nullable else directed


BY_KEY = Order()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Documents that failed for one and the same reason."""

    code: str | None
    #: What their records say, in Chinese and in English.
    said: str | None
    said_en: str | None
    documents: int
    #: The first of their keys.
    first: str


def _as_it_is(column: sa.Column[Any]) -> sa.Column[Any]:
    return column


def _by_no_index(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """As SQLite is told not to look it up: it takes a filter by its index wherever it can, and
    sorts what that leaves, be it everything. Source: its query planner, 6 "Disqualifying"."""
    return sa.UnaryExpression(column, operator=_PLUS, type_=column.type)


_PLUS: Any = sa.sql.operators.custom_op("+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which documents; each that is given narrows the choice."""

    prefix: str = ""
    state: State | None = None
    verdicts: Sequence[str] = ()
    codes: Sequence[str] = ()
    formats: Sequence[str] = ()
    years: Sequence[int] = ()
    organ: str | None = None
    region: str | None = None
    rule: str | None = None
    review: Literal["open", "decided"] | None = None
    organ_key: str | None = None
    #: What records of failed documents say, word for word.
    said: str | None = None
    #: Words, each of which is a part of the organ's name or of the path below the inbox.
    search: str = ""

    def clauses(self, of: Callable[[sa.Column[Any]], Any] = _as_it_is) -> Iterator[Any]:
        """`of` says how a column is written."""
        if self.prefix:
            yield from _begins(documents.c.key, self.prefix)
        if self.state:
            yield of(documents.c.state) == str(self.state)
        for column, several in (
            (documents.c.verdict, self.verdicts),
            (documents.c.code, self.codes),
            (documents.c.format, self.formats),
            (documents.c.year, self.years),
        ):
            if several:
                yield of(column).in_(several)
        for column, one in (
            (documents.c.organ, self.organ),
            (documents.c.organ_key, self.organ_key),
            (documents.c.said, self.said),
        ):
            if one:
                yield of(column) == one
        if self.region:
            yield from _begins(documents.c.region_code, self.region)
        if self.rule:
            broken = sa.select(findings.c.key).where(
                findings.c.rule == self.rule, findings.c.severity != "info"
            )
            if self.years:
                broken = broken.where(findings.c.year.in_(self.years))
            yield of(documents.c.key).in_(broken)
        if self.review:
            yield of(documents.c.review) == self.review
        path = sa.func.substr(documents.c.key, len(INBOX) + 1)
        for word in _clean(self.search).split():
            yield sa.or_(
                path.icontains(word, autoescape=True),
                documents.c.organ.icontains(word, autoescape=True),
            )


_ALL = Filters()
#: Where a filter leaves more than this, they are walked through in their order.
_MANY = 5000


class Catalogue:
    """One database, of one bucket. Every method may raise CatalogueError."""

    def __init__(self, url: str, *, bucket: str) -> None:
        """`url` as SQLAlchemy has it, `bucket` what tells this bucket from others."""
        self._engine = _engine(url)
        self._reading = self._engine.execution_options(reads=True)
        self._bucket = bucket
        self._is_ours = False

    def close(self) -> None:
        self._engine.dispose()

    # --- writing -----------------------------------------------------------------------------

    def put(
        self, version: DocumentVersion, record: ObjectInfo | None, said: Mapping[str, Any]
    ) -> None:
        """One document and its record; see `put_all`."""
        self.put_all([(version, record, said)])

    def put_all(
        self, rows: Iterable[tuple[DocumentVersion, ObjectInfo | None, Mapping[str, Any]]]
    ) -> None:
        """Documents with their records, None where they pend, and what those say
        (`tasks.render.entry`). A row about a newer version stays, or about a newer record of the
        same: whoever looked before a worker wrote it, comes late."""
        rows = iter(rows)
        while batch := list(islice(rows, _BATCH)):
            with self._begin() as connection:
                self._put(connection, batch)

    def _put(
        self,
        connection: sa.Connection,
        batch: Sequence[tuple[DocumentVersion, ObjectInfo | None, Mapping[str, Any]]],
    ) -> None:
        # No database holds such a key; the document is in the bucket, and only not listed here.
        by_key = {one[0].key: one for one in batch if _clean(one[0].key) == one[0].key}
        names = ("key", "etag", "modified", "record_modified")
        there = connection.execute(
            sa.select(*(documents.c[name] for name in names)).where(documents.c.key.in_(by_key))
        )
        for key, etag, modified, written in there.all():
            version, record, _ = by_key[key]
            offered = _moment(record.last_modified) if record else ""
            older = modified > _moment(version.last_modified)
            if older if etag != version.etag else (written or "") > offered:
                del by_key[key]
        if not by_key:
            return
        self._forget(connection, tuple(by_key))
        decided = _decided(connection, by_key)
        rows = [
            _row(*one) | _stands(_grave(one[2].get("findings", ())), decided[key])
            for key, one in by_key.items()
        ]
        _insert(connection, documents, rows)
        found = [
            {
                "key": key,
                "position": position,
                "year": _fitting(findings.c.year, said.get("year")),
                **one,
            }
            for key, (_, _, said) in by_key.items()
            for position, one in enumerate(said.get("findings", ()))
        ]
        _insert(connection, findings, found)
        packed = [
            {
                "key": key,
                "packed": zlib.compress(said["envelope"], 1),
                "figures": said.get("figures"),
            }
            for key, (_, _, said) in by_key.items()
            if "envelope" in said
        ]
        _insert(connection, _envelopes, packed)

    def forget(self, keys: Iterable[str]) -> None:
        keys = iter(keys)
        while batch := tuple(islice(keys, _BATCH)):
            with self._begin() as connection:
                self._forget(connection, batch)

    def _forget(self, connection: sa.Connection, keys: Sequence[str]) -> None:
        for table in _OF_RECORDS:
            connection.execute(sa.delete(table).where(table.c.key.in_(keys)))

    def put_decisions(self, key: str, etag: str | None, decided: Iterable[Decided]) -> None:
        """What the object with a document's decisions says; see `put_all_decisions`."""
        self.put_all_decisions([(key, etag, decided)])

    def put_all_decisions(self, rows: Iterable[tuple[str, str | None, Iterable[Decided]]]) -> None:
        """Keys of documents with the etag of the object about each, None where there is none,
        and all that stands in it. It is known also where the document has no row yet."""
        rows = iter(rows)
        while batch := list(islice(rows, _BATCH)):
            by_key = {key: (etag, decided) for key, etag, decided in batch if _clean(key) == key}
            with self._begin() as connection:
                self._put_decisions(connection, by_key)

    def _put_decisions(
        self,
        connection: sa.Connection,
        by_key: Mapping[str, tuple[str | None, Iterable[Decided]]],
    ) -> None:
        places = {review_key(key): key for key in by_key}
        connection.execute(sa.delete(decisions).where(decisions.c.key.in_(by_key)))
        connection.execute(sa.delete(_reviews).where(_reviews.c.place.in_(places)))
        read = [
            {"place": place, "key": key, "etag": etag}
            for place, key in places.items()
            if (etag := by_key[key][0]) is not None
        ]
        _insert(connection, _reviews, read)
        made = [
            {"key": key, "finding": one.finding, "decision": str(one.decision),
             "by": _clean(one.by), "at": one.at}
            for key, (_, decided) in by_key.items()
            for one in decided
        ]  # fmt: skip
        _insert(connection, decisions, made)
        asked = sa.select(findings.c.key, findings.c.finding).where(
            findings.c.key.in_(by_key), findings.c.severity.in_(_GRAVE)
        )
        grave = _by_key(connection.execute(asked), by_key)
        decided_on = _decided(connection, by_key)
        for key in by_key:
            stands = _stands(grave[key], decided_on[key])
            connection.execute(sa.update(documents).where(documents.c.key == key).values(stands))

    def swept(self, moment: datetime) -> None:
        """Everything was compared, beginning at that moment."""
        with self._begin() as connection:
            self._say(connection, "swept", _moment(moment))

    def empty(self) -> None:
        """As new, however spoilt. Tables of others stay, and CatalogueError says so."""
        with _told(self._engine.begin()) as connection:
            self._alone(connection)
            self._mark(connection)
            self._make(connection)

    # --- reading -----------------------------------------------------------------------------

    def noted(self, prefix: str = "") -> dict[str, Noted]:
        """Of every document whose key begins so."""
        with self._read() as connection:
            return _noted(connection, *Filters(prefix=prefix).clauses())

    def known_keys(self) -> Iterator[str]:
        """All of them in their order, a part at a time."""
        for (key,) in self._pages(sa.select(documents.c.key), documents.c.key):
            yield key

    def _pages(self, asked: sa.Select[Any], key: sa.Column[str]) -> Iterator[Sequence[Any]]:
        """All rows in the order of their keys, which stand first in them, a part at a time."""
        after = ""
        while True:
            with self._read() as connection:
                part = asked.where(key > after).order_by(key).limit(_PAGE)
                found = connection.execute(part).all()
            yield from found
            if len(found) < _PAGE:
                return
            after = found[-1][0]

    def noted_of(self, keys: Iterable[str]) -> dict[str, Noted]:
        """Of those of the documents that it knows."""
        keys, found = iter(keys), dict[str, Noted]()
        while batch := tuple(islice(keys, _BATCH)):
            with self._read() as connection:
                found |= _noted(connection, documents.c.key.in_(batch))
        return found

    def envelopes(self, keys: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
        """(key, etag of the document, JSON without tables) of those that have a record."""
        keys = iter(keys)
        while batch := tuple(islice(keys, _BATCH)):
            asked = (
                sa.select(documents.c.key, documents.c.etag, _envelopes.c.packed)
                .join(_envelopes, documents.c.key == _envelopes.c.key)
                .where(documents.c.key.in_(batch))
            )
            with self._read() as connection:
                found = [
                    (key, etag, zlib.decompress(packed))
                    for key, etag, packed in connection.execute(asked)
                ]
            yield from found

    def figures(
        self, filters: Filters = _ALL
    ) -> Iterator[tuple[str, str | None, str | None, int | None, bytes]]:
        """(key, organ, organ_key, year, figures as they were packed) of those that have some, in
        the order of their keys, a part at a time."""
        columns = (documents.c[name] for name in ("key", "organ", "organ_key", "year"))
        asked = (
            sa.select(*columns, _envelopes.c.figures)
            .join(_envelopes, documents.c.key == _envelopes.c.key)
            .where(*filters.clauses(), _envelopes.c.figures.is_not(None))
        )
        for key, organ, organ_key, year, packed in self._pages(asked, documents.c.key):
            if not isinstance(packed, bytes):
                raise _spoilt()
            yield key, organ, organ_key, year, packed

    def find(
        self,
        filters: Filters,
        *,
        order: Order = BY_KEY,
        after: str = "",
        offset: int = 0,
        limit: int = 100,
        found: int = 0,
    ) -> Sequence[Mapping[str, Any]]:
        """Rows in their order, less the first `offset` ones; `after`, for the order of keys only,
        is the last key of the page before. `found`: how many the filters leave, if that is known.
        """
        walked = found > _MANY and self._engine.dialect.name == "sqlite"
        clauses = filters.clauses(_by_no_index if walked else _as_it_is)
        asked = (
            sa.select(documents)
            .where(*clauses, *([documents.c.key > after] if after else ()))
            .order_by(*order.clauses())
            .offset(offset or None)
            .limit(limit)
        )
        with self._read() as connection:
            return [
                {**row, "state": State(row["state"])}
                for row in connection.execute(asked).mappings()
            ]

    def count(self, filters: Filters) -> int:
        asked = sa.select(sa.func.count()).select_from(documents).where(*filters.clauses())
        with self._read() as connection:
            return int(connection.execute(asked).scalar_one())

    def facet(self, name: str, filters: Filters) -> dict[Any, int]:
        """How many documents there are of each value of a column, or of each rule broken."""
        if name == "rule":
            asked = sa.select(findings.c.rule, sa.func.count(sa.distinct(findings.c.key))).where(
                findings.c.severity != "info"
            )
            if clauses := list(filters.clauses()):
                asked = asked.where(findings.c.key.in_(sa.select(documents.c.key).where(*clauses)))
            asked = asked.group_by(findings.c.rule)
        else:
            column = documents.c[name]
            asked = sa.select(column, sa.func.count()).where(*filters.clauses()).group_by(column)
        with self._read() as connection:
            return {value: n for value, n in connection.execute(asked).all()}  # noqa: C416 - of rows

    def standing(self) -> dict[tuple[str, bool], int]:
        """How many documents are `done`, `refused`, `failed` or `pending`, those that lie in an
        archive apart (True)."""
        status = sa.case(
            (documents.c.state == str(State.PENDING), "pending"),
            (documents.c.verdict.in_(("refused", "failed")), documents.c.verdict),
            else_="done",
        ).label("status")
        within = documents.c.key.contains(WITHIN).label("within")
        # By their names: to PostgreSQL, what is written twice with parameters are two things.
        asked = sa.select(status, within, sa.func.count()).group_by("status", "within")
        with self._read() as connection:
            return {
                (name, bool(inside)): number
                for name, inside, number in connection.execute(asked).all()
            }

    def groups(self, filters: Filters = _ALL) -> Sequence[Group]:
        """Documents that failed, by what their records say; the largest group first."""
        reason = (documents.c.code, documents.c.said, documents.c.said_en)
        n, first = sa.func.count(), sa.func.min(documents.c.key)
        asked = (
            sa.select(*reason, n, first)
            .where(documents.c.state == str(State.FAILED), *filters.clauses())
            .group_by(*reason)
            .order_by(n.desc(), first)
        )
        with self._read() as connection:
            return [
                Group(code=code, said=said, said_en=said_en, documents=number, first=key)
                for code, said, said_en, number, key in connection.execute(asked)
            ]

    def stamp(self, filters: Filters = _ALL) -> tuple[int, int]:
        """Of these documents and their records: the same again where nothing has changed, and
        another one where anything has, whenever it was written."""
        asked = sa.select(sa.func.count(), sa.func.sum(documents.c.tally)).where(*filters.clauses())
        with self._read() as connection:
            n, tallies = connection.execute(asked).one()
            return int(n), int(tallies or 0)

    def verdicts_by_year(self, filters: Filters = _ALL) -> dict[tuple[int | None, str], int]:
        """(year, verdict) -> how many documents."""
        cell = (documents.c.year, documents.c.verdict)
        asked = sa.select(*cell, sa.func.count()).where(*filters.clauses()).group_by(*cell)
        with self._read() as connection:
            return {(year, verdict): n for year, verdict, n in connection.execute(asked)}

    def reported(self, year: int) -> Iterator[tuple[str, str | None, str, str]]:
        """(organ, organ_key, key, verdict) of each document about that year whose organ is known,
        in the order of their keys."""
        columns = (documents.c[name] for name in ("key", "organ", "organ_key", "verdict"))
        asked = sa.select(*columns).where(documents.c.year == year, documents.c.organ.is_not(None))
        for key, organ, organ_key, verdict in self._pages(asked, documents.c.key):
            yield organ, organ_key, key, verdict

    def decisions_of(self, keys: Iterable[str]) -> Sequence[Mapping[str, Any]]:
        """Rows of what people decided on these documents."""
        keys, found = iter(keys), list[Mapping[str, Any]]()
        while batch := tuple(islice(keys, _BATCH)):
            asked = sa.select(decisions).where(decisions.c.key.in_(batch))
            with self._read() as connection:
                found += map(dict, connection.execute(asked).mappings())
        return found

    def reviews_read(self, places: Iterable[str]) -> dict[str, str]:
        """Key of an object with decisions -> the etag in which it was read."""
        keys, found = iter(places), dict[str, str]()
        while batch := tuple(islice(keys, _BATCH)):
            asked = sa.select(_reviews.c.place, _reviews.c.etag).where(_reviews.c.place.in_(batch))
            with self._read() as connection:
                found |= {place: etag for place, etag in connection.execute(asked)}  # noqa: C416
        return found

    def known_reviews(self) -> Iterator[tuple[str, str]]:
        """(key of an object with decisions, key of its document), a part at a time."""
        asked = sa.select(_reviews.c.place, _reviews.c.key)
        return ((place, key) for place, key in self._pages(asked, _reviews.c.place))

    def swept_at(self) -> datetime | None:
        """When everything was last compared; None where it never was."""
        with self._read() as connection:
            said = self._said(connection, "swept")
            return datetime.fromisoformat(said) if said else None

    # --- the database ------------------------------------------------------------------------

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        self._look()
        with _told(self._engine.begin()) as connection:
            self._alone(connection)
            yield connection

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        """What is asked is read within, so that spoilt rows are told as such."""
        self._look()
        with _told(self._reading.begin()) as connection:
            try:
                yield connection
            except (ValueError, TypeError, zlib.error) as error:
                raise _spoilt() from error

    def _alone(self, connection: sa.Connection) -> None:
        """One writer at a time, as SQLite has it: two that take out and put in the same row
        would meet."""
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"set local lock_timeout = '{int(WAIT_SECONDS)}s'"))
            connection.execute(sa.text(f"select pg_advisory_xact_lock({_LOCK})"))

    def _look(self) -> None:
        """Once in a process: tables that are not as they should be are made anew."""
        if not self._is_ours:
            with _told(self._engine.begin()) as connection:
                self._alone(connection)
                if self._mark(connection) != (VERSION, self._bucket):
                    self._make(connection)
            self._is_ours = True

    def _mark(self, connection: sa.Connection) -> tuple[str, str] | None:
        """(version, bucket) of a catalogue, None where nothing is there yet. CatalogueError
        where what is there is somebody else's."""
        there = sa.inspect(connection)
        # Looked for by their names wherever they would be dropped: that may be another schema.
        named = [table for table in _metadata.tables if there.has_table(table)]
        if not named and not there.get_table_names():
            return None
        for table in named:
            columns = {column["name"] for column in there.get_columns(table)}
            if not columns >= _MARKS.get(table, {"key"}):
                raise _not_ours()
        if _meta.name not in named:
            raise _not_ours()
        version, bucket = self._said(connection, "version"), self._said(connection, "bucket")
        if bucket is None or not str(version).isdecimal():
            raise _not_ours()
        return str(version), bucket

    def _make(self, connection: sa.Connection) -> None:
        _metadata.drop_all(connection)
        _metadata.create_all(connection)
        self._say(connection, "version", VERSION)
        self._say(connection, "bucket", self._bucket)

    def _said(self, connection: sa.Connection, name: str) -> str | None:
        asked = sa.select(_meta.c.value).where(_meta.c.name == name)
        return connection.execute(asked).scalar_one_or_none()

    def _say(self, connection: sa.Connection, name: str, value: str) -> None:
        connection.execute(sa.delete(_meta).where(_meta.c.name == name))
        connection.execute(sa.insert(_meta), {"name": name, "value": value})


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(sa.insert(table), rows)
        return
    # Its driver sends and awaits many rows one by one, so they go as one text.
    told = json.dumps([{name: _as_json(value) for name, value in row.items()} for row in rows])
    connection.execute(sa.text(_FROM_JSON[table.name]), {"rows": told})


def _as_json(value: Any) -> Any:
    return b64encode(value).decode() if isinstance(value, bytes) else value


_FROM_JSON = {
    "documents": "insert into documents "
    "select * from json_populate_recordset(null::documents, cast(:rows as json))",
    "findings": "insert into findings "
    "select * from json_populate_recordset(null::findings, cast(:rows as json))",
    "decisions": "insert into decisions "
    "select * from json_populate_recordset(null::decisions, cast(:rows as json))",
    "reviews": "insert into reviews "
    "select * from json_populate_recordset(null::reviews, cast(:rows as json))",
    "envelopes": "insert into envelopes "
    "select one ->> 'key', decode(one ->> 'packed', 'base64'), "
    "decode(one ->> 'figures', 'base64') "
    "from json_array_elements(cast(:rows as json)) as one",
}


def _grave(found: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one["finding"] for one in found if one["severity"] in _GRAVE]


def _decided(connection: sa.Connection, keys: Collection[str]) -> dict[str, list[str]]:
    """Key -> ids of the findings that were decided on."""
    asked = sa.select(decisions.c.key, decisions.c.finding).where(decisions.c.key.in_(keys))
    return _by_key(connection.execute(asked), keys)


def _by_key(pairs: Iterable[Any], keys: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {key: [] for key in keys}
    for key, value in pairs:
        found[key].append(value)
    return found


def _stands(grave: Sequence[str], decided: Collection[str]) -> dict[str, Any]:
    """What a row says of the decisions; `grave`: ids of errors and warnings, one each."""
    open_ = sum(one not in decided for one in grave)
    done = str(Standing.DECIDED) if grave else None
    return {"open": open_, "review": str(Standing.OPEN) if open_ else done}


def _noted(connection: sa.Connection, *clauses: sa.ColumnElement[bool]) -> dict[str, Noted]:
    names = ("key", "etag", "modified", "state", "record_etag")
    asked = sa.select(*(documents.c[name] for name in names)).where(*clauses)
    return {
        key: Noted(
            key=key,
            etag=etag,
            modified=datetime.fromisoformat(modified),
            state=State(state),
            record_etag=record,
        )
        for key, etag, modified, state, record in connection.execute(asked)
    }


def _not_ours() -> CatalogueError:
    return CatalogueError(
        "the database has tables that are not the catalogue's: give the catalogue a database or"
        " a schema of its own in GOUJI_CATALOGUE_URL",
        "数据库中有不属于目录的表：请在 GOUJI_CATALOGUE_URL 中给目录单独指定一个数据库或 schema",
    )


def _spoilt() -> CatalogueError:
    return CatalogueError(
        "what is in the catalogue is spoilt: make it anew by `gouji catalogue rebuild`",
        "目录的内容已损坏：请运行 `gouji catalogue rebuild` 重建",
    )


@contextmanager
def _told(begun: Any) -> Iterator[sa.Connection]:
    """What the database complains of, in one line and without its address."""
    try:
        with begun as connection:
            yield connection
    except (sa.exc.SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        line = " ".join(f"{type(cause).__name__}: {cause}".split())
        complaint = CatalogueError(f"the catalogue: {line[:300]}")
        tell("catalogue", complaint)
        raise complaint from error


def _engine(url: str) -> sa.Engine:
    try:
        address, options = parsed(url)
    except AddressError as error:
        raise CatalogueError(str(error), error.zh) from error
    options["timeout"] = WAIT_SECONDS
    if address.get_backend_name() == "postgresql":
        engine = sa.create_engine(address, pool_pre_ping=True, connect_args=options)
        sa.event.listen(engine, "do_connect", _connected)
        return engine
    engine = sa.create_engine(address, connect_args=options)
    sa.event.listen(engine, "connect", _for_many_processes)
    sa.event.listen(engine, "begin", _at_once)
    return engine


def _connected(dialect: Any, _: object, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """A peer that is no PostgreSQL ends its driver in many ways."""
    try:
        return dialect.connect(*args, **options)
    except (dialect.dbapi.Error, OSError):
        raise
    except Exception as error:
        said = f"what answers there is no PostgreSQL ({type(error).__name__})"
        raise dialect.dbapi.InterfaceError(said) from error


def _for_many_processes(connection: Any, _: object) -> None:
    """Readers do not wait for a writer, and a crash loses no committed row."""
    connection.isolation_level = None
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    # The mode stays with the file, so that one of others keeps its own.
    if not tables or (_meta.name,) in tables:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _at_once(connection: sa.Connection) -> None:
    """A transaction that reads first and then writes would be refused where another one wrote
    meanwhile, without waiting; one that only reads waits for nobody."""
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _row(
    version: DocumentVersion, record: ObjectInfo | None, said: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "key": version.key,
        "etag": version.etag,
        "version_id": version.version_id,
        "size": version.size,
        "modified": _moment(version.last_modified),
        "record_etag": record.etag if record else None,
        "record_modified": _moment(record.last_modified) if record else None,
        "tally": _tally(version, record),
        "state": str(said["state"]),
        **{name: _fitting(documents.c[name], said.get(name)) for name in _SAID},
    }


def _tally(version: DocumentVersion, record: ObjectInfo | None) -> int:
    told = (version.key, version.etag, record.etag if record else "")
    return zlib.crc32("\n".join(told).encode())


def _fitting(column: sa.Column[Any], value: Any) -> Any:
    """What the column can hold; None for anything else, as a spoilt record may say it."""
    if isinstance(column.type, sa.Integer):
        return value if isinstance(value, int) and abs(value) < 2**31 else None
    return _clean(value) if isinstance(value, str) else None


def _clean(value: Any) -> Any:
    """Text as every database takes it."""
    if not isinstance(value, str):
        return value
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _moment(moment: datetime) -> str:
    """Sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _begins(column: sa.ColumnElement[str], prefix: str) -> Iterator[sa.ColumnElement[bool]]:
    """As a stretch of an index, which a LIKE is only in some databases."""
    yield column >= prefix
    # Behind half of the code points come those that no text has, and behind the last none.
    last = prefix.rstrip("\U0010ffff")
    if last:
        after = ord(last[-1]) + 1
        yield column < last[:-1] + chr(0xE000 if 0xD800 <= after < 0xE000 else after)


def sqlite_url(folder: Path) -> str:
    path = str(folder.resolve() / FILE_NAME)
    return "sqlite:///" + path.replace("%", "%25").replace("?", "%3F")
