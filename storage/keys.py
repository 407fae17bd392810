"""The names of things in the bucket, and back. Pure.

    inbox/<path>                   a document
    results/<path>/result.json     its result; the outputs for people stand beside it
    failed/<path>.json             its dead letter
    reviews/<path>.json            what people decided on its findings

    inbox/<path>/!/<member>        a document that lies in another one, an archive or a mail:
                                   nothing lies there in the bucket, but its records lie where
                                   the records of such a key belong

`<path>` is kept as it is, unless a record would then be where another record needs a folder
(or the other way round), or some store could not keep it; see `kept_path`. That is told
from the path alone, never from what lies in the bucket. Names made here are never longer
than S3 allows, and of any two documents no record is the other's, nor a folder of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

INBOX = "inbox/"
RESULTS = "results/"
FAILED = "failed/"
REVIEWS = "reviews/"
#: Where the probe writes. Below `failed/` since nothing else may be deleted, and without
#: `.json` at the end of its keys, so that they are nobody's dead letter.
PROBE = FAILED + ".probe/"
RESULT_NAME = "result.json"
#: Beside the result of an archive: what is in it.
MEMBERS_NAME = "!members.json"
_ORIGINAL = "!original-"
#: The outputs for people that may stand beside it. A closed list, since no path may use the
#: name of one for a folder; what comes later has a name that begins with `OURS`.
OUTPUT_NAMES = ("report.html", "report.xlsx")
#: Below a document's folder, what begins so is never a part of somebody's path: `!` itself
#: is where the records of an archive's members are.
OURS = "!"
#: Between the path of an archive and the name of a member.
WITHIN = f"/{OURS}/"
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
_HASH_BYTES = 1 + 64
#: The ending of a file's name that says for people and programs what it is.
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
#: How much of each segment, and of the whole path, stays readable before the hash.
_CUT_SEGMENT_BYTES = 150
_CUT_PATH_BYTES = 600


def document_key(object_key: str) -> str:
    """What a document is called, by the key of its object: the same, but that a part which is
    nothing but `!` is written with one more, so that no object is called as a member is."""
    return "/".join(part + OURS if _is_marks(part) else part for part in object_key.split("/"))


def member_key(key: str, member: str) -> str:
    """What a member is called: by the key of its archive's document and its name in there."""
    return f"{key}{WITHIN}{member}"


def apart(key: str) -> tuple[str, str | None]:
    """The key of a document -> that of its object, and its name in there if it is a member."""
    outer, within, member = key.partition(WITHIN)
    parts = (part[:-1] if _is_marks(part) else part for part in outer.split("/"))
    return "/".join(parts), member if within else None


def archive_of(key: str) -> str | None:
    """The key of the document in which this one lies; None where it lies in the inbox."""
    outer, within, _ = key.partition(WITHIN)
    return outer if within else None


def _is_marks(part: str) -> bool:
    return bool(part) and not part.strip(OURS)


def key_in(source: Mapping[str, Any]) -> str | None:
    """What the document of a record's `source` is called; None where that does not say."""
    key, member = source.get("key"), source.get("member")
    if not isinstance(key, str):
        return None
    named = document_key(key)
    return member_key(named, member) if isinstance(member, str) else named


def may_be_document(key: str) -> bool:
    """Whether a document may be called so: by its object, and in that by any name."""
    object_key, member = apart(key)
    return is_document(object_key) and member != ""


def is_document(key: str) -> bool:
    """Whether the key of an object is that of a document that someone dropped.

    Not: other prefixes, "directories", and what SeaweedFS keeps beside the objects (parts
    of uploads in `.uploads`, old versions in `<name>.versions`).
    """
    if not key.startswith(INBOX) or key.endswith("/") or not _fits(key):
        return False
    return not any(map(_is_of_the_store, key.split("/")))


def _is_of_the_store(part: str) -> bool:
    """SeaweedFS lists nothing that lies in a folder of such a name."""
    return part == ".uploads" or part.endswith(".versions")


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
      inbox; or parts that some do not list (`.uploads`, `a.versions`), as members may have;
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


def kept_member(path: str, member: str) -> str:
    """The form of the path of a member, by that of its archive and its name in there: the folder
    of the archive's members, and the name as `kept_path` has it."""
    folder = _members_folder(path)
    room = PATH_BYTES - len(folder.encode())
    if _is_storable(member, room) and not _meets_ours(member):
        return folder + member
    return folder + _hashed(member, most=min(_CUT_PATH_BYTES, room - _HASH_BYTES))


def _members_folder(path: str) -> str:
    """The archive's path as `kept_path` has it, and `/!/`. It is here a folder below `failed/`,
    which takes no name that ends in `.json`, and leaves room for a name."""
    folder = kept_path(path)
    if folder.endswith(".json") or len(folder.encode()) > _CUT_PATH_BYTES + _HASH_BYTES:
        folder = _hashed(path)
    return folder + WITHIN


def _kept(key: str) -> str:
    """By the key of a document."""
    object_key, member = apart(key)
    path = path_of(object_key)
    return kept_path(path) if member is None else kept_member(path, member)


def _older(key: str) -> str | None:
    object_key, member = apart(key)
    return older_path(path_of(object_key)) if member is None else None


