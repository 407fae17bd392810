"""Bodies of made files and documents of read ones, kept in a folder between two runs.

A document stands for its file as long as neither the file's bytes nor what reads them has
changed: `tasks/detect`, `tasks/unpack`, `tasks/read`, `tasks/model` and the versions of the
libraries. So a change of recognising is tried on the documents of the whole corpus without
reading it again. A body stands for its file as long as what makes it has not changed; a program's
body also when the program has.

Folders of older sources stay until somebody removes them: some 15 MB for the whole corpus.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.known import ROOT, Known
from tasks.detect import detect
from tasks.model.document import Document
from tasks.model.refusal import Refusal
from tasks.read import read

#: What a document depends on beside its file's bytes, below the root of the repository.
READING: Final = ("tasks/detect", "tasks/read", "tasks/unpack", "tasks/model", "requirements.lock")
#: What the bytes of a made file depend on.
MAKING: Final = ("samples", "tasks/forms", "tasks/model", "requirements.lock")


class Kept:
    """Without a folder nothing is kept: each file is made and read anew."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def body(self, file: Known) -> bytes:
        if self._folder is None or not file.is_made:
            return file.body()
        place = self._folder / f"made-{digest_of(MAKING)}" / file.file_name
        return _kept(place, file.body)

    def document(self, body: bytes, name: str) -> Document:
        """Raises `Refusal`."""
        if self._folder is None:
            return read(body, detect(body, name))
        which = hashlib.sha256(name.encode() + b"\0" + body).hexdigest()
        place = self._folder / f"read-{digest_of(READING)}" / f"{which}.pickle"
        kept = _kept(place, lambda: pickle.dumps(_read(body, name)))
        found: Document | Refusal = pickle.loads(kept)  # noqa: S301 - our own, of these sources
        if isinstance(found, Refusal):
            raise found
        return found


def _read(body: bytes, name: str) -> Document | Refusal:
    try:
        return read(body, detect(body, name))
    except Refusal as refusal:
        return refusal


def _kept(place: Path, make: Callable[[], bytes]) -> bytes:
    """Written under another name first: several runs may share the folder."""
    if place.exists():
        return place.read_bytes()
    made = make()
    place.parent.mkdir(parents=True, exist_ok=True)
    begun = place.with_name(f"{place.name}.{os.getpid()}")
    begun.write_bytes(made)
    begun.replace(place)
    return made


@cache
def digest_of(sources: Sequence[str]) -> str:
    """Of files and folders below the root, and of the Python that runs them."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sources:
        for path in _files(ROOT / source):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        found = (one for one in sorted(path.rglob("*")) if one.is_file())
        yield from (one for one in found if "__pycache__" not in one.parts)
