"""Who is signed in: kept in the memory of the process.

So a restart asks everybody to sign in again, and the site is one process. The cookie carries
a random token of which only the SHA-256 is kept: who reads the memory can sign in as nobody.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from workers.site.access.users import User

IDLE_SECONDS = 8 * 3600.0
LIFE_SECONDS = 24 * 3600.0
#: Of one user at a time; the oldest one makes room.
MOST = 5
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    user: User
    #: What a form or a script sends along, so that no other site can.
    csrf: str = field(repr=False)
    begun: float
    seen: float

    def is_over(self, now: float) -> bool:
        return now - self.begun >= LIFE_SECONDS or now - self.seen >= IDLE_SECONDS


def random_token() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


class Sessions:
    """Used from one event loop. `now`: seconds of any clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        #: By hash of the token, in the order of sign-in.
        self._kept: dict[bytes, Session] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def begin(self, user: User) -> tuple[str, Session]:
        """The token of the new session, which is told once and nowhere kept."""
        now = self._now()
        self._kept = {key: one for key, one in self._kept.items() if not one.is_over(now)}
        theirs = [key for key, one in self._kept.items() if one.user.name == user.name]
        for key in theirs[: max(0, len(theirs) - MOST + 1)]:
            del self._kept[key]
        token = random_token()
        session = Session(user=user, csrf=random_token(), begun=now, seen=now)
        self._kept[_key(token)] = session
        return token, session

    def find(self, token: str, *, is_used: bool = True) -> Session | None:
        """The session that goes on; `is_used`: it was seen now."""
        key = _key(token)
        session = self._kept.get(key)
        if session is None:
            return None
        now = self._now()
        if session.is_over(now):
            del self._kept[key]
            return None
        if not is_used:
            return session
        self._kept[key] = seen = replace(session, seen=now)
        return seen

    def end(self, token: str) -> None:
        self._kept.pop(_key(token), None)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
