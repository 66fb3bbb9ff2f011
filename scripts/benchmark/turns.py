"""scripts/bench contention: two writers in turn on one branch, so that each finds the other's commit first."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from .git import git
from .process import Usage
from .server import Server, Traffic
from .store import FILE, Resource, generated, resource, scattered
from .writers import Change, GitCommands, KratixWarm, Place, Statestore


@dataclass(frozen=True)
class Options:
    files: int
    runs: int
    statestore: Path
    directory: Path


@dataclass
class Result:
    """What one kind of server gave: seconds of each run."""

    filters: bool
    """Whether the server offers filters (uploadpack.allowFilter)."""
    files: int
    writes: list[float] = field(default_factory=list)
    kratix: list[float] = field(default_factory=list)
    fetches: list[float] = field(default_factory=list)
    pushes: list[float] = field(default_factory=list)
    listings: list[float] = field(default_factory=list)
    traffic: Traffic = Traffic()
    """The mean of a write by statestore."""

    @property
    def floor(self) -> float:
        """Seconds that git takes for what a write has to do on this kind of server."""
        parts = [self.pushes, self.listings] if self.filters else [self.fetches, self.pushes, self.listings]
        return sum(statistics.median(part) for part in parts)


def measure(options: Options) -> Iterator[Result]:
    store = generated(options.files, 1, options.directory / "stores")
    for filters in (True, False):
        yield _run(filters, store, options)


def _run(filters: bool, store: Path, options: Options) -> Result:
    result = Result(filters, options.files)
    with tempfile.TemporaryDirectory(prefix="run-", dir=options.directory) as name:
        run = Path(name)
        served = run / "served/state.git"
        shutil.copytree(store, served)
        git(served, "config", "uploadpack.allowFilter", "true" if filters else "false")
        with Server(run / "served", run / "access.log") as server:

            def place(writer: str) -> Place:
                scratch = run / writer
                scratch.mkdir()
                return Place(served, f"{server.url}/state.git", scratch)

            def change(resource: Resource) -> Change:
                content = resource.rendered(f"run_{uuid4().hex}")
                directory = run / "rendered"
                shutil.rmtree(directory, ignore_errors=True)
                directory.mkdir()
                (directory / FILE).write_bytes(content)
                return Change(resource, content, directory)

            kratix = KratixWarm(place("kratix"))
            commands = GitCommands(place("git"))
            ours = Statestore(place("statestore"), options.statestore)
            own = resource(options.files // 2)
            # The first round fills caches.
            for number in range(options.runs + 1):
                other = kratix.write(change(scattered(2 * number + 1, options.files)))
                begin = server.mark()
                write = ours.write(change(own))
                traffic = server.traffic(begin).get("state.git", Traffic())
                steps = commands.steps(change(scattered(2 * number + 2, options.files)))
                if number:
                    _add(result, write, other, steps, traffic)
    count = len(result.writes)
    result.traffic = Traffic(result.traffic.sent // count, result.traffic.received // count)
    return result


def _add(result: Result, write: Usage, other: Usage, steps: tuple[Usage, Usage, Usage], traffic: Traffic) -> None:
    result.writes.append(write.wall)
    result.kratix.append(other.wall)
    for samples, usage in zip((result.fetches, result.pushes, result.listings), steps, strict=True):
        samples.append(usage.wall)
    sent, received = result.traffic.sent + traffic.sent, result.traffic.received + traffic.received
    result.traffic = Traffic(sent, received)
