"""The pages over a bucket in memory and a catalogue in SQLite, and visitors of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from signing import PASSWORDS, USERS
from starlette.testclient import TestClient

from samples import make_report, render
from samples.report import broken
from storage.catalogue import Catalogue, sqlite_url
from storage.memory import MemoryObjectStore
from storage.objects import ObjectStore
from storage.results import DocumentVersion, Records
from storage.reviews import Reviews
from tasks.flow import examine
from tasks.model.document import Format
from tasks.model.refusal import Refusal
from tasks.render import result
from tasks.render.entry import entry
from tasks.render.outputs import outputs
from workers.settings import Settings
from workers.site.app import make_site
from workers.site.desk import Desk
from workers.site.originals import Originals

AT = "http://localhost:8080"
CELL = "requests.new.natural_person"
RIGHT = make_report(3, organ="淮安市洪泽区霁川服务中心", year=2022, zero_share=0.3)
WRONG = broken(RIGHT, CELL, 3)
HTML = render(WRONG, Format.HTML, "cms")


#: Most tests are about the same few documents.
read = cache(examine)


@cache
def beside(told: bytes) -> dict[str, bytes]:
    return outputs(result.loads(told))


class Pages:
    def __init__(self, folder: Path, store: ObjectStore | None = None, **settings: Any) -> None:
        self.store = store or MemoryObjectStore()
        self.catalogue: Catalogue | None = Catalogue(sqlite_url(folder), bucket="b")
        self.records = Records(self.store)
        #: Versions that were sent to be processed again.
        self.again: list[DocumentVersion] = []
        self.settings = Settings(
            **({"home": folder, "site_users": SecretStr(USERS), "max_document_mib": 1} | settings)
        )
        self.originals = Originals()
        self.desk = Desk(
            store=self.store,
            records=self.records,
            reviews=Reviews(self.store),
            catalogue=self.catalogue,
            originals=self.originals,
            again=self.again.extend,
            max_document_mib=self.settings.max_document_mib,
            max_archive_mib=self.settings.max_archive_mib,
            flower="http://127.0.0.1:5555",
        )
        self.app = make_site(self.settings, self.desk)

    def close(self) -> None:
        self.originals.close()
        if self.catalogue:
            self.catalogue.close()

    def put(self, path: str, body: bytes = HTML, name: str | None = None) -> str:
        """A document with its record, as a worker would leave it; its key."""
        version = DocumentVersion.of(
            self.store.put(f"inbox/{path}", body, content_type="text/html")
        )
        source = result.source_of(version) | {"sha256": hashlib.sha256(body).hexdigest()}
        written = []
        try:
            told = result.done(source, read(body, name or path))
            self.records.write_result(
                version, result.dumps(told), beside(result.dumps(told)), committed=written.append
            )
        except Refusal as refusal:
            told = result.refused(source, refusal)
            self.records.write_failure(version, result.dumps(told), committed=written.append)
        if self.catalogue:
            self.catalogue.put(version, written[0], entry(told))
        return version.key

    @contextmanager
    def visit(self, user: str | None = "zhang", **headers: str) -> Iterator[TestClient]:
        with TestClient(
            self.app, base_url=AT, headers={"Accept": "text/html"} | headers, follow_redirects=False
        ) as client:
            if user is not None:
                form = client.get("/sign-in").text
                token = re.search(r'name="csrf" value="([^"]+)"', form)
                assert token is not None
                said = {"csrf": token[1], "user": user, "password": PASSWORDS[user]}
                assert client.post("/sign-in", data=said).status_code == 303
            yield client


def csrf(client: TestClient) -> str:
    found = re.search(r'data-csrf="([^"]+)"', client.get("/").text)
    assert found is not None
    return found[1]


def put_file(
    client: TestClient,
    path: str,
    body: bytes | Iterator[bytes],
    over: str = "",
    seen: str = "",
    **headers: str,
) -> Any:
    asked = {"path": path, "over": over, "seen": seen}
    return client.put(
        "/upload", params=asked, content=body, headers={"X-CSRF-Token": csrf(client)} | headers
    )


def keys(store: ObjectStore, prefix: str = "inbox/") -> Sequence[str]:
    return [info.key for info in store.list(prefix)]
