"""Growing delays after failed sign-ins, by user name and by address.

A try is counted before its password is looked at, so that many at once are no way around,
and taken back where it was right. During a delay the right password is not let in either.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

#: What has not failed for so long begins anew.
FORGOTTEN_SECONDS = 3600.0
#: Names or addresses that are remembered; those that failed longest ago make room.
MOST = 10_000
_FIRST_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    #: Tries without a delay.
    free: int
    longest_seconds: float

    def delay_seconds(self, tries: int) -> float:
        """After so many of them: 0 for the free ones, then 2, 4, 8, …"""
        if tries < self.free:
            return 0.0
        return min(_FIRST_SECONDS * 2.0 ** min(tries - self.free, 30), self.longest_seconds)


#: At most some 25 guesses an hour at one user's password.
BY_NAME = Allowance(free=5, longest_seconds=300)
#: A whole office may come from one address, or all visitors by one proxy.
BY_ADDRESS = Allowance(free=20, longest_seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failures:
    tries: int
    last: float
    until: float


class _Delays:
    """The failures of names, or of addresses."""

    def __init__(self, allowance: Allowance, now: Callable[[], float]) -> None:
        self._allowance = allowance
        self._now = now
        #: The one that failed last stands last.
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def __len__(self) -> int:
        return len(self._failures)

    def wait_seconds(self, who: str) -> float:
        found = self._failures.get(who)
        return max(0.0, found.until - self._now()) if found else 0.0

    def count(self, who: str) -> None:
        now, before = self._now(), self._failures.pop(who, None)
        is_new = before is None or now - before.last >= FORGOTTEN_SECONDS
        tries = 1 if before is None or is_new else before.tries + 1
        until = now + self._allowance.delay_seconds(tries)
        self._failures[who] = _Failures(tries=tries, last=now, until=until)
        while len(self._failures) > MOST:
            self._failures.popitem(last=False)

    def take_back(self, who: str) -> None:
        """The try that was counted last was none."""
        found = self._failures.get(who)
        if found is not None:
            self._failures[who] = _Failures(tries=found.tries - 1, last=found.last, until=0.0)

    def forget(self, who: str) -> None:
        self._failures.pop(who, None)


class Throttle:
    """Used from one event loop. `now`: seconds of any clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._names = _Delays(BY_NAME, now)
        self._addresses = _Delays(BY_ADDRESS, now)

    def __len__(self) -> int:
        return len(self._names) + len(self._addresses)

    def attempt(self, name: str, address: str) -> float:
        """0 where the password may be looked at, and the try is counted; else the seconds to
        wait, and nothing is counted."""
        network = _network(address)
        wait = max(self._names.wait_seconds(name), self._addresses.wait_seconds(network))
        if wait:
            return wait
        self._names.count(name)
        self._addresses.count(network)
        return 0.0

    def take_back(self, name: str, address: str) -> None:
        """The password of this try was not looked at."""
        self._names.take_back(name)
        self._addresses.take_back(_network(address))

    def succeeded(self, name: str, address: str) -> None:
        """An address keeps its other failures: they may have been at other users."""
        self._names.forget(name)
        self._addresses.take_back(_network(address))


def _network(address: str) -> str:
    """One visitor has a whole /64 of IPv6 addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found.packed[:8] + bytes(8), 64)))
