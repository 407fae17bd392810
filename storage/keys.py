"""The names of things in the bucket, and back. Pure.

    inbox/<path>                   a document
    results/<path>/result.json     its result; the outputs for people stand beside it
    failed/<path>.json             its dead letter
    reviews/<path>.json            what people decided on its findings

`<path>` is kept as it is, unless a record would then be where another record needs a folder
(or the other way round), or some store could not keep it; see `kept_path`. That is told
from the path alone, never from what lies in the bucket. Names made here are never longer
than S3 allows, and of any two documents no record is the other's, nor a folder of it.
"""

from __future__ import annotations

import hashlib
import re

INBOX = "inbox/"
RESULTS = "results/"
FAILED = "failed/"
REVIEWS = "reviews/"
#: Where the probe writes. Below `failed/` since nothing else may be deleted, and without
#: `.json` at the end of its keys, so that they are nobody's dead letter.
PROBE = FAILED + ".probe/"
RESULT_NAME = "result.json"
#: The outputs for people that may stand beside it. A closed list, since no path may use the
#: name of one for a folder; what comes later has a name that begins with `OURS`.
OUTPUT_NAMES = ("report.html", "report.xlsx")
#: Below a document's folder, what begins so is never a part of somebody's path: `!` itself
#: is where the records of an archive's members are.
OURS = "!"
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

    The path itself, unless

    - it would be too long, or has parts that some stores take for something else (`..`, `.`,
      an empty one, a backslash): `results/../inbox/a` must never become a write into the
      inbox;
    - or it has a part that is ours where another document is a folder above it: `a.html` has
      the object `results/a.html/result.json`, so `a.html/result.json` must not have a folder
      of that name; and `b` has the object `failed/b.json`, so no folder below `failed/` ends
      in `.json`, nor below `reviews/`. Some stores keep no object and folder of one name.

    Those become a readable remainder, `~` and the SHA-256 of the true path; so do paths that
    already look like that, which makes the form unique. The true key is in the record.
    """
    return path if _is_storable(path) and not _meets_ours(path) else _hashed(path)


def older_path(path: str) -> str | None:
    """The form that gouji 0.1.0 gave to a path, where it was another."""
    older = path if _is_storable(path) else _hashed(path, disarmed=False)
    return older if older != kept_path(path) else None


def result_key(key: str) -> str:
    """Inbox key -> key of its result."""
    return f"{RESULTS}{kept_path(path_of(key))}/{RESULT_NAME}"


def older_result_key(key: str) -> str | None:
    """Where gouji 0.1.0 wrote the result, if elsewhere. Of no other document, ever."""
    older = older_path(path_of(key))
    return None if older is None else f"{RESULTS}{older}/{RESULT_NAME}"


def result_keys(key: str) -> tuple[str, ...]:
    """All places of the result; only one of them is ever used."""
    return _places(result_key(key), older_result_key(key))


def output_key(key: str, name: str) -> str:
    """Inbox key and plain name of an output -> key beside the result; see `beside`."""
    return beside(result_key(key), name)


def beside(key: str, name: str) -> str:
    """Key of a result -> that of an output beside it.

    ValueError for a name that is not of `OUTPUT_NAMES` and does not begin with `OURS`, for
    one with a slash, and for one longer than `OUTPUT_NAME_BYTES`.
    """
    known = name in OUTPUT_NAMES or (name.startswith(OURS) and name != OURS)
    if not known or "/" in name or "\\" in name or len(name.encode()) > OUTPUT_NAME_BYTES:
        raise ValueError(f"not the name of an output: {name!r}")
    return key.removesuffix(RESULT_NAME) + name


def failed_key(key: str) -> str:
    """Inbox key -> key of its dead letter."""
    return f"{FAILED}{kept_path(path_of(key))}.json"


def older_failed_key(key: str) -> str | None:
    """Where gouji 0.1.0 wrote the dead letter, if elsewhere. Of no other document, ever."""
    older = older_path(path_of(key))
    return None if older is None else f"{FAILED}{older}.json"


def failed_keys(key: str) -> tuple[str, ...]:
    """All places of the dead letter; only one of them is ever used."""
    return _places(failed_key(key), older_failed_key(key))


def review_key(key: str) -> str:
    """Inbox key -> key of what people decided on it."""
    return f"{REVIEWS}{kept_path(path_of(key))}.json"


def _places(now: str, older: str | None) -> tuple[str, ...]:
    return (now,) if older is None else (now, older)


def is_result(key: str) -> bool:
    """Whether a key is that of a result, as opposed to an output or anything else."""
    return key.startswith(RESULTS) and key.endswith("/" + RESULT_NAME)


def is_failed(key: str) -> bool:
    """Whether a key is that of a dead letter."""
    return key.startswith(FAILED) and key.endswith(".json")


def is_review(key: str) -> bool:
    """Whether a key is that of what people decided."""
    return key.startswith(REVIEWS) and key.endswith(".json")


def document_of(key: str) -> str | None:
    """Key of a result, dead letter or review -> inbox key; None where only that itself knows it.

    None for other keys too: outputs, and whatever else lies there.
    """
    if is_result(key):
        path = key[len(RESULTS) : -len("/" + RESULT_NAME)]
    elif is_failed(key):
        path = key[len(FAILED) : -len(".json")]
    elif is_review(key):
        path = key[len(REVIEWS) : -len(".json")]
    else:
        return None
    return INBOX + path if path and kept_path(path) == path else None


def is_hashed(path: str) -> bool:
    """Whether a path, as it stands in a record's key, stands for another one."""
    return bool(_HASHED.search(path))


