"""The system calls that parsing a document needs; the kernel refuses all others (seccomp).

A list of what is allowed, since a list of what is forbidden is never complete. What is not on it
answers ENOSYS, as in a kernel that has never heard of it: libraries then do without.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

#: Machine -> the kernel's name for its calling convention. Source: linux/audit.h
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_MACHINES = ("x86_64", "aarch64")

#: Numbers on x86_64 and aarch64. Source: asm/unistd_64.h, asm-generic/unistd.h
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "readv": (19, 65),
    "writev": (20, 66),
    "pread64": (17, 67),
    "lseek": (8, 62),
    "poll": (7, None),
    "ppoll": (271, 73),
    # Memory
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "membarrier": (324, 283),
    # Looking at files, and which of them there are
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
    "getdents64": (217, 61),
    # Signals that come
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    # Time, chance, and who one is
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "times": (100, 153),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "uname": (63, 160),
    "sysinfo": (99, 179),
    "getrusage": (98, 165),
    "getrlimit": (97, 163),
    "sched_getaffinity": (204, 123),
    # Locks within the process
    "futex": (202, 98),
    "sched_yield": (24, 124),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
_OPEN, _OPENAT, _TGKILL, _FCNTL = (2, None), (257, 56), (234, 131), (72, 25)

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC
_ON_OWN_DESCRIPTORS = (0, 1, 2, 3, 1030)

_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER, _ARCHITECTURE = 0, 4
#: Offset of the lower half of each argument (both machines are little-endian).
_ARGUMENT = (16, 24, 32, 40, 48, 56)
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_PR_SET_NO_NEW_PRIVS = 38


class Step(NamedTuple):
    """One instruction of classic BPF. Source: linux/filter.h"""

    code: int
    value: int
    if_true: int = 0
    if_false: int = 0


def program(machine: str, pid: int) -> bytes | None:
    """The filter for the process `pid`; None on a machine whose calls are not in the table."""
    if machine not in _ARCHITECTURES:
        return None
    steps = _steps(machine, pid)
    return b"".join(
        struct.pack("=HBBI", step.code, step.if_true, step.if_false, step.value) for step in steps
    )


def install(libc: Any, filter: bytes, checked: Callable[[int], int]) -> None:
    kept = ctypes.create_string_buffer(filter, len(filter))
    head = struct.pack("@HP", len(filter) // 8, ctypes.addressof(kept))
    checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    checked(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, head, 0, 0))


def _steps(machine: str, pid: int) -> Iterator[Step]:
    which = _MACHINES.index(machine)
    yield Step(_LOAD, _ARCHITECTURE)
    yield Step(_EQUAL, _ARCHITECTURES[machine], if_true=1)
    yield Step(_RETURN, _KILL)
    yield Step(_LOAD, _NUMBER)
    for numbers in _ALLOWED.values():
        if (number := numbers[which]) is not None:
            yield Step(_EQUAL, number, if_false=1)
            yield Step(_RETURN, _ALLOW)
    yield from _only_for(_OPEN[which], _reading(1))
    yield from _only_for(_OPENAT[which], _reading(2))
    # As abort() does, to itself.
    yield from _only_for(_TGKILL[which], _one_of(0, (pid,)))
    yield from _only_for(_FCNTL[which], _one_of(1, _ON_OWN_DESCRIPTORS))
    yield Step(_RETURN, _ERROR | errno.ENOSYS)


def _only_for(number: int | None, steps: list[Step]) -> Iterator[Step]:
    if number is not None:
        yield Step(_EQUAL, number, if_false=len(steps))
        yield from steps


def _reading(argument: int) -> list[Step]:
    return [
        Step(_LOAD, _ARGUMENT[argument]),
        Step(_ANY_BIT, _WRITING, if_false=1),
        Step(_RETURN, _ERROR | errno.EACCES),
        Step(_RETURN, _ALLOW),
    ]


def _one_of(argument: int, values: tuple[int, ...]) -> list[Step]:
    tests = [
        step
        for value in values
        for step in (Step(_EQUAL, value, if_false=1), Step(_RETURN, _ALLOW))
    ]
    return [Step(_LOAD, _ARGUMENT[argument]), *tests, Step(_RETURN, _ERROR | errno.EPERM)]
