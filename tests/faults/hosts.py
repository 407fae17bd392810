"""Hosts of a scenario's own: network namespaces of Linux, joined by a bridge as by a switch.

    one ── eth0 ──┐
                  ├── bridge ── hub: the store, the broker, the listener and the people
    two ── eth0 ──┘

None of them has a way to anywhere else: each has its loopback and one address that only the
others reach, and nothing is added to the network of this machine. A host is cut off by taking
its link down at the switch: no packet comes through and nobody is told, as when a cable is pulled.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

#: Set aside for tests of networks (RFC 2544): nobody's addresses.
_NETWORK = "198.18.17"
_MASK = 24
_BRIDGE = "switch"
_CLONE_NEWNET = 0x40000000
_NETNS = Path("/run/netns")
#: What our namespaces begin with; the number of the process that made them follows.
_OURS = "gouji-"


def why_not() -> str | None:
    """Why there can be no hosts here; None where there can."""
    if shutil.which("ip") is None:
        return "no `ip`: apt install iproute2"
    if os.geteuid():
        return "only root may make network namespaces"
    name = f"{_OURS}{os.getpid()}-{uuid.uuid4().hex[:4]}-try"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    _delete(name)
    return f"network namespaces are not allowed here: {made.stderr}" if made.returncode else None


class Hosts:
    """`hub` and the others by their names, each with an address."""

    def __init__(self, *names: str) -> None:
        _clear()
        mark = f"{_OURS}{os.getpid()}-{uuid.uuid4().hex[:4]}"
        self._spaces = {name: f"{mark}-{name}" for name in ("hub", *names)}
        self.addresses = {
            name: f"{_NETWORK}.{number}" for number, name in enumerate(self._spaces, 1)
        }
        try:
            self._build(names)
        except BaseException:
            self.end()
            raise

    def space(self, name: str) -> str:
        """What the namespace is called."""
        return self._spaces[name]

    def cut(self, name: str) -> None:
        """From now on no packet goes to or from this host."""
        self._in("hub", "link", "set", name, "down")

    def heal(self, name: str) -> None:
        self._in("hub", "link", "set", name, "up")

    def is_reached(self, name: str) -> bool:
        """Whether the hub knows a way to it: its link has a carrier at both ends."""
        said = self._in("hub", "link", "show", name)
        return "state UP" in said

    @contextlib.contextmanager
    def in_hub(self) -> Iterator[None]:
        """This thread, and whatever threads and processes it starts, are at the hub."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            enter(self.space("hub"))
            yield
        finally:
            _set(before)
            os.close(before)

    def end(self) -> None:
        """A namespace goes when the last process in it has gone."""
        for space in self._spaces.values():
            _delete(space)

    def _build(self, names: tuple[str, ...]) -> None:
        for space in self._spaces.values():
            _ip("netns", "add", space)
        for name in self._spaces:
            self._in(name, "link", "set", "lo", "up")
        self._in("hub", "link", "add", _BRIDGE, "type", "bridge")
        self._has_address("hub", _BRIDGE)
        for name in names:
            # Made at the hub, so that nothing of it is ever in the network of this machine.
            far = ("peer", "name", "eth0", "netns", self.space(name))
            self._in("hub", "link", "add", name, "type", "veth", *far)
            self._in("hub", "link", "set", name, "master", _BRIDGE, "up")
            self._has_address(name, "eth0")

    def _has_address(self, name: str, device: str) -> None:
        self._in(name, "address", "add", f"{self.addresses[name]}/{_MASK}", "dev", device)
        self._in(name, "link", "set", device, "up")

    def _in(self, name: str, *command: str) -> str:
        return _ip("-n", self.space(name), *command)


def _clear() -> None:
    """What a run has left that was killed."""
    for path in _NETNS.glob(f"{_OURS}*"):
        pid = path.name.removeprefix(_OURS).partition("-")[0]
        if not Path("/proc", pid).exists():
            _delete(path.name)


def _delete(space: str) -> None:
    """Nothing happens where there is none."""
    subprocess.run(["ip", "netns", "delete", space], capture_output=True, check=False)


def enter(space: str) -> None:
    """This thread goes on in the namespace of that name."""
    door = os.open(_NETNS / space, os.O_RDONLY)
    try:
        _set(door)
    finally:
        os.close(door)


def _set(door: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(door, _CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _ip(*command: str) -> str:
    return subprocess.run(["ip", *command], check=True, capture_output=True, text=True).stdout
