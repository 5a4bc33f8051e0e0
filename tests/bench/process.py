"""A process that the benchmark started: its family, their memory and processor time, and their end."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

STOP_SECONDS = 10
QUIET_SECONDS = 0.03


class Process:
    """Runs from construction on, in a process group of its own; what it prints goes to `log`."""

    def __init__(
        self, command: Sequence[str], log: Path, folder: Path, environment: Mapping[str, str]
    ) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def memory(self) -> int:
        """Proportional set size of the process and all below it, in bytes: shared pages count once."""
        return sum(proportional_set_size(process) for process in family(self._process.pid))

    def settle(self, seconds: float) -> None:
        """Wait, but no longer than `seconds`, until nobody in the family works any more."""
        end = time.monotonic() + seconds
        before = -1
        while (now := self._ticks()) != before and time.monotonic() < end:
            before = now
            time.sleep(QUIET_SECONDS)

    def stop(self) -> None:
        """End the process and all of its group; returns when it is gone."""
        if self.is_running:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _ticks(self) -> int:
        return sum(_processor_ticks(process) for process in family(self._process.pid))


def family(process: int) -> list[int]:
    """A process and all processes below it."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdecimal() and (fields := _fields(int(path.name))):
            children.setdefault(int(fields[1]), []).append(int(path.name))
    found = [process]
    for one in found:
        found += children.get(one, [])
    return found


def proportional_set_size(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _processor_ticks(process: int) -> int:
    fields = _fields(process)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _fields(process: int) -> list[str]:
    """The fields of `/proc/…/stat` from the third on; none if the process is gone."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return []
