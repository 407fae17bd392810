"""Under which names the site answers.

A page of another site can have its own name point to this machine and then read what it asks
for (DNS rebinding); it cannot choose what stands in `Host`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from workers.settings import Complaint, Settings, SettingsError

_ALWAYS = frozenset({"localhost", "127.0.0.1", "::1"})
_WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - told apart, not bound to
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:/\[\]@]+))(?::\d{1,5})?")
_NAME = re.compile(r"[\w.-]+|\[?[0-9a-f:]+\]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Lower case, no ports: a port may be mapped to another."""

    names: frozenset[str]
    #: Bound to every address of the machine. Its addresses are no names that could be rebound.
    any_address: bool

    def allow(self, header: str) -> bool:
        """`header`: the value of `Host`."""
        found = _HOST.fullmatch(header.strip().lower())
        if not found:
            return False
        host = found[1] or found[2]
        return host in self.names or (self.any_address and _is_address(host))


def read_hosts(settings: Settings) -> Hosts:
    """Raises `SettingsError`."""
    named = [name for name in re.split(r"[,;\s]+", (settings.site_hosts or "").lower()) if name]
    if any(not _NAME.fullmatch(name) for name in named):
        raise SettingsError(
            [
                Complaint(
                    "GOUJI_SITE_HOSTS: names only, without http:// and port, commas between:"
                    " gouji.example.cn,10.0.0.5",
                    "GOUJI_SITE_HOSTS：只写主机名，不带 http:// 和端口，用逗号分隔："
                    "gouji.example.cn,10.0.0.5",
                )
            ]
        )
    return Hosts(
        names=_ALWAYS | {settings.site_host.lower()} | {name.strip("[]") for name in named},
        any_address=settings.site_host in _WILDCARDS,
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
