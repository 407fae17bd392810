"""What people decided on the findings of a document: one object beside its record.

    decide ── read ── what they saw still stands ──> written, on what was read
                   └ somebody decided meanwhile ───> told, and left as it is

Two people may decide at once. Every write is conditional on what was read, and whoever loses
asks anew: decisions on different findings all survive, and of two on one finding the second
is told of the first. Decisions that ended stay in the history. Nothing is ever deleted, and an
object that is not ours, or not whole, is never written over.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from storage import keys
from storage.errors import Conflict, NotFound, StorageError, TooLarge, Unavailable
from storage.objects import ObjectInfo, ObjectStore

SCHEMA = "gouji/reviews@1"
#: The longest note. Who takes notes from people says so before it comes here.
NOTE_CHARACTERS = 2000
#: Of the other texts; a message is cut.
_NAME_CHARACTERS, _MESSAGE_CHARACTERS = 200, 2000
#: Decisions of a document that ended and are still kept, the latest ones.
HISTORY = 200
#: The largest object that is read or written.
MOST_BYTES = 16 * 2**20
#: As `Records` does; each round somebody has written.
_ROUNDS = 30
#: What comes of reading an object that is none of ours.
_MALFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
_FINDING = re.compile(r"[0-9a-z]{8,64}")
#: They make a text look like another one.
_TURNING = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Decision(StrEnum):
    #: It is a fault of the document.
    CONFIRMED = "confirmed"
    #: It is none.
    DISMISSED = "dismissed"


class NotOurs(StorageError):
    """What lies there is no review of this document, or is broken: a person must move it away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision as it lies in the bucket."""

    #: Id of the finding, `tasks.render.identity`.
    finding: str
    rule: str
    decision: Decision
    note: str
    by: str
    #: ISO 8601, UTC.
    at: str
    #: Of the version of the document that was looked at.
    etag: str
    #: Of the finding, as it was shown.
    message: str

    @property
    def mark(self) -> str:
        """What a page carries to say that it showed this decision."""
        text = json.dumps([self.finding, self.decision, self.note, self.by, self.at])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A decision that was replaced or withdrawn."""

    was: Decided
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """All that was decided on one document."""

    key: str
    #: Of the object itself; None where there is none.
    etag: str | None = None
    #: At most one a finding.
    decisions: tuple[Decided, ...] = ()
    #: Oldest first.
    history: tuple[Ended, ...] = ()

    def of(self, finding: str) -> Decided | None:
        return next((one for one in self.decisions if one.finding == finding), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person wants of one finding. ValueError for what no page sends."""

    finding: str
    rule: str
    #: None: to take the decision back.
    decision: Decision | None
    note: str = ""
    etag: str
    message: str
    #: The `mark` of the decision that the person saw, "" where none stood.
    seen: str = ""

    def __post_init__(self) -> None:
        if not _FINDING.fullmatch(self.finding):
            raise ValueError(f"not the id of a finding: {self.finding!r}")
        if len(clean_note(self.note)) > NOTE_CHARACTERS:
            raise ValueError(f"a note of more than {NOTE_CHARACTERS} characters")

    def decided(self, by: str, at: str) -> Decided | None:
        if self.decision is None:
            return None
        return Decided(
            finding=self.finding,
            rule=_line(self.rule, _NAME_CHARACTERS),
            decision=self.decision,
            note=clean_note(self.note),
            by=by,
            at=at,
            etag=_line(self.etag, _NAME_CHARACTERS),
            message=clean_note(self.message)[:_MESSAGE_CHARACTERS],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """A choice that was not taken: what the person had seen stands no more."""

    finding: str
    #: None: it was taken back.
    stands: Decided | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What stands now, and which choices were not taken."""

    review: Review
    meanwhile: tuple[Meanwhile, ...] = ()


class Reviews:
    """The decisions on all documents of a store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def read(self, key: str) -> Review:
        """By the document's key; without decisions where nobody has decided. NotOurs."""
        place = keys.review_key(key)
        try:
            stored = self._store.get(place, limit_bytes=MOST_BYTES)
        except NotFound:
            return Review(key=key)
        except TooLarge as error:
            raise _not_ours(place) from error
        try:
            review = _review(stored.body, stored.info.etag)
        except _MALFORMED as error:
            raise _not_ours(place) from error
        if review.key != key:
            raise _not_ours(place)
        return review

    def decide(self, key: str, choices: Iterable[Choice], *, by: str, at: datetime) -> Settled:
        """Takes those choices whose person saw what still stands, all in one write.

        What is wished and stands already, by the same person, is no conflict: somebody clicked
        twice. NotOurs; TooLarge; ValueError for a nameless person.
        """
        choices = tuple(choices)
        by = _line(by, _NAME_CHARACTERS)
        if not by:
            raise ValueError("nobody decides")
        moment = at.astimezone(UTC).isoformat(timespec="seconds")
        for number in range(_ROUNDS):
            review = self.read(key)
            settled = _settle(review, choices, by, moment)
            if settled.review == review:
                return settled
            try:
                written = self._write(settled.review)
            except Conflict:
                time.sleep(random.random() * 0.01 * number)  # noqa: S311 - spread, no secret
                continue
            return replace(settled, review=replace(settled.review, etag=written.etag))
        raise Unavailable(f"{keys.review_key(key)}: others keep writing it")

    def _write(self, review: Review) -> ObjectInfo:
        place, body = keys.review_key(review.key), _body(review)
        if len(body) > MOST_BYTES:
            raise TooLarge(f"put {place}: {len(body)} bytes, the limit is {MOST_BYTES}")
        return self._store.put(
            place,
            body,
            content_type="application/json",
            if_absent=review.etag is None,
            if_match=review.etag,
        )

    def listed(self) -> Iterator[ObjectInfo]:
        """The objects, ours or not."""
        return (info for info in self._store.list(keys.REVIEWS) if keys.is_review(info.key))

    def etag(self, key: str) -> str | None:
        """Of the object with the decisions on a document; None where there is none."""
        info = self._store.head(keys.review_key(key))
        return info.etag if info else None

    def document_of(self, place: str) -> str | None:
        """Key of an object -> inbox key; None where it stands for another path and does not
        say for which."""
        if known := keys.document_of(place):
            return known
        try:
            key = json.loads(self._store.get(place, limit_bytes=MOST_BYTES).body)["key"]
            return key if keys.review_key(key) == place else None
        except (
            NotFound,
            TooLarge,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            RecursionError,
        ):
            return None


def clean_note(text: str) -> str:
    """Without control characters, except for line ends, and without blanks around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(one for one in lines if one == "\n" or not _is_control(one)).strip()


def _line(text: str, limit: int) -> str:
    return " ".join(clean_note(text).split())[:limit]


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") or character in _TURNING


def _settle(review: Review, choices: Sequence[Choice], by: str, at: str) -> Settled:
    meanwhile = []
    for choice in choices:
        stands, wished = review.of(choice.finding), choice.decided(by, at)
        if _is_as_wished(stands, wished):
            continue
        if (stands.mark if stands else "") != choice.seen:
            meanwhile.append(Meanwhile(finding=choice.finding, stands=stands))
            continue
        others = tuple(one for one in review.decisions if one is not stands)
        ended = (Ended(was=stands, by=by, at=at),) if stands else ()
        review = replace(
            review,
            decisions=(*others, wished) if wished else others,
            history=(*review.history, *ended)[-HISTORY:],
        )
    return Settled(review=review, meanwhile=tuple(meanwhile))


def _is_as_wished(stands: Decided | None, wished: Decided | None) -> bool:
    if stands is None or wished is None:
        return stands is wished
    return replace(stands, at="", message="") == replace(wished, at="", message="")


# --- as JSON ---------------------------------------------------------------------------------


def _body(review: Review) -> bytes:
    told = {
        "schema": SCHEMA,
        "key": review.key,
        "decisions": [asdict(one) for one in review.decisions],
        "history": [
            {**asdict(one.was), "ended_by": one.by, "ended_at": one.at} for one in review.history
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _review(body: bytes, etag: str) -> Review:
    """ValueError and the like for anything that is not exactly of this schema: what another
    version has added must not be lost by writing it back."""
    told = json.loads(body)
    if told.keys() != {"schema", "key", "decisions", "history"} or told["schema"] != SCHEMA:
        raise ValueError("of another schema")
    decisions = tuple(map(_decided, told["decisions"]))
    if len({one.finding for one in decisions}) != len(decisions):
        raise ValueError("two decisions on one finding")
    return Review(
        key=_text(told["key"]),
        etag=etag,
        decisions=decisions,
        history=tuple(map(_ended, told["history"])),
    )


def _ended(told: dict[str, Any]) -> Ended:
    was = {name: told[name] for name in told if not name.startswith("ended_")}
    if told.keys() - was.keys() != {"ended_by", "ended_at"}:
        raise ValueError("of another schema")
    return Ended(was=_decided(was), by=_text(told["ended_by"]), at=_text(told["ended_at"]))


def _decided(told: Mapping[str, Any]) -> Decided:
    if told.keys() != {field.name for field in fields(Decided)}:
        raise ValueError("of another schema")
    texts = {name: _text(value) for name, value in told.items()}
    return Decided(**{**texts, "decision": Decision(texts["decision"])})  # type: ignore[arg-type]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _not_ours(place: str) -> NotOurs:
    return NotOurs(
        f"{place} holds something that this version of gouji did not write, so no decision was"
        " written there; move it away, or use the version of gouji that wrote it"
    )
