"""Those who write to a state store, each in the way of its own, each to a copy of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from .git import ENVIRONMENT, git
from .process import Failure, Usage, run
from .store import Resource, commit


@dataclass(frozen=True)
class Change:
    """New content for one resource, as a pipeline would have rendered it into `directory`."""

    resource: Resource
    content: bytes
    directory: Path


@dataclass(frozen=True)
class Place:
    """Where a writer works: its copy of the store, the URL of that, and a directory of its own."""

    store: Path
    url: str
    scratch: Path


class Writer(ABC):
    name: ClassVar[str]
    cold: ClassVar[bool] = False
    """Starts with nothing each time. That can take minutes, so there are fewer rounds of it."""
    writes: ClassVar[bool] = True
    elsewhere: ClassVar[bool] = False
    """Changes a resource that it has not written before, each time another."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def prepare(self, change: Change) -> None:
        """Before each write, outside the measured time."""

    @abstractmethod
    def write(self, change: Change) -> Usage:
        """What is measured."""

    def close(self) -> None:
        """After the last write."""

    def emptied(self, name: str) -> Path:
        directory = self.place.scratch / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        return directory


class ReadyPush(Writer):
    """The floor of every client that is made of git: one push, of a commit that is there already."""

    name = "git push, ready commit"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._clone = place.scratch / "clone.git"
        shutil.copytree(place.store, self._clone)
        git(self._clone, "remote", "add", "origin", place.url)

    def prepare(self, change: Change) -> None:
        message = f"Update from: {change.resource.placement}"
        stream = commit(message, int(time.time()), "refs/heads/main^0", change.resource, change.content)
        git(self._clone, "fast-import", "--quiet", stdin=b"".join(stream))

    def write(self, change: Change) -> Usage:
        return run(["git", "push", "origin", "main"], cwd=self._clone, env=ENVIRONMENT)


class GitCommands:
    """What git itself needs for the parts of a write onto a branch that someone else has pushed to."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._clone = place.scratch / "clone.git"
        git(place.scratch, "clone", "--quiet", "--bare", "--depth=1", "--branch", "main", place.url, str(self._clone))

    def steps(self, change: Change) -> tuple[Usage, Usage, Usage]:
        """Fetches the branch, pushes a ready commit onto it, and asks for its tip."""
        fetch = self._run("fetch", "--quiet", "--depth=1", "origin", "+refs/heads/main:refs/heads/main")
        message = f"Update from: {change.resource.placement}"
        stream = commit(message, int(time.time()), "refs/heads/main^0", change.resource, change.content)
        git(self._clone, "fast-import", "--quiet", stdin=b"".join(stream))
        push = self._run("push", "--quiet", "origin", "main")
        return fetch, push, self._run("ls-remote", self._place.url, "refs/heads/main")

    def _run(self, *arguments: str) -> Usage:
        return run(["git", *arguments], cwd=self._clone, env=ENVIRONMENT)


class RemoteListing(Writer):
    """No write at all: what it takes to ask for the branch's tip."""

    name = "git ls-remote"
    writes = False

    def write(self, change: Change) -> Usage:
        return run(["git", "ls-remote", self.place.url, "refs/heads/main"], env=ENVIRONMENT)


# The environment of each git command that Kratix runs.
_KRATIX = os.environ | {
    "HOME": os.devnull,
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_TERMINAL_PROMPT": "false",
    "GIT_ASKPASS": "true",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "credential.helper",
    "GIT_CONFIG_VALUE_0": "",
}


class _KratixCommands(Writer):
    """The git commands of Kratix's controller, in its order and in its environment."""

    @property
    def clone(self) -> Path:
        return self.place.scratch / "clone"

    def git(self, *arguments: str | Path, statuses: tuple[int, ...] = (0,)) -> Usage:
        return run(["git", *arguments], cwd=self.clone, env=_KRATIX, statuses=statuses)

    def cloned(self) -> Usage:
        options = ["--depth=1", "--single-branch", "--no-tags", "--branch", "main"]
        return self.git("clone", *options, self.place.url, ".")

    def write_file(self, change: Change) -> Path:
        file = self.clone / change.resource.path
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(change.content)
        file.chmod(0o644)
        return file

    def committed(self, change: Change) -> Usage:
        message = f"Update from: {change.resource.placement}"
        author = ["-c", "user.name=kratix", "-c", "user.email="]
        return self.git(*author, "commit", "-m", message, "--author=kratix <>")


