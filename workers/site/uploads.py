"""Files from a browser into the inbox, one request a file.

    path ── key ──> body, to a file without a name ──> in turn: in memory, and into the store

What is there under the same name with other content is not replaced unless the person says so:
two offices may call their reports the same. The same content again is no new version.
"""

from __future__ import annotations

import asyncio
import json
import mimetypes
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from storage import keys
from storage.errors import Conflict, StorageError
from storage.objects import etag_of
from storage.results import DocumentVersion, State
from tasks.queues import holds_others
from tasks.render.coverage import outcome
from tasks.render.sentences import message_of
from workers.cli.folders import is_junk
from workers.cli.language import Said
from workers.site.access.guard import require
from workers.site.access.users import Role
from workers.site.desk import Desk, Standing
from workers.site.forms import body_of
from workers.site.rendering import language, link
from workers.site.words import VERDICTS

log = structlog.get_logger("gouji")

#: Bodies that are held in memory at a time. While they come they are on the disk, so that who
#: sends slowly keeps nobody waiting.
AT_ONCE = 4
_IN_MEMORY_BYTES = 64 * 1024
#: Documents whose state is asked for at a time.
MOST_ASKED = 50
#: Of the question, as many keys as are asked for, escaped.
_ASKED_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class NotTaken(Exception):
    """A file that does not get into the inbox, and why."""

    status: int
    state: str
    why: Said
    #: Of what is there instead.
    etag: str = ""


async def upload(request: Request) -> Response:
    """PUT /upload?path=…&over=replace|both&seen=…: the body is the file; `seen`: the etag of what
    is to be replaced, so that nothing is replaced that nobody was asked about."""
    require(request, Role.REVIEWER)
    desk: Desk = request.app.state.desk
    spoken = language(request)
    try:
        key = key_of(request.query_params.get("path", ""))
        over, seen = (request.query_params.get(name) for name in ("over", "seen"))
        with SpooledTemporaryFile(_IN_MEMORY_BYTES) as file:
            is_large = holds_others(key)
            most = desk.max_archive_mib if is_large else desk.max_document_mib
            await _receive(request, file, most)
            async with request.app.state.uploading:
                taken = await run_in_threadpool(_put, desk, key, file, over, seen)
    except NotTaken as error:
        said = {"state": error.state, "why": error.why.in_(spoken), "etag": error.etag}
        # What is still on its way is not read on.
        headers = {"Connection": "close"} if error.status in (_LATE, _TOO_LARGE) else None
        return JSONResponse(said, status_code=error.status, headers=headers)
    except StorageError as error:
        log.warning("site.away", message=str(error), path=request.url.path)
        return JSONResponse({"state": "away", "why": _AWAY.in_(spoken)}, status_code=503)
    # By what it is called it is asked for from here on.
    return JSONResponse(taken | {"key": keys.document_key(taken["key"])})


async def states(request: Request) -> Response:
    """POST /upload/states with a list of keys -> what became of each by now."""
    desk: Desk = request.app.state.desk
    body = await body_of(request, _ASKED_BYTES)
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, list):
        return JSONResponse({"why": "a list of keys"}, status_code=400)
    wanted = [key for key in asked[:MOST_ASKED] if isinstance(key, str)]
    spoken = language(request)
    try:
        found = await run_in_threadpool(_states, desk, wanted, spoken)
    except StorageError as error:
        log.warning("site.away", message=str(error), path=request.url.path)
        return JSONResponse({"why": _AWAY.in_(spoken)}, status_code=503)
    return JSONResponse(found)


def key_of(path: str) -> str:
    """A path as a browser gives it -> key in the inbox. Raises NotTaken.

    Names that look alike are one: some systems write é as two characters (NFD), and others
    leave marks in a name that nobody sees, which may also turn it around.
    """
    seen = "".join(one for one in path if unicodedata.category(one) != "Cf")
    alike = unicodedata.normalize("NFC", seen).replace("\\", "/")
    kept = "/".join(part for part in map(str.strip, alike.split("/")) if part)
    key = keys.INBOX + kept
    if not kept or not keys.is_document(key) or not keys.is_storable_everywhere(key):
        raise NotTaken(400, "refused", _NAME)
    if any(unicodedata.category(one) in _UNWRITTEN for one in kept):
        raise NotTaken(400, "refused", _NAME)
    if any(map(is_junk, kept.split("/"))):
        raise NotTaken(422, "skipped", _LITTER)
    return key


#: Control characters and ends of lines.
_UNWRITTEN = ("Cc", "Zl", "Zp")


