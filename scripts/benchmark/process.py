"""Runs one program and says what it cost: it and all that it waited for."""

from __future__ import annotations

import os
import resource
import shlex
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """Costs of one or more programs run one after the other."""

    wall: float = 0.0  # seconds
    cpu: float = 0.0  # seconds, user and system
    peak: int = 0  # bytes, of the largest process; 0 if it is lower than our own, below which Linux hides it

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.wall + other.wall, self.cpu + other.cpu, max(self.peak, other.peak))


class Failure(Exception):
    """A program that ended otherwise than it should, or a write that is not where it should be."""


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    statuses: Sequence[int] = (0,),
) -> Usage:
    """Runs `argv` to its end. An exit status that is not in `statuses` is a `Failure` with what the program said."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = subprocess.Popen(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _, status, resources = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start

        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in statuses:
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
            raise Failure(f"{shlex.join(map(str, argv))}: exit status {child.returncode}\n{said}")
    return Usage(wall, resources.ru_utime + resources.ru_stime, _peak(resources.ru_maxrss * 1024))


def own_peak() -> int:
    """The most memory that this program itself has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _peak(measured: int) -> int:
    # A child shares our memory until it is another program, and Linux counts that as its peak.
    return measured if measured > own_peak() * 1.05 else 0
