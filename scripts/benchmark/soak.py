"""scripts/bench soak: thousands of writes by processes that are killed at random, with a stranger on the branch.

Every write that was acknowledged must be on the branch exactly once, and what was killed and run again as well.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .git import git, tip
from .process import Failure
from .server import Server
from .store import FILE, Resource, generated, resource
from .writers import flags


@dataclass(frozen=True)
class Options:
    writes: int
    processes: int
    kills: float
    """How likely a process is killed, at a random moment of its first hundred milliseconds."""
    seed: int
    statestore: Path
    directory: Path


@dataclass
class Result:
    writes: int
    wall: float = 0.0
    killed: int = 0
    retried: int = 0
    """Processes that ended with status 3, and were run again as that status says."""
    foreign: int = 0
    cache_packs: int = 0
    cache_bytes: int = 0

    @property
    def per_second(self) -> float:
        return self.writes / self.wall


_FIRST = 1_000  # The store is generated with this many files; the writes are of resources after them.


class _Soak:
    def __init__(self, options: Options, run: Path, url: str, served: Path) -> None:
        self.options = options
        self.run = run
        self.url = url
        self.served = served
        self.result = Result(options.writes)
        self.acknowledged: list[Resource] = []
        self._lock = threading.Lock()
        self._next = 0
        self._done = threading.Event()

    def write_all(self) -> None:
        start = time.perf_counter()
        stranger = threading.Thread(target=self._stranger)
        stranger.start()
        try:
            with ThreadPoolExecutor(self.options.processes) as pool:
                for _ in pool.map(self._process, range(self.options.processes)):
                    pass
        finally:
            self._done.set()
            stranger.join()
        self.result.wall = time.perf_counter() - start

    def _process(self, index: int) -> None:
        chance = random.Random(self.options.seed * 1_000 + index)
        rendered = self.run / f"rendered-{index}"
        rendered.mkdir()
        # Two machines: one with a cache that is shared, and one with a single process.
        cache = self.run / ("cache" if index > 0 else "cache-alone")
        while (number := self._take()) is not None:
            target = resource(_FIRST + number)
            (rendered / FILE).write_bytes(target.rendered(f"soak_{number}"))
            words = [self.options.statestore, "write", *flags(self.url, cache), "--rendered", rendered]
            words += ["--namespace", target.namespace, "--name", target.name, "--timeout", "300s"]
            while not self._run(words, chance):
                pass
            with self._lock:
                self.acknowledged.append(target)

    def _take(self) -> int | None:
        with self._lock:
            if self._next == self.options.writes:
                return None
            self._next += 1
            if self._next % 500 == 0:
                print(f"soak: {self._next:,} of {self.options.writes:,} writes", flush=True)
            return self._next - 1

    def _run(self, words: Sequence[str | Path], chance: random.Random) -> bool:
        """One process; whether it acknowledged its write."""
        child = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if chance.random() < self.options.kills:
            time.sleep(chance.random() * 0.1)
            child.kill()
        output, _ = child.communicate()
        if child.returncode == -9:
            with self._lock:
                self.result.killed += 1
            return False
        if child.returncode == 3:
            with self._lock:
                self.result.retried += 1
            return False
        if child.returncode != 0:
            raise Failure(f"soak: exit status {child.returncode}: {output.decode(errors='replace')}")
        return True

    def _stranger(self) -> None:
        """A person who pushes now and then, as receive-pack would: only if no one else was faster."""
        while not self._done.wait(0.5):
            old = tip(self.served)
            blob = git(self.served, "hash-object", "-w", "--stdin", stdin=f"{self.result.foreign}\n".encode()).decode()
            lines = git(self.served, "ls-tree", old).decode().splitlines()
            lines = [line for line in lines if not line.endswith("\tforeign")] + [f"100644 blob {blob.strip()}\tforeign"]
            tree = git(self.served, "mktree", stdin="\n".join(sorted(lines)).encode() + b"\n").decode().strip()
            person = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"]
            new = git(self.served, *person, "commit-tree", tree, "-p", old, "-m", f"by hand {self.result.foreign}")
            try:
                git(self.served, "update-ref", "refs/heads/main", new.decode().strip(), old)
            except Failure:
                continue
            self.result.foreign += 1

    def check(self, before: str) -> None:
        subjects = Counter(git(self.served, "log", "--format=%s", f"{before}..main").decode().splitlines())
        by_hand = sum(count for subject, count in subjects.items() if subject.startswith("by hand"))
        if by_hand != self.result.foreign:
            raise Failure(f"soak: {self.result.foreign} commits by hand were made, and {by_hand} are there")
        ours = Counter(git(self.served, "log", "--format=%(trailers:key=Kratix-Resource,valueonly)", f"{before}..main")
                       .decode().split())  # fmt: skip
        for target in self.acknowledged:
            if (count := ours[f"{target.namespace}/{target.name}"]) != 1:
                raise Failure(f"soak: {target.namespace}/{target.name} was acknowledged and is there {count} times")
        if len(ours) != len(self.acknowledged):
            raise Failure(f"soak: {len(self.acknowledged)} writes were acknowledged, and {len(ours)} are there")
        there = set(git(self.served, "ls-tree", "-r", "--name-only", "main").decode().splitlines())
        if lost := [target.path for target in self.acknowledged if target.path not in there]:
            raise Failure(f"soak: {len(lost)} files are not there, {lost[0]} for one")
        if git(self.served, "rev-list", "--merges", f"{before}..main"):
            raise Failure("soak: there are merges")
        git(self.served, "fsck", "--strict", "--no-dangling")
        packs = [path for path in (self.run / "cache").rglob("*.pack")]
        self.result.cache_packs = len(packs)
        self.result.cache_bytes = sum(path.stat().st_size for path in (self.run / "cache").rglob("*") if path.is_file())


def soak(options: Options) -> Result:
    store = generated(_FIRST, 1, options.directory / "stores")
    with tempfile.TemporaryDirectory(prefix="run-", dir=options.directory) as name:
        run = Path(name)
        served = run / "served/state.git"
        shutil.copytree(store, served)
        # A server looks after its repositories.
        git(served, "config", "receive.autogc", "true")
        git(served, "config", "gc.auto", "6700")
        # One that goes on behind the push's back would take packs away from under the last look at it.
        git(served, "config", "gc.autoDetach", "false")
        before = tip(served)
        with Server(run / "served", run / "access.log") as server:
            work = _Soak(options, run, f"{server.url}/state.git", served)
            work.write_all()
        work.check(before)
        return work.result
