"""Passwords: what may be one, how it is kept (argon2id), and whether it is the right one.

A hash takes tens of MiB and of milliseconds, so only a few are made at a time, away from the
event loop: whoever floods the sign-in waits for himself.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from workers.cli.language import Said

#: Characters.
SHORTEST, LONGEST = 8, 128
#: Of salt and hash; less is a line that was cut off.
_SHORTEST_BYTES = 16
THREADS = 2
#: Passwords that are looked at or wait for it; another is sent away.
WAITING = 16


class Busy(Exception):
    """Too many passwords wait: ask again in a moment."""


def complaint(password: str) -> Said | None:
    """Why it may not be a password."""
    length = len(_normal(password))
    if SHORTEST <= length <= LONGEST:
        return None
    return Said(
        f"密码应为 {SHORTEST} 至 {LONGEST} 个字符，现为 {length} 个",
        f"a password has {SHORTEST} to {LONGEST} characters, this one has {length}",
    )


def hashed(password: str) -> str:
    return PasswordHasher().hash(_bytes(password))


def is_hash(text: str) -> bool:
    """Whether it is argon2id, and whole."""
    try:
        found = extract_parameters(text)
    except InvalidHashError:
        return False
    return found.type is Type.ID and min(found.salt_len, found.hash_len) >= _SHORTEST_BYTES


class Verifier:
    """Tells right passwords from wrong ones. Used from one event loop."""

    def __init__(self, hashes: Collection[str]) -> None:
        """`hashes`: of all users, at least one."""
        # As dear as theirs, so that a name nobody has takes as long as one that somebody has.
        alike = PasswordHasher.from_parameters(extract_parameters(next(iter(hashes))))
        self._nobodys = alike.hash(secrets.token_bytes())
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._places = BoundedSemaphore(WAITING)

    async def is_right(self, digest: str | None, password: str) -> bool:
        """`digest` of the user, None where there is no such user. Raises `Busy`."""
        if not self._places.acquire(blocking=False):
            raise Busy
        looked = self._threads.submit(_matches, digest or self._nobodys, password)
        # When the thread has done with it, and not when the visitor has lost patience.
        looked.add_done_callback(lambda _: self._places.release())
        right = await asyncio.wrap_future(looked)
        return right and digest is not None


def _matches(digest: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(digest, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same from every keyboard and input method (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode(errors="surrogatepass")
