"""The names of things in the bucket, and back. Pure.

    inbox/<path>                   a document
    results/<path>/result.json     its result; the outputs for people stand beside it
    failed/<path>.json             its dead letter

`<path>` is kept as it is wherever a store can be relied on to keep it; see `kept_path` for
the rest. Names made here are never longer than S3 allows, and two documents never share
one: `a` and `a/result.json` become `results/a/result.json` and
`results/a/result.json/result.json`.
"""

from __future__ import annotations

import hashlib
import re

INBOX = "inbox/"
RESULTS = "results/"
FAILED = "failed/"
#: Where the probe writes. Below `failed/` since nothing else may be deleted, and without
#: `.json` at the end of its keys, so that they are nobody's dead letter.
PROBE = FAILED + ".probe/"
RESULT_NAME = "result.json"
#: S3's limit, in bytes of UTF-8.
KEY_BYTES = 1024
#: Between two slashes: stores on top of a file system take no longer names. Five bytes are
#: for the `.json` of a dead letter.
SEGMENT_BYTES = 255 - len(".json")
#: The longest name of an output, in bytes.
OUTPUT_NAME_BYTES = 40
#: The longest path that still fits with `results/`, `/` and an output's name around it.
PATH_BYTES = KEY_BYTES - len(RESULTS) - 1 - OUTPUT_NAME_BYTES

_HASHED = re.compile(r"~[0-9a-f]{64}\Z")
#: How much of each segment, and of the whole path, stays readable before the hash.
_CUT_SEGMENT_BYTES = 150
_CUT_PATH_BYTES = 600


def is_document(key: str) -> bool:
    """Whether a key is a document that someone dropped.

    Not: other prefixes, "directories", and what SeaweedFS keeps beside the objects (parts
    of uploads in `.uploads`, old versions in `<name>.versions`).
    """
    if not key.startswith(INBOX) or key.endswith("/") or not _fits(key):
        return False
    return not any(part == ".uploads" or part.endswith(".versions") for part in key.split("/"))


def path_of(key: str) -> str:
    """`inbox/a/b.pdf` -> `a/b.pdf`; ValueError for any other key."""
    path = key.removeprefix(INBOX)
    if path == key or not path:
        raise ValueError(f"not the key of a document: {key!r}")
    return path


def kept_path(path: str) -> str:
    """The form of a path in result and failure keys.

    The path itself, unless it would be too long, or has parts that some stores take for
    something else (`..`, `.`, an empty one, a backslash): `results/../inbox/a` must never
    become a write into the inbox. Those become a readable remainder, `~` and the SHA-256 of
    the true path; so do paths that already look like that, which makes the form unique. The
    true key is in the record.
    """
    return path if _is_kept(path) else _hashed(path)


def result_key(key: str) -> str:
    """Inbox key -> key of its result."""
    return f"{RESULTS}{kept_path(path_of(key))}/{RESULT_NAME}"


def output_key(key: str, name: str) -> str:
    """Inbox key and plain name of an output -> key beside the result.

    ValueError for a name with a slash, a name longer than `OUTPUT_NAME_BYTES`, and
    `result.json` itself.
    """
    taken = name in ("", ".", "..", RESULT_NAME)
    if taken or "/" in name or "\\" in name or len(name.encode()) > OUTPUT_NAME_BYTES:
        raise ValueError(f"not the name of an output: {name!r}")
    return f"{RESULTS}{kept_path(path_of(key))}/{name}"


def failed_key(key: str) -> str:
    """Inbox key -> key of its dead letter."""
    return f"{FAILED}{kept_path(path_of(key))}.json"


def is_result(key: str) -> bool:
    """Whether a key is that of a result, as opposed to an output or anything else."""
    return key.startswith(RESULTS) and key.endswith("/" + RESULT_NAME)


def is_failed(key: str) -> bool:
    """Whether a key is that of a dead letter."""
    return key.startswith(FAILED) and key.endswith(".json")


def document_of(key: str) -> str | None:
    """Key of a result or dead letter -> inbox key; None where only the record knows it.

    None for other keys too: outputs, and whatever else lies there.
    """
    if is_result(key):
        path = key[len(RESULTS) : -len("/" + RESULT_NAME)]
    elif is_failed(key):
        path = key[len(FAILED) : -len(".json")]
    else:
        return None
    return INBOX + path if path and _is_kept(path) else None


def is_storable_everywhere(key: str) -> bool:
    """False for keys that a store may answer with "bad request" rather than "not found"."""
    return _fits(key) and all(
        part not in (".", "..") and len(part.encode()) <= 255 for part in key.split("/")
    )


def _is_kept(path: str) -> bool:
    return (
        len(path.encode()) <= PATH_BYTES
        and "\\" not in path
        and not _HASHED.search(path)
        and all(
            part not in ("", ".", "..") and len(part.encode()) <= SEGMENT_BYTES
            for part in path.split("/")
        )
    )


def _hashed(path: str) -> str:
    parts = [part for part in path.replace("\\", "_").split("/") if part not in ("", ".", "..")]
    readable = _cut("/".join(_cut(part, _CUT_SEGMENT_BYTES) for part in parts), _CUT_PATH_BYTES)
    # Cutting may leave `…/` or `…/..` at the end; what follows must not be read as a segment.
    return f"{readable.rstrip('/.')}~{hashlib.sha256(path.encode()).hexdigest()}"


def _cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, no character halved."""
    return text.encode()[:limit].decode(errors="ignore")


def _fits(key: str) -> bool:
    try:
        return len(key.encode()) <= KEY_BYTES
    except UnicodeEncodeError:  # a lone surrogate out of someone's JSON
        return False
