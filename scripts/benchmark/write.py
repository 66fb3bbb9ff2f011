"""scripts/bench write: the same changes by every writer, in turns, to copies of one state store on one server."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

from .git import git, tip
from .process import Failure, Usage
from .server import Server, Traffic
from .store import FILE, Resource, generated, resource, scattered
from .writers import (
    ArgoCommands,
    Change,
    KratixCold,
    KratixWarm,
    Place,
    ReadyPush,
    RemoteListing,
    Statestore,
    StatestoreCall,
    StatestoreCold,
    StatestoreElsewhere,
    Writer,
)


@dataclass(frozen=True)
class Options:
    files: Sequence[int]
    commits: Sequence[int]
    runs: int
    cold_runs: int
    statestore: Path | None
    client: Path | None
    directory: Path


@dataclass
class Result:
    """One writer's samples: medians, and the highest peak."""

    writer: type[Writer]
    samples: list[Usage] = field(default_factory=list)
    traffic: Traffic | None = None
    """The mean of all writes."""

    @property
    def name(self) -> str:
        return self.writer.name

    @property
    def milliseconds(self) -> float:
        return statistics.median(sample.wall for sample in self.samples) * 1000

    @property
    def cpu_milliseconds(self) -> float:
        return statistics.median(sample.cpu for sample in self.samples) * 1000

    @property
    def peak(self) -> int:
        """Bytes; 0 if it is lower than our own."""
        return max(sample.peak for sample in self.samples)


@dataclass(frozen=True)
class Size:
    """What one size of state store gave."""

    files: int
    commits: int
    results: list[Result]

    def __getitem__(self, writer: type[Writer]) -> Result | None:
        return next((result for result in self.results if result.writer is writer), None)

    def times_as_fast_as_git(self, result: Result) -> float | None:
        """How a write compares with what Kratix's git commands, or those of a cold start, took for the same."""
        if not result.writer.writes or not (other := self[KratixCold if result.writer.cold else KratixWarm]):
            return None
        return other.milliseconds / result.milliseconds


def measure(options: Options) -> Iterator[Size]:
    for files in options.files:
        for commits in options.commits:
            yield _size(files, commits, options)


def _size(files: int, commits: int, options: Options) -> Size:
    store = generated(files, commits, options.directory / "stores")
    with tempfile.TemporaryDirectory(prefix="run-", dir=options.directory) as name:
        run = Path(name)
        (run / "served").mkdir()
        with Server(run / "served", run / "access.log") as server, _writers(store, run, server.url, options) as writers:
            results = [Result(type(writer)) for writer in writers]
            # The first round does not count: it fills caches, the kernel's and our own.
            _round(0, files, run, writers, None)
            begin = server.mark()
            for number in range(1, options.runs + 1):
                _say(f"{files:,} files, {commits:,} commits: round {number} of {options.runs}")
                _round(number, files, run, writers, results, with_cold=number <= options.cold_runs)
            _say("")
            exchanged = server.traffic(begin)
            for writer, result in zip(writers, results, strict=True):
                if traffic := exchanged.get(writer.place.store.name):
                    count = len(result.samples)
                    result.traffic = Traffic(traffic.sent // count, traffic.received // count)
    return Size(files, commits, results)


@contextmanager
def _writers(store: Path, run: Path, url: str, options: Options) -> Iterator[list[Writer]]:
    makers: list[Callable[[Place], Writer]] = [ReadyPush, RemoteListing, KratixWarm]
    if options.statestore:
        makers += [partial(kind, program=options.statestore) for kind in (Statestore, StatestoreElsewhere)]
    if options.client:
        makers.append(partial(StatestoreCall, program=options.client))
    if options.cold_runs:
        makers += [KratixCold, ArgoCommands]
    if options.cold_runs and options.statestore:
        makers.append(partial(StatestoreCold, program=options.statestore))

    writers: list[Writer] = []
    try:
        for number, maker in enumerate(makers):
            place = Place(run / f"served/{number}.git", f"{url}/{number}.git", run / f"scratch/{number}")
            shutil.copytree(store, place.store)
            place.scratch.mkdir(parents=True)
            writers.append(maker(place))
        yield writers
    finally:
        for writer in writers:
            writer.close()


def _round(
    number: int, files: int, run: Path, writers: list[Writer], results: list[Result] | None, with_cold: bool = False
) -> None:
    """Each writer makes the same change once. Another begins each time, so that no writer always follows the same one."""
    database = f"run_{uuid4().hex}"
    # To be warm is to have written this resource before, as a controller has that keeps all of them as they should be.
    usual = _change(resource(files // 2), database, run / "rendered/usual")
    elsewhere = _change(scattered(number, files), database, run / "rendered/elsewhere")
    first = number % len(writers)
    for index in [*range(first, len(writers)), *range(first)]:
        writer = writers[index]
        if writer.cold and not with_cold:
            continue
        change = elsewhere if writer.elsewhere else usual
        before = tip(writer.place.store)
        writer.prepare(change)
        usage = writer.write(change)
        if writer.writes:
            _check(writer, change, before)
        if results is not None:
            results[index].samples.append(usage)


def _change(resource: Resource, database: str, directory: Path) -> Change:
    content = resource.rendered(database)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    (directory / FILE).write_bytes(content)
    return Change(resource, content, directory)


def _check(writer: Writer, change: Change, before: str) -> None:
    """The branch went on by one commit, which holds the content and changes nothing else."""
    store, path = writer.place.store, change.resource.path
    commits = git(store, "rev-list", f"{before}..main").split()
    changed = git(store, "diff-tree", "-r", "--name-only", before, "main").decode().split()
    if len(commits) != 1 or changed != [path] or git(store, "cat-file", "blob", f"main:{path}") != change.content:
        raise Failure(f"{writer.name}: {len(commits)} commits, changed: {changed}; expected one that changes {path}")


def _say(progress: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{progress}", end="", file=sys.stderr, flush=True)