def is_storable_everywhere(key: str) -> bool:
    """False for keys that a store may answer with "bad request" rather than "not found"."""
    return _fits(key) and all(
        part not in (".", "..") and len(part.encode()) <= 255 for part in key.split("/")
    )


def _is_storable(path: str) -> bool:
    return (
        len(path.encode()) <= PATH_BYTES
        and "\\" not in path
        and not _HASHED.search(path)
        and all(
            part not in ("", ".", "..") and len(part.encode()) <= SEGMENT_BYTES
            for part in path.split("/")
        )
    )


def _meets_ours(path: str) -> bool:
    *folders, name = path.split("/")
    below = [*folders, name][1:]
    return any(map(_is_ours, below)) or any(folder.endswith(".json") for folder in folders)


def _is_ours(part: str) -> bool:
    """Whether it may be the name of something in a document's folder."""
    return part == RESULT_NAME or part in OUTPUT_NAMES or part.startswith(OURS)


def _hashed(path: str, *, disarmed: bool = True) -> str:
    """`disarmed`: the remainder has no part that is ours, either."""
    parts = [part for part in path.replace("\\", "_").split("/") if part not in ("", ".", "..")]
    readable = _cut("/".join(_cut(part, _CUT_SEGMENT_BYTES) for part in parts), _CUT_PATH_BYTES)
    if disarmed:
        *folders, name = readable.split("/")
        readable = "/".join([*map(_disarmed, folders), _without_mark(name)])
    # Cutting may leave `…/` or `…/..` at the end; what follows must not be read as a segment.
    return f"{readable.rstrip('/.')}~{hashlib.sha256(path.encode()).hexdigest()}"


def _disarmed(folder: str) -> str:
    """As long as before: `result.json` -> `result_json`, `!` -> `_`."""
    stem, dot, end = _without_mark(folder).rpartition(".")
    return f"{stem}_{end}" if dot and (_is_ours(folder) or end == "json") else stem + dot + end


def _without_mark(part: str) -> str:
    return "_" + part[len(OURS) :] if part.startswith(OURS) else part


def _cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, no character halved."""
    return text.encode()[:limit].decode(errors="ignore")


def _fits(key: str) -> bool:
    try:
        return len(key.encode()) <= KEY_BYTES
    except UnicodeEncodeError:  # a lone surrogate out of someone's JSON
        return False