class KratixWarm(_KratixCommands):
    """One write of a controller that has its clone."""

    name = "Kratix's git commands"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.emptied("clone")
        self.cloned()

    def write(self, change: Change) -> Usage:
        start = time.perf_counter()
        usage = self.git("fetch", "origin", "main", "--depth", "1", "--no-tags", "--force", "--prune")
        usage += self.git("reset", "--hard", "origin/main")
        usage += self.git("clean", "-ffdx")
        owned = self.clone / change.resource.directory
        if owned.exists():
            usage += self.git("rm", "-r", "--", owned)
        usage += self.git("add", self.write_file(change))
        usage += self.git("diff", "--cached", "--quiet", "--exit-code", statuses=(1,))
        usage += self.committed(change)
        usage += self.git("push", "origin", "main")
        usage += self.git("rev-parse", "HEAD")
        return Usage(time.perf_counter() - start, usage.cpu, usage.peak)


class ArgoCommands(_KratixCommands):
    """What Argo CD's hydrator runs for a commit: nothing is kept, and all of the branch's history is fetched."""

    name = "Argo CD's git commands"
    cold = True

    def prepare(self, change: Change) -> None:
        self.emptied("clone")

    def write(self, change: Change) -> Usage:
        start = time.perf_counter()
        usage = self.git("init", "--quiet", ".")
        usage += self.git("remote", "add", "origin", self.place.url)
        usage += self.git("fetch", "origin", "--tags", "--force", "--prune")
        usage += self.git("checkout", "--quiet", "-B", "main", "origin/main")
        usage += self.git("add", self.write_file(change))
        usage += self.committed(change)
        usage += self.git("push", "origin", "main")
        return Usage(time.perf_counter() - start, usage.cpu, usage.peak)

    def close(self) -> None:
        self.emptied("clone")


class KratixCold(_KratixCommands):
    """A controller that has just started: the clone, and no command more than a write then needs."""

    name = "git clone --depth 1, commit, push"
    cold = True

    def prepare(self, change: Change) -> None:
        self.emptied("clone")

    def write(self, change: Change) -> Usage:
        start = time.perf_counter()
        usage = self.cloned()
        usage += self.git("add", self.write_file(change))
        usage += self.committed(change)
        usage += self.git("push", "origin", "main")
        return Usage(time.perf_counter() - start, usage.cpu, usage.peak)

    def close(self) -> None:
        self.emptied("clone")


def flags(url: str, cache: Path) -> list[str | Path]:
    """The flags of both programs of ours that are the same for each write."""
    return [
        *("--repo", url, "--branch", "main", "--destination", "worker"),
        *("--promise", "postgresql", "--pipeline", "instance-configure", "--cache", cache),
    ]


def _flags(place: Place) -> list[str | Path]:
    return flags(place.url, place.scratch / "cache")


class Statestore(Writer):
    """The program as a person or a sidecar starts it, its cache filled by earlier writes of the same resource."""

    name = "statestore write"

    def __init__(self, place: Place, program: Path) -> None:
        super().__init__(place)
        self._program = program

    def write(self, change: Change) -> Usage:
        words = [*_flags(self.place), "--namespace", change.resource.namespace, "--name", change.resource.name]
        return run([self._program, "write", *words, "--rendered", change.directory, "-o", "json"])


class StatestoreElsewhere(Statestore):
    """What a cache that holds but the trees of earlier writes costs when a new resource comes."""

    name = "statestore write, new resource"
    elsewhere = True


class StatestoreCold(Statestore):
    name = "statestore write, empty cache"
    cold = True

    def prepare(self, change: Change) -> None:
        self.emptied("cache")


class StatestoreCall(Writer):
    """The same write as a call within a process that lives on: what the client itself takes, without its start.

    The program gets one line of JSON for each write, `{"namespace", "name", "rendered"}`, and answers with one:
    `{"cpuMilliseconds"}` by its own getrusage, or `{"error"}`.
    """

    name = "statestore, a call"

    def __init__(self, place: Place, program: Path) -> None:
        super().__init__(place)
        words = [program, *_flags(place)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def write(self, change: Change) -> Usage:
        resource = change.resource
        request = {"namespace": resource.namespace, "name": resource.name, "rendered": str(change.directory)}
        assert self._process.stdin is not None and self._process.stdout is not None
        start = time.perf_counter()
        with suppress(BrokenPipeError):  # then there is no answer either
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        wall = time.perf_counter() - start
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the program ended"}
        if "error" in answer:
            raise Failure(f"{self.name}: {answer['error']}")
        return Usage(wall, answer["cpuMilliseconds"] / 1000, self._peak())

    def _peak(self) -> int:
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return 0

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self._process.communicate()
