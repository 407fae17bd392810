"""What a document takes of a disk: `python -m benchmarks.sizes [DOCUMENTS]`.

DOCUMENTS (120) of each format, in KiB: the document as it was dropped, the three objects of its
result, its row of a catalogue in SQLite; and what SeaweedFS takes for all of them, beside that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from samples.folder import sample
from storage.catalogue import Catalogue, sqlite_url
from storage.local import LocalServers
from storage.objects import ObjectInfo, S3ObjectStore, etag_of
from storage.results import DocumentVersion, State
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal
from tasks.render.entry import entry
from tasks.render.outputs import outputs
from tasks.render.result import Envelope, done, dumps

FORMATS = (Format.HTML, Format.TEXT, Format.DOCX, Format.PDF)
KIB, ROWS = 1024, 20_000


def made(format: Format, documents: int) -> Iterator[tuple[str, bytes, Envelope]]:
    """Name, document and envelope of those that are not refused."""
    for number in range(documents):
        one = sample(number, format)
        try:
            outcome = examine(one.body, one.name)
        except Refusal:
            continue
        yield one.name, one.body, done({"name": one.name, "sha256": "0" * 64}, outcome)


def info(key: str, body: bytes) -> ObjectInfo:
    return ObjectInfo(
        key=key,
        size=len(body),
        etag=etag_of(body),
        version_id=None,
        last_modified=datetime.now(UTC),
    )


def below(folder: Path) -> int:
    """Bytes that the files take of the disk."""
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())


def main(documents: int) -> None:
    with TemporaryDirectory() as name, LocalServers(Path(name) / "servers") as servers:
        s3 = servers.s3
        store = S3ObjectStore(
            endpoint=s3.endpoint,
            bucket=s3.bucket,
            access_key=s3.access_key,
            secret_key=s3.secret_key,
        )
        folder = Path(name) / "servers/seaweedfs"
        before, told = below(folder), 0
        for format in FORMATS:
            told += measured(format, documents, store)
        taken = below(folder) - before
        rows = Path(name) / "catalogue"
        rows.mkdir()
        print(f"a row of the catalogue {noted(rows) / KIB:.1f}")
        print(f"SeaweedFS takes {taken / told:.2f} times what is put into it")


def noted(folder: Path) -> float:
    """Bytes of a row, of so many that what SQLite writes ahead does not count."""
    ((_, body, envelope),) = made(Format.HTML, 1)
    row = {**entry(envelope), "state": State.RESULT}
    record = info("results/a", body)
    versions = [DocumentVersion.of(info(f"inbox/2023/{n:06}.html", body)) for n in range(ROWS)]
    Catalogue(sqlite_url(folder), bucket="b").put_all((one, record, row) for one in versions)
    return below(folder) / ROWS


def measured(format: Format, documents: int, store: S3ObjectStore) -> int:
    """Bytes that were put into the store."""
    sums = dict.fromkeys(("document", "result.json", "report.html", "report.xlsx"), 0)
    count = 0
    for name, body, envelope in made(format, documents):
        count += 1
        objects = {"document": body, "result.json": dumps(envelope), **outputs(envelope)}
        for which, content in objects.items():
            sums[which] += len(content)
            store.put(f"results/{format}/{name}/{which}", content, content_type="a/b")
    told = ", ".join(f"{which} {size / count / KIB:.1f}" for which, size in sums.items())
    print(f"{format:5} {told}")
    return sum(sums.values())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 120)
