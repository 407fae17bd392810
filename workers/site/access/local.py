"""Where to go on after the sign-in: on this site, whatever the address bar was made to say."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

HOME = "/"
_LONGEST = 2000
#: Path and query as RFC 3986 writes them: no fragment, no backslash, blank or control character,
#: which browsers read in ways of their own.
_WRITTEN = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*")
#: Another host, or a line of its own, where somebody on the way decodes it.
_ELSEWHERE = re.compile(r"[/\\]{2}|.*[\x00-\x1f\x7f]", re.DOTALL)


def local_path(text: str) -> str:
    """The path and query, or `/` where it is none of this site."""
    if len(text) > _LONGEST or not _WRITTEN.fullmatch(text):
        return HOME
    return HOME if _ELSEWHERE.match(_decoded(text)) else text


def path_of(url: str, host: str) -> str:
    """Path and query of an address at this host, checked likewise."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return HOME
    if parts.netloc.lower() != host.lower():
        return HOME
    return local_path(parts.path + (f"?{parts.query}" if parts.query else ""))


def _decoded(text: str) -> str:
    """Until nothing is encoded any longer."""
    while (once := unquote(text)) != text:
        text = once
    return text
