"""scripts/bench contention: many writers at once on one branch, by statestore and by git's own loop."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from .git import ENVIRONMENT, git, tip
from .process import Failure
from .server import Server
from .store import FILE, Resource, generated, resource


@dataclass(frozen=True)
class Options:
    files: int
    writers: Sequence[int]
    writes: int
    patience: float
    """Seconds after which git's loop is stopped, and what it has landed until then is counted."""
    statestore: Path
    directory: Path


@dataclass
class Result:
    name: str
    writers: int
    wall: float = 0.0
    landed: int = 0
    attempts: int = 0
    waits: list[float] = field(default_factory=list)
    given_up: int = 0
    """Writes that ended without being landed."""

    @property
    def per_second(self) -> float:
        return self.landed / self.wall


@dataclass(frozen=True)
class Write:
    landed: bool
    attempts: int
    wait: float


class Way(ABC):
    name: ClassVar[str]

    def __init__(self, url: str, scratch: Path, options: Options) -> None:
        self.url = url
        self.scratch = scratch
        self.options = options

    def prepare(self, writer: int) -> None:
        """Before the time is taken."""

    @abstractmethod
    def write(self, writer: int, target: Resource, content: bytes, until: float) -> Write: ...


class OneCache(Way):
    """Processes of one machine: they share a cache, and one of them pushes for all that wait."""

    name = "statestore write, one cache"

    def cache(self, writer: int) -> Path:
        return self.scratch / "cache"

    def write(self, writer: int, target: Resource, content: bytes, until: float) -> Write:
        rendered = self.scratch / f"rendered-{writer}"
        rendered.mkdir(exist_ok=True)
        (rendered / FILE).write_bytes(content)
        flags = ["--repo", self.url, "--destination", "worker", "--promise", "postgresql"]
        flags += ["--pipeline", "instance-configure", "--namespace", target.namespace, "--name", target.name]
        places = ["--rendered", rendered, "--cache", self.cache(writer)]
        start = time.perf_counter()
        ended = subprocess.run(
            [self.options.statestore, "write", *flags, *places, "--timeout", "120s"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        if ended.returncode not in (0, 3):
            raise Failure(f"{self.name}: {ended.stdout.decode(errors='replace')}")
        return Write(ended.returncode == 0, _pushes(ended.stdout), time.perf_counter() - start)


class OwnCaches(OneCache):
    """Processes of as many machines: they only have the branch in common."""

    name = "statestore write, a cache each"

    def cache(self, writer: int) -> Path:
        return self.scratch / f"cache-{writer}"


class GitLoop(Way):
    """What scripts do: commit, then pull and push until it works."""

    name = "git pull --rebase && git push"

    def prepare(self, writer: int) -> None:
        git(self.scratch, "clone", "--quiet", "--depth=1", "--branch", "main", self.url, f"clone-{writer}")

    def write(self, writer: int, target: Resource, content: bytes, until: float) -> Write:
        clone = self.scratch / f"clone-{writer}"
        start = time.perf_counter()
        file = clone / target.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self._git(clone, "add", "--", target.path)
        self._git(clone, "commit", "--quiet", "-m", f"Update from: {target.placement}")
        attempts = 0
        while time.perf_counter() < until:
            attempts += 1
            if self._git(clone, "pull", "--quiet", "--rebase") and self._git(clone, "push", "--quiet"):
                return Write(True, attempts, time.perf_counter() - start)
        return Write(False, attempts, time.perf_counter() - start)

    def _git(self, clone: Path, *arguments: str) -> bool:
        person = ["-c", "user.name=kratix", "-c", "user.email=kratix@example.com"]
        words = ["git", "-C", clone, *person, *arguments]
        return subprocess.run(words, capture_output=True, env=ENVIRONMENT, check=False).returncode == 0


def measure(options: Options) -> Iterator[Result]:
    store = generated(options.files, 1, options.directory / "stores")
    for writers in options.writers:
        for way in (OneCache, OwnCaches, GitLoop):
            yield _run(way, writers, store, options)


def _run(way: type[Way], writers: int, store: Path, options: Options) -> Result:
    result = Result(way.name, writers)
    with tempfile.TemporaryDirectory(prefix="run-", dir=options.directory) as name:
        run = Path(name)
        served = run / "served/state.git"
        shutil.copytree(store, served)
        with Server(run / "served", run / "access.log") as server:
            kind = way(f"{server.url}/state.git", run, options)
            for writer in range(writers):
                kind.prepare(writer)
            before = tip(served)
            start = time.perf_counter()

            def writes(writer: int) -> list[Write]:
                until = start + options.patience
                written = []
                for number in range(options.writes):
                    target = resource(writer * options.writes + number)
                    write = kind.write(writer, target, target.rendered(f"run_{writer}_{number}"), until)
                    written.append(write)
                    if not write.landed:
                        break
                return written

            with ThreadPoolExecutor(writers) as pool:
                written = [write for list_ in pool.map(writes, range(writers)) for write in list_]
            result.wall = time.perf_counter() - start
        landed = [write for write in written if write.landed]
        result.landed = len(landed)
        result.attempts = sum(write.attempts for write in written)
        result.waits = [write.wait for write in written]
        result.given_up = writers * options.writes - len(landed)
        _check(served, before, result)
    return result


def _check(served: Path, before: str, result: Result) -> None:
    """Each write that was said to have landed is one commit, and nothing else is there."""
    commits = git(served, "log", "--format=%s", f"{before}..main").decode().splitlines()
    if len(commits) != len(set(commits)) or len(commits) < result.landed:
        raise Failure(f"{result.name}: {result.landed} writes landed, and {len(commits)} commits are there")


def _pushes(output: bytes) -> int:
    words = output.decode(errors="replace").split()
    for number, word in zip(words, words[1:], strict=False):
        if word in ("push", "pushes") and number.isdigit():
            return int(number)
    return 0