def result_key(key: str) -> str:
    """Key of a document -> key of its result."""
    return f"{RESULTS}{_kept(key)}/{RESULT_NAME}"


def members_key(key: str) -> str:
    """Key of an archive -> that of the list of what is in it."""
    return beside(result_key(key), MEMBERS_NAME)


def members_prefix(key: str) -> str:
    """Key of an archive -> how the keys of all begin that lies beside its members' results."""
    return RESULTS + _members_folder(path_of(apart(key)[0]))


def gathered_key(key: str, number: int) -> str:
    """Key of an archive -> that of what became of some of its members, in parts from 0."""
    return beside(result_key(key), f"{OURS}gathered-{number:04}.json")


def original_key(key: str, etag: str) -> str:
    """Key of a member -> that of what was taken out of its archive, by the archive's etag: of
    another version of the archive another object."""
    digest = hashlib.sha256(etag.encode()).hexdigest()[:16]
    told = _SUFFIX.search(key)
    suffix = told[0].lower() if told and not _is_of_the_store(told[0]) else ""
    return beside(result_key(key), f"{_ORIGINAL}{digest}{suffix}")


def older_result_key(key: str) -> str | None:
    """Where gouji 0.1.0 wrote the result, if elsewhere. Of no other document, ever."""
    older = _older(key)
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
    """Key of a document -> key of its dead letter."""
    return f"{FAILED}{_kept(key)}.json"


def older_failed_key(key: str) -> str | None:
    """Where gouji 0.1.0 wrote the dead letter, if elsewhere. Of no other document, ever."""
    older = _older(key)
    return None if older is None else f"{FAILED}{older}.json"


def failed_keys(key: str) -> tuple[str, ...]:
    """All places of the dead letter; only one of them is ever used."""
    return _places(failed_key(key), older_failed_key(key))


def review_key(key: str) -> str:
    """Key of a document -> key of what people decided on it."""
    return f"{REVIEWS}{_kept(key)}.json"


def _places(now: str, older: str | None) -> tuple[str, ...]:
    return (now,) if older is None else (now, older)


def is_result(key: str) -> bool:
    """Whether a key is that of a result, as opposed to an output or anything else."""
    return key.startswith(RESULTS) and key.endswith("/" + RESULT_NAME)


def is_members(key: str) -> bool:
    """Whether a key is that of a list of what is in an archive."""
    return key.startswith(RESULTS) and key.endswith("/" + MEMBERS_NAME)


def is_original(key: str) -> bool:
    """Whether a key is that of what was taken out of an archive."""
    return key.startswith(RESULTS) and key.rpartition("/")[2].startswith(_ORIGINAL)


def is_failed(key: str) -> bool:
    """Whether a key is that of a dead letter."""
    return key.startswith(FAILED) and key.endswith(".json")


def is_review(key: str) -> bool:
    """Whether a key is that of what people decided."""
    return key.startswith(REVIEWS) and key.endswith(".json")


def document_of(key: str) -> str | None:
    """Key of a result, dead letter or review -> key of its document; None where only that itself
    knows it.

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
    if not path:
        return None
    outer, within, member = path.partition(WITHIN)
    if within:
        # The archive's own path as it was: none that was kept has a part of marks alone.
        told = outer and member and not is_hashed(outer) and kept_member(outer, member) == path
        return member_key(document_key(INBOX + outer), member) if told else None
    return document_key(INBOX + path) if kept_path(path) == path else None


def is_hashed(path: str) -> bool:
    """Whether a path, as it stands in a record's key, stands for another one."""
    return bool(_HASHED.search(path))


def is_storable_everywhere(key: str) -> bool:
    """False for keys that a store may answer with "bad request" rather than "not found"."""
    return _fits(key) and all(
        part not in (".", "..") and len(part.encode()) <= 255 for part in key.split("/")
    )


def _is_storable(path: str, most: int = PATH_BYTES) -> bool:
    return (
        len(path.encode()) <= most
        and "\\" not in path
        and not _HASHED.search(path)
        and all(
            part not in ("", ".", "..")
            and len(part.encode()) <= SEGMENT_BYTES
            and not _is_of_the_store(part)
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


def _hashed(path: str, *, disarmed: bool = True, most: int = 0) -> str:
    """`disarmed`: the remainder has no part that is ours, either; it has `most` bytes."""
    parts = [part for part in path.replace("\\", "_").split("/") if part not in ("", ".", "..")]
    most = most or _CUT_PATH_BYTES
    readable = _cut("/".join(_cut(part, _CUT_SEGMENT_BYTES) for part in parts), most)
    if disarmed:
        *folders, name = readable.split("/")
        readable = "/".join([*map(_disarmed, folders), _without_mark(name)])
    # Cutting may leave `…/` or `…/..` at the end; what follows must not be read as a segment.
    return f"{readable.rstrip('/.')}~{hashlib.sha256(path.encode()).hexdigest()}"


def _disarmed(folder: str) -> str:
    """As long as before: `result.json` -> `result_json`, `!` -> `_`."""
    stem, dot, end = _without_mark(folder).rpartition(".")
    is_armed = _is_ours(folder) or end == "json" or _is_of_the_store(folder)
    return f"{stem}_{end}" if dot and is_armed else stem + dot + end


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