def _put(
    desk: Desk, key: str, file: IO[bytes], over: str | None, seen: str | None
) -> dict[str, Any]:
    file.seek(0)
    return put(desk, key, file.read(), over, seen)


def put(
    desk: Desk, key: str, body: bytes, over: str | None, seen: str | None = None
) -> dict[str, Any]:
    """`over`: `replace` the version `seen` that is there under that name, or keep `both`. Raises
    NotTaken."""
    there = desk.store.head(key)
    if there and there.etag == etag_of(body):
        return {"state": "unchanged", "key": key}
    replaced = (seen or None) if over == "replace" else None
    for name in _names(key) if over == "both" else (key,):
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        try:
            info = desk.store.put(
                name,
                body,
                content_type=kind,
                if_absent=not replaced,
                if_match=replaced,
            )
        except Conflict:
            continue
        desk.clerk.note_pending(DocumentVersion.of(info))
        return {"state": "sent", "key": name}
    now = desk.store.head(key)
    raise NotTaken(409, "other", _OTHER, now.etag if now else "")


def _names(key: str) -> Sequence[str]:
    """`年报.pdf` -> `年报 (2).pdf`, `年报 (3).pdf` …"""
    folder, slash, name = key.rpartition("/")
    stem, dot, end = name.rpartition(".")
    if not stem:
        stem, dot, end = name, "", ""
    found = (f"{folder}{slash}{stem} ({number}){dot}{end}" for number in range(2, 100))
    return [name for name in found if keys.is_document(name)]


async def _receive(request: Request, file: IO[bytes], limit_mib: int) -> None:
    """All of the body, and never more than may be taken. Raises NotTaken."""
    limit = limit_mib * 2**20
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit_mib)
    try:
        async for chunk in request.stream():
            file.write(chunk)
            if file.tell() > limit:
                raise _too_large(limit_mib)
    except ClientDisconnect:
        raise NotTaken(_LATE, "late", _SLOW) from None
    except OSError:
        log.exception("site.disk")
        raise NotTaken(503, "away", _NO_ROOM) from None
    if not file.seek(0, os.SEEK_END):
        raise NotTaken(422, "refused", _EMPTY)


def _states(desk: Desk, wanted: Sequence[str], spoken: str) -> list[dict[str, Any]]:
    return [_state(key, desk.standing(key), spoken) for key in wanted]


def _state(key: str, standing: Standing | None, spoken: str) -> dict[str, Any]:
    if standing is None:
        return {"key": key, "state": "gone"}
    said: dict[str, Any] = {"key": key, "href": link("/document", key=key)}
    envelope = standing.envelope
    if envelope is None:
        return said | {"state": State.PENDING, "told": VERDICTS["pending"].in_(spoken)}
    came = outcome(envelope)
    why = envelope.get("refusal") or envelope.get("error")
    return said | {
        "state": standing.state,
        "verdict": came,
        "told": VERDICTS[came].in_(spoken),
        "why": message_of(why, spoken) if why and "message" in why else "",
    }


_LATE, _TOO_LARGE = 408, 413


def _too_large(limit_mib: int) -> NotTaken:
    return NotTaken(
        _TOO_LARGE,
        "refused",
        Said(
            f"超过 {limit_mib} MiB，没有上传：请拆分，或请管理员调大上传上限",
            f"larger than {limit_mib} MiB and not taken: split it, or ask the operator to raise"
            " the limit of uploads",
        ),
    )


_NAME = Said(
    "文件名不能用（文件或文件夹的名称超过 85 个汉字，或含有 ..、控制字符等）：请改名后再传",
    "the name cannot be used (a part of it is longer than 255 bytes, or has .. or control"
    " characters): rename the file",
)
_LITTER = Said(
    "这是办公软件或系统的临时文件，已跳过",
    "a temporary file of a program or the system, passed over",
)
_SLOW = Said(
    "没有传完：网络过慢或已中断，请重试",
    "it did not arrive whole: the network is too slow, or broke off; try again",
)
_NO_ROOM = Said(
    "服务器的临时磁盘空间不足，文件没有上传，请稍后重试；一直如此请找管理员",
    "the disk for what is on its way is full, the file was not taken: try again later, and tell"
    " the operator if it stays so",
)
_EMPTY = Said("文件是空的，请检查原文件", "the file is empty: look at the original")
_OTHER = Said("收件目录中已有同名文件，内容不同", "the inbox has another file of that name")
_AWAY = Said(
    "对象存储没有回应，文件没有上传，请稍后重试",
    "the object store does not answer, the file was not taken: try again later",
)


def gate() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)
