"""What a user would write in an afternoon, for `benchmarks/service.py` to be measured beside.

A Celery task a document: fetch it, take its tables by the library that everybody names, write them
back as JSON. No form is known, nothing is checked, nothing outlives a fault. It runs in the
environment of peers.py and imports nothing of ours:

    celery -A afternoon worker --concurrency 2
"""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

import boto3
from celery import Celery

app = Celery("afternoon", broker=os.environ["PLAIN_BROKER"])
app.conf.update(task_ignore_result=True)
s3 = boto3.client(
    "s3",
    endpoint_url=os.environ["PLAIN_ENDPOINT"],
    aws_access_key_id=os.environ["PLAIN_ACCESS_KEY"],
    aws_secret_access_key=os.environ["PLAIN_SECRET_KEY"],
    region_name="us-east-1",
)

Tables = list[list[list[str | None]]]


def html(body: bytes) -> Tables:
    import pandas

    return [
        frame.astype(object).where(frame.notna(), None).astype(str).to_numpy().tolist()
        for frame in pandas.read_html(BytesIO(body))
    ]


def docx(body: bytes) -> Tables:
    from docx import Document

    document = Document(BytesIO(body))
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def pdf(body: bytes) -> Tables:
    import pdfplumber

    with pdfplumber.open(BytesIO(body)) as opened:
        return [table for page in opened.pages for table in page.extract_tables()]


def text(body: bytes) -> Tables:
    try:
        said = body.decode()
    except UnicodeDecodeError:
        said = body.decode("gb18030", "replace")
    return [[list(line.split()) for line in said.splitlines()]]


READ = {".html": html, ".htm": html, ".docx": docx, ".pdf": pdf, ".txt": text}


@app.task(name="tables")  # type: ignore[untyped-decorator]
def tables(bucket: str, key: str, to: str) -> None:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    said: dict[str, Any] = {"key": key}
    try:
        said["tables"] = READ[PurePosixPath(key).suffix](body)
    except Exception as error:  # noqa: BLE001 - an afternoon has no time for more
        said["error"] = repr(error)
    written = json.dumps(said, ensure_ascii=False).encode()
    s3.put_object(Bucket=bucket, Key=to, Body=written, ContentType="application/json")
