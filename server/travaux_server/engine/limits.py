"""What the kernel holds a process to, whatever native code inside it is doing."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
PROCESS_CLOCK = 2
LINUX = sys.platform == "linux"
LIBRARY = ctypes.CDLL(None)


def die_with(parent: int) -> None:
    """Have the kernel end this process with the one that started it, `parent`; end now if it already has."""
    if LINUX:
        LIBRARY.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def restrict(memory: int) -> None:
    """Take from this process all but its open files, and `memory` bytes beyond its present address space."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    if LINUX:
        limit = address_space() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NOFILE):
        resource.setrlimit(what, (0, 0))


def end_after(seconds: float) -> None:
    """Have the kernel end this process in so many seconds; 0 calls it off."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def address_space() -> int:
    """Bytes of this process's address space (Linux)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()


def peak_memory() -> int:
    """Most bytes that this process ever had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1024 if LINUX else 1)


def processor_time(process: int) -> float:
    """Seconds that a process of ours has had the processor for, its threads together; 0 if that is unknown.

    The number of its clock is made as the kernel's headers do; `clock_getcpuclockid` (POSIX) gives no other.
    """
    if not LINUX:
        return 0.0
    try:
        return time.clock_gettime((~process << 3) | PROCESS_CLOCK)
    except OSError:
        return 0.0
