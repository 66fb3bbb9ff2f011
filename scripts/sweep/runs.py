"""One faulty run of the program, what must hold after it, and the run that mends it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .proxy import Fault, Proxy
from .servers import ENVIRONMENT, HTTPServer, Objects, SSHServer, new_repository, run

# What a broken network may be called, all with exit status 3.
TRUE_NAMES = {"unreachable", "timed-out"}
_REQUEST = ["--promise", "sweep", "--namespace", "default", "--name", "example", "--pipeline", "configure"]
_TRAILER = "Kratix-Resource: default/example"


@dataclass(frozen=True)
class Case:
    """What is run: a command, with a cache that holds the branch already or an empty one."""

    command: str  # "write" or "verify"
    is_cold: bool

    @property
    def name(self) -> str:
        return f"{self.command}, {'cold' if self.is_cold else 'warm'} cache"


@dataclass(frozen=True)
class Result:
    """How a faulty run ended, and what is wrong with that, if anything."""

    ending: str
    violation: str | None = None


class Bench:
    """A repository behind a proxy, and the program's own directories. One run at a time."""

    def __init__(self, number: int, server: HTTPServer | SSHServer, served: Path, directory: Path, program: Path) -> None:
        self._repository = served / f"state-{number}.git"
        self._directory = directory / f"{server.name}-{number}"
        self._program = program
        self._content = 0
        self._directory.mkdir()
        new_repository(self._repository)
        self._objects = Objects(self._repository)
        self._proxy = Proxy(server.port)
        self._access = [
            "--repo",
            server.address(self._repository, self._proxy.port),
            *server.credentials_for(self._proxy.port),
        ]
        self._statestore("init", "--cache", self._cache, timeout="60s")
        self._render()
        self._command("write", self._cache, timeout="60s")
        listing = run("git", "-C", self._repository, "ls-tree", "-r", "--name-only", "main").splitlines()
        self._landing_path = next(line for line in listing if line.endswith("/manifest.yaml"))

    @property
    def _cache(self) -> Path:
        return self._directory / "cache"

    @property
    def _rendered(self) -> Path:
        return self._directory / "rendered"

    def traffic(self, case: Case) -> dict[str, int]:
        """How many bytes a run without faults sends in each direction."""
        self.attempt(case, None, "60s")
        # The second one: the first run of another command with a warm cache fetches what that one did not need.
        result = self.attempt(case, None, "60s")
        if result.ending != "0" or result.violation:
            raise AssertionError(f"{case.name} without a fault: {result.ending}: {result.violation}")
        return dict(self._traffic)

    def attempt(self, case: Case, fault: Fault | None, timeout: str) -> Result:
        """Runs the program with a fault, and again without one where that failed, and judges both."""
        if case.command == "write":
            self._render()
        cache = self._cache
        if case.is_cold:
            cache = self._directory / "cold"
            shutil.rmtree(cache, ignore_errors=True)
        before = self._tip()
        self._proxy.arm(fault)
        faulty = self._command(case.command, cache, timeout)
        self._traffic = dict(self._proxy.carried)
        ending, problem = _judge(faulty)
        is_reached = fault is None or self._proxy.has_fired
        problem = problem or (self._unlanded(before) if case.command == "write" and ending == "0" else None)
        self._proxy.arm(None)
        if ending == "0" and problem is None:
            # What was acknowledged was looked at already.
            return Result(ending if is_reached else "the fault not reached")
        again = self._command(case.command, cache, "60s")
        if problem is None and again.returncode != 0:
            problem = f"run again without a fault it ended with {_describe(again)}"
        if problem is None and case.command == "write":
            problem = self._unlanded(before)
        return Result(ending if is_reached else "the fault not reached", problem)

    def close(self) -> None:
        self._proxy.close()
        self._objects.close()
        run("git", "-C", self._repository, "fsck", "--strict", "--no-dangling")

    def _render(self) -> None:
        self._content += 1
        self._rendered.mkdir(exist_ok=True)
        (self._rendered / "manifest.yaml").write_text(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: example, namespace: default}\n"
            f"data: {{number: '{self._content:08}'}}\n"
        )

    def _unlanded(self, before: str) -> str | None:
        """What keeps the branch from holding this content, in exactly one commit."""
        commits = 0
        commit, message = self._objects.read("main")
        while commit != before:
            commits += message.decode().splitlines().count(_TRAILER)
            commit, message = self._objects.read(f"{commit}^")
        if commits != 1:
            return f"{commits} commits on the branch instead of one"
        _, landed = self._objects.read(f"main:{self._landing_path}")
        if landed != (self._rendered / "manifest.yaml").read_bytes():
            return "the branch holds other content"
        return None

    def _tip(self) -> str:
        return self._objects.read("main")[0]

    def _command(self, command: str, cache: Path, timeout: str) -> subprocess.CompletedProcess[str]:
        return self._statestore(command, "--rendered", self._rendered, *_REQUEST, "--cache", cache, timeout=timeout)

    def _statestore(self, command: str, *arguments: str | Path, timeout: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program, command, *self._access, *arguments, "--timeout", timeout],
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            env=ENVIRONMENT | {"HOME": str(self._directory)},
            timeout=120,
            check=False,
        )


def _judge(run: subprocess.CompletedProcess[str]) -> tuple[str, str | None]:
    """The ending in one word, and what is wrong with it: a false name, or a status that is not 0 or 3."""
    if run.returncode == 0:
        return "0", None
    name = re.match(r"[a-z-]+(?=: )", run.stderr)
    ending = f"{run.returncode} {name.group() if name else '?'}"
    is_true = run.returncode == 3 and name is not None and name.group() in TRUE_NAMES
    return ending, None if is_true else f"ended with {_describe(run)}"


def _describe(run: subprocess.CompletedProcess[str]) -> str:
    return f"status {run.returncode}: {run.stderr.strip() or run.stdout.strip()}"
