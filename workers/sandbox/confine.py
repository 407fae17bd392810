"""What a process that parses gives up, so that nobody can make it do anything else.

Some of it once for the server, whose children inherit it, some in each child. Not every host
allows all of it: each measure says whether it is in force, and why not.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import struct
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from workers.sandbox import seccomp

#: From the signal that processor time is up, which can be ignored, to the one that cannot.
CPU_GRACE_SECONDS = 5


class Measure(NamedTuple):
    name: str
    #: What it keeps a document from, for people.
    against: str
    in_force: bool
    #: "" where it is in force.
    why_not: str = ""


class NotHere(Exception):
    """This host does not do that; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may cost."""

    #: Beyond what the server takes itself.
    memory_mib: int = 1024
    cpu_seconds: int = 180
    wall_seconds: float = 240


_libc = ctypes.CDLL(None, use_errno=True)


def _checked(returned: int) -> int:
    if returned < 0:
        code = ctypes.get_errno()
        raise NotHere(f"{os.strerror(code)} ({errno.errorcode.get(code, code)})")
    return returned


def _linux() -> None:
    if sys.platform != "linux":
        raise NotHere("only Linux has it")


def _tried(name: str, against: str, take: Callable[[], None]) -> Measure:
    try:
        take()
    except (NotHere, OSError, ValueError) as error:
        return Measure(name, against, False, str(error))
    return Measure(name, against, True)


# --- once, in the server -------------------------------------------------------------------

_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAPABILITY_VERSION_3 = 0x20080522


def leave_host() -> tuple[Measure, ...]:
    """Before anything is imported that starts a thread."""
    return (
        _tried("privileges", "gaining rights from set-uid programs", _no_new_privileges),
        _tried("network namespace", "reaching any network or service", _leave_networks),
        _tried("capabilities", "using rights of root", _drop_capabilities),
    )


def leave_files(packages: Iterable[str]) -> Measure:
    """`packages`: our own, whose code may be read."""

    def take() -> None:
        _restrict_files(list(_readable(packages)))

    return _tried("file system", "reading files other than the program, writing any", take)


def _no_new_privileges() -> None:
    _linux()
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def _leave_networks() -> None:
    """A user namespace too: it is what allows the other ones to who is not root, and the
    memory and environment of processes outside of it cannot be read."""
    _linux()
    _checked(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC))


def _drop_capabilities() -> None:
    _linux()
    _checked(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
    head = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    none = struct.pack("=6I", *[0] * 6)
    _checked(_libc.capset(head, none))


# Landlock. Source: linux/landlock.h, Documentation/userspace-api/landlock.rst

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
#: Rights on files that each version of the interface knows of.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_BIND_AND_CONNECT = 3  # from version 4
_ABSTRACT_SOCKETS_AND_SIGNALS = 3  # from version 6


def _restrict_files(readable: list[Path]) -> None:
    _linux()
    version = _checked(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))
    rights = next(
        _FILE_RIGHTS[known] for known in sorted(_FILE_RIGHTS, reverse=True) if known <= version
    )
    attributes = struct.pack("=Q", rights)
    if version >= 4:
        attributes += struct.pack("=Q", _BIND_AND_CONNECT)
    if version >= 6:
        attributes += struct.pack("=Q", _ABSTRACT_SOCKETS_AND_SIGNALS)
    ruleset = _checked(
        _libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    )
    try:
        for path in readable:
            _allow_reading(ruleset, path)
        _checked(_libc.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow_reading(ruleset: int, path: Path) -> None:
    at = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE
        rule = struct.pack("=Qi", rights, at)
        _checked(_libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))
    finally:
        os.close(at)


def _readable(packages: Iterable[str]) -> Iterator[Path]:
    """The interpreter, what it has installed, our packages, the system's libraries and fonts."""
    named = [sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
    named += ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo"]
    # PDFium draws with them what a document has not brought along.
    named += ["/usr/share/fonts", "/usr/local/share/fonts"]
    named += ["/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom"]
    for package in packages:
        spec = find_spec(package)
        if spec is not None:
            named += list(spec.submodule_search_locations or [spec.origin or ""])
    return (path for path in map(Path, dict.fromkeys(named)) if path.exists())


# --- in each child -------------------------------------------------------------------------


def limit(limits: Limits, resting_bytes: int) -> tuple[Measure, ...]:
    """`resting_bytes`: the address space that the server takes."""
    memory = resting_bytes + limits.memory_mib * 2**20
    cpu_seconds = limits.cpu_seconds + CPU_GRACE_SECONDS
    return tuple(
        _tried(name, against, lambda kind=kind, most=most: _lower(kind, most))  # type: ignore[misc]
        for name, against, kind, most in (
            ("memory", "taking all memory", resource.RLIMIT_AS, memory),
            ("processor time", "computing for ever", resource.RLIMIT_CPU, cpu_seconds),
            ("file size", "filling a disk", resource.RLIMIT_FSIZE, 0),
            ("open files", "using up descriptors", resource.RLIMIT_NOFILE, 32),
            ("core dumps", "leaving its memory on disk", resource.RLIMIT_CORE, 0),
            ("processes", "starting others", resource.RLIMIT_NPROC, 0),
        )
    )


def _lower(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    # At the hard limit of processor time comes a signal that could be anybody's.
    soft = most - CPU_GRACE_SECONDS if kind == resource.RLIMIT_CPU else most
    resource.setrlimit(kind, (soft, most))


def filter_calls() -> Measure:
    """Last of all: nothing can be given up after it."""

    def take() -> None:
        _linux()
        program = seccomp.program(os.uname().machine, os.getpid())
        if program is None:
            raise NotHere(f"no table of system calls for {os.uname().machine}")
        seccomp.install(_libc, program, _checked)

    return _tried("system calls", "sockets, processes, writing, signals to others", take)
