"""The names of things in the bucket, and back. Pure.

    inbox/<path>                   a document
    results/<path>/result.json     its result; the outputs for people stand beside it
    failed/<path>.json             its dead letter

`<path>` is kept as it is wherever it can be, see `kept_path`.
"""

from __future__ import annotations

import hashlib
import re

INBOX = "inbox/"
RESULTS = "results/"
FAILED = "failed/"
#: What the system needs for itself: the objects written by the probe.
SYSTEM = "system/"
RESULT_NAME = "result.json"
#: S3's limit, in bytes of UTF-8.
KEY_BYTES = 1024
#: The longest name of an output, in bytes.
OUTPUT_NAME_BYTES = 40
#: The longest path that still fits with `results/`, `/` and an output's name around it.
PATH_BYTES = KEY_BYTES - len(RESULTS) - 1 - OUTPUT_NAME_BYTES


def is_document(key: str) -> bool:
    """Whether a key is a document that someone dropped.

    Not: other prefixes, "directories", and what SeaweedFS keeps beside the objects (parts
    of uploads in `.uploads`, old versions in `<name>.versions`).
    """
    raise NotImplementedError


def path_of(key: str) -> str:
    """`inbox/a/b.pdf` -> `a/b.pdf`; ValueError for any other key."""
    raise NotImplementedError


def kept_path(path: str) -> str:
    """The form of a path in result and failure keys."""
    raise NotImplementedError


def result_key(key: str) -> str:
    """Inbox key -> key of its result."""
    raise NotImplementedError


def output_key(key: str, name: str) -> str:
    """Inbox key and plain name of an output -> key beside the result."""
    raise NotImplementedError


def failed_key(key: str) -> str:
    """Inbox key -> key of its dead letter."""
    raise NotImplementedError


def document_of(key: str) -> str | None:
    """Key of a result or dead letter -> inbox key; None where only the record knows it.

    None for other keys too: outputs, and whatever else lies there.
    """
    raise NotImplementedError
