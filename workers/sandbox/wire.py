"""What goes between a worker and the child that parses: one question, one answer, in JSON.

question   lengths of name, wish and body (network order), name in UTF-8, wish in JSON, body
answer     lengths of both its parts, one JSON object with one member, and what is attached:
             done     document, report, findings and tables of the result; or, where something
                      else was asked for, what goes with the bytes that are attached
             refused  code, message, message_en
             broke    kind, message and traceback of an exception

The child may have been taken over by its document. So an answer has a cap, is parsed as JSON and
nothing else, and what the worker relies on in it is looked at: by the check of what was asked
for, which is the worker's choice, whatever the child says that it answers.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from tasks.model.document import Format
from tasks.model.refusal import Refusal, RefusalCode
from tasks.render import result

#: 200 000 cells take some 30 MB. For both parts together.
MAX_ANSWER_BYTES = 128 * 2**20
#: Commas and brackets, of which each may be a value that takes a hundred bytes here.
MAX_ANSWER_MARKS = 8_000_000
MAX_MESSAGE = 2_000
MAX_TRACEBACK = 20_000
#: What the answer `done` has, and of what type.
_PARTS: dict[str, tuple[type, ...]] = {
    "document": (dict,),
    "report": (dict, type(None)),
    "findings": (list,),
    "tables": (list,),
}
_CHUNK = 1 << 20

_QUESTION = struct.Struct("!IIQ")
_ANSWER = struct.Struct("!QQ")
ANSWER_HEAD_BYTES = _ANSWER.size

#: What is asked of the document besides: arguments by their names.
Wish = Mapping[str, str | int | bool | None]

#: Reads up to so many bytes, none at the end.
Read = Callable[[int], bytes]


class Garbage(Exception):
    """What came is not an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What was made of a document that is no result: bytes, and what is to be known of them."""

    facts: result.Envelope = field(default_factory=dict)
    attached: bytes = b""


#: A scan, which is left to others.
LEFT = Extract(facts={"left": "scan"})

A = TypeVar("A")
#: What a worker makes of an extract, or of the parts of a result: raises Garbage.
Check = Callable[[Extract], A]


class Lengths(NamedTuple):
    """Bytes of an answer: of its JSON, of what is attached."""

    said: int
    attached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """Our program broke: the exception, for the log."""

    kind: str
    message: str
    traceback: str


# --- the worker's side ---------------------------------------------------------------------


def question(body: bytes, name: str, wish: Wish) -> bytes:
    """What goes before the body."""
    told = name.encode("utf-8", "replace")
    wished = json.dumps(wish).encode()
    return _QUESTION.pack(len(told), len(wished), len(body)) + told + wished


def answer_lengths(head: bytes) -> Lengths:
    lengths = Lengths(*_ANSWER.unpack(head))
    if sum(lengths) > MAX_ANSWER_BYTES:
        raise Garbage(f"an answer of {sum(lengths)} bytes")
    return lengths


def understand(body: bytes, attached: bytes, check: Check[A]) -> A | Refusal | Breakdown:
    """Raises Garbage."""
    marks = sum(map(body.count, (b",", b"[", b"{")))
    if marks > MAX_ANSWER_MARKS:
        raise Garbage(f"an answer of {marks} values")
    try:
        said = result.loads(body)
    except (ValueError, RecursionError) as error:
        raise Garbage("no JSON") from error
    match said:
        case {"done": dict(facts), **rest} if not rest:
            return check(Extract(facts=facts, attached=attached))
        case _ if attached:
            raise Garbage("something attached to what is no answer")
        case {"refused": dict(refusal), **rest} if not rest:
            return refusal_of(refusal)
        case {"broke": dict(told), **rest} if not rest:
            return Breakdown(
                kind=_text(told, "kind", 100),
                message=_text(told, "message", MAX_MESSAGE),
                traceback=_text(told, "traceback", MAX_TRACEBACK),
            )
    raise Garbage("JSON of another form")


def parts_of(extract: Extract) -> result.Envelope:
    """The parts of a result. Raises Garbage."""
    parts = extract.facts
    if extract.attached:
        raise Garbage("something attached to a result")
    if set(parts) != set(_PARTS):
        raise Garbage(f"a result of {sorted(parts)}")
    for name, types in _PARTS.items():
        if not isinstance(parts[name], types):
            raise Garbage(f"{name} is of another type")
    if parts["document"].get("format") not in set(Format):
        raise Garbage("a document of no format")
    # In the order in which they are written.
    return {name: parts[name] for name in _PARTS}


def parts_or_left(extract: Extract) -> result.Envelope:
    """The parts of a result; no part: of a scan that was not read. Raises Garbage."""
    return {} if extract == LEFT else parts_of(extract)


def refusal_of(told: dict[str, Any]) -> Refusal:
    """As `refusal_told` tells it. Raises Garbage."""
    code = _text(told, "code", 100)
    if code not in set(RefusalCode):
        raise Garbage("a refusal of no code")
    return Refusal(
        RefusalCode(code),
        _text(told, "message", MAX_MESSAGE),
        _text(told, "message_en", MAX_MESSAGE),
    )


def _text(told: dict[str, Any], name: str, most: int) -> str:
    text = told.get(name)
    if not isinstance(text, str):
        raise Garbage(f"{name} is no text")
    return text[:most]


# --- the child's side ----------------------------------------------------------------------


def read_question(read: Read) -> tuple[bytes, str, Wish]:
    """Body, name and wish. Raises EOFError."""
    name_length, wish_length, body_length = _QUESTION.unpack(read_exactly(read, _QUESTION.size))
    name = read_exactly(read, name_length).decode()
    wish: Wish = json.loads(read_exactly(read, wish_length))
    return read_exactly(read, body_length), name, wish


def read_exactly(read: Read, length: int) -> bytes:
    """Raises EOFError where there is less."""
    chunks = bytearray()
    while len(chunks) < length:
        chunk = read(min(length - len(chunks), _CHUNK))
        if not chunk:
            raise EOFError
        chunks += chunk
    return bytes(chunks)


def done(extract: Extract) -> bytes:
    return _framed({"done": extract.facts}, extract.attached)


def refused(refusal: Refusal) -> bytes:
    return _framed({"refused": refusal_told(refusal)})


def refusal_told(refusal: Refusal) -> result.Envelope:
    return {
        "code": str(refusal.code),
        "message": refusal.message,
        "message_en": refusal.message_en,
    }


def broke(error: BaseException, traceback: str) -> bytes:
    return _framed(
        {
            "broke": {
                "kind": type(error).__name__,
                "message": str(error)[:MAX_MESSAGE],
                # Its end says where it broke.
                "traceback": traceback[-MAX_TRACEBACK:],
            }
        }
    )


def _framed(said: result.Envelope, attached: bytes = b"") -> bytes:
    body = result.dumps(said)
    return _ANSWER.pack(len(body), len(attached)) + body + attached


def write_all(descriptor: int, body: bytes) -> None:
    left = memoryview(body)
    while left:
        left = left[os.write(descriptor, left[:_CHUNK]) :]
