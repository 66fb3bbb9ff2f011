"""scripts/bench batch: many writes handed to one process at once."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .git import git, tip
from .process import Failure
from .server import Server
from .store import FILE, generated, resource
from .writers import flags


@dataclass(frozen=True)
class Options:
    files: Sequence[int]
    writes: int
    client: Path
    directory: Path


@dataclass(frozen=True)
class Result:
    files: int
    writes: int
    pushes: int
    wall: float
    cpu: float
    peak: int

    @property
    def per_second(self) -> float:
        return self.writes / self.wall


def measure(options: Options) -> Iterator[Result]:
    for files in options.files:
        yield _run(files, options)


def _run(files: int, options: Options) -> Result:
    store = generated(files, 1, options.directory / "stores")
    with tempfile.TemporaryDirectory(prefix="run-", dir=options.directory) as name:
        run = Path(name)
        served = run / "served/state.git"
        shutil.copytree(store, served)
        orders = []
        for number in range(options.writes):
            target = resource(number)
            rendered = run / f"rendered/{number}"
            rendered.mkdir(parents=True)
            (rendered / FILE).write_bytes(target.rendered("batch"))
            orders.append({"namespace": target.namespace, "name": target.name, "rendered": str(rendered)})
        before = tip(served)
        with Server(run / "served", run / "access.log") as server:
            words = [options.client, *flags(f"{server.url}/state.git", run / "cache")]
            with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
                assert client.stdin is not None and client.stdout is not None
                client.stdin.write(json.dumps({"orders": orders}) + "\n")
                client.stdin.flush()
                answer = json.loads(client.stdout.readline() or '{"error": "the program ended"}')
                client.stdin.close()
        if "error" in answer and answer["error"]:
            raise Failure(f"batch: {answer['error']}")
        commits = git(served, "rev-list", f"{before}..main").split()
        if len(commits) != options.writes:
            raise Failure(f"batch: {options.writes} writes gave {len(commits)} commits")
        return Result(
            files, options.writes, answer["pushes"], answer["wallMilliseconds"] / 1000,
            answer["cpuMilliseconds"] / 1000, answer["peakBytes"],
        )  # fmt: skip
