"""scripts/bench verify: checks of a large state store, beside what else could be done with the same files."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .git import ENVIRONMENT, git, tip
from .process import Failure, Usage, own_peak, run
from .server import Server, Traffic
from .store import FILE, ROOT, Kind, Resource, commit, generated, resource, scattered

_CHANGED = 100
_CONFIG = ["--config", ROOT / "fixtures/kratix", ROOT / "fixtures/postgresql/promise.yaml"]


@dataclass(frozen=True)
class Options:
    files: int
    runs: int
    statestore: Path
    directory: Path
    kind: Kind


@dataclass(frozen=True)
class Row:
    name: str
    milliseconds: float
    cpu_milliseconds: float
    peak: int
    received: int | None = None

    @staticmethod
    def of(name: str, samples: list[Usage], received: int) -> Row:
        return Row(
            name,
            statistics.median(sample.wall for sample in samples) * 1000,
            statistics.median(sample.cpu for sample in samples) * 1000,
            max(sample.peak for sample in samples),
            received,
        )


@dataclass(frozen=True)
class Target:
    says: str
    limit: float
    measured: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def measure(options: Options) -> tuple[list[Row], list[Target]]:
    store = generated(options.files, 1, options.directory / "stores", options.kind)
    with tempfile.TemporaryDirectory(prefix="run-", dir=options.directory) as name:
        directory = Path(name)
        served = directory / "served/state.git"
        shutil.copytree(store, served)
        with Server(directory / "served", directory / "access.log") as server:
            return _Bench(options, directory, served, server).run()


class _Bench:
    def __init__(self, options: Options, directory: Path, served: Path, server: Server) -> None:
        self._options = options
        self._directory = directory
        self._served = served
        self._server = server
        self._url = f"{server.url}/state.git"
        self._rows: list[Row] = []
        self._changes = 0

    def run(self) -> tuple[list[Row], list[Target]]:
        cache = self._directory / "cache"
        state = self._directory / "state"
        runs = self._options.runs
        everything = [*self._verify(cache), "--all"]
        self._row("verify --all, empty cache", 1, everything)
        full = self._row("verify --all, objects in the cache", min(runs, 3), everything)
        python = self._python()

        remembering = [*everything, "--state", state]
        self._row("verify --all --state, first", 1, remembering)
        listing, unchanged = self._in_turns(
            4 * runs,
            {
                "git ls-remote": ["git", "ls-remote", self._url, "refs/heads/main"],
                "verify --all --state, unchanged": remembering,
            },
        )
        changed = self._row(
            f"verify --all --state, {_CHANGED} files changed", min(runs, 3), remembering, before=self._change
        )

        request = self._request(self._options.files // 2)
        one = self._row(
            "verify --request, empty cache",
            min(runs, 3),
            [*self._verify(self._directory / "cold"), "--request", request],
            before=lambda: shutil.rmtree(self._directory / "cold", ignore_errors=True),
        )
        clone = self._clone(resource(self._options.files // 2))
        return self._rows, [
            Target("full check: times as fast as PyYAML's C loader", 8, python.milliseconds / full.milliseconds, True),
            Target("full check: peak MB", 512, max(full.peak, own_peak()) / 1e6),
            Target("unchanged: ms, against 1.5 times git ls-remote", 1.5 * listing.milliseconds, unchanged.milliseconds),
            Target(f"{_CHANGED} files changed: ms more", 2000, changed.milliseconds - unchanged.milliseconds),
            Target("one resource, cold: times as fast as a shallow clone", 50, clone.milliseconds / one.milliseconds, True),
            Target("one resource, cold: MB received", 2, (one.received or 0) / 1e6),
        ]

    def _verify(self, cache: Path) -> list[str | Path]:
        program = self._options.statestore
        return [program, "verify", *_CONFIG, "--repo", self._url, "--cache", cache, "--timeout", "15m"]

    def _row(
        self, name: str, runs: int, argv: list[str | Path], before: Callable[[], object] = lambda: None
    ) -> Row:
        samples: list[Usage] = []
        begin = self._server.mark()
        for number in range(1, runs + 1):
            _say(f"{name}: {number} of {runs}")
            before()
            samples.append(run(argv, env=ENVIRONMENT))
        return self._add(Row.of(name, samples, self._received(begin) // runs))

    def _in_turns(self, runs: int, commands: dict[str, list[str | Path]]) -> list[Row]:
        """Short commands, one after the other, so that what slows the machine down slows down all of them."""
        samples: dict[str, list[Usage]] = {name: [] for name in commands}
        received = dict.fromkeys(commands, 0)
        for number in range(1, runs + 1):
            for name, argv in commands.items():
                _say(f"{name}: {number} of {runs}")
                begin = self._server.mark()
                samples[name].append(run(argv, env=ENVIRONMENT))
                received[name] += self._received(begin)
        return [self._add(Row.of(name, samples[name], received[name] // runs)) for name in commands]

    def _received(self, begin: int) -> int:
        return self._server.traffic(begin).get(self._served.name, Traffic()).received

    def _add(self, row: Row) -> Row:
        self._rows.append(row)
        return row

    def _python(self) -> Row:
        """The same files, in memory already, through PyYAML's C loader on all cores: nothing is done with them."""
        _say("PyYAML")
        files = self._directory / "files"
        with files.open("wb") as output:
            listing = git(self._served, "ls-tree", "-r", "main").decode().splitlines()
            ids = "\n".join(line.split()[2] for line in listing).encode()
            subprocess.run(
                ["git", "-C", self._served, "cat-file", "--batch"],
                input=ids, stdout=output, env=ENVIRONMENT, check=True,
            )  # fmt: skip
        said = subprocess.run(
            [sys.executable, "-c", _PYTHON, files], capture_output=True, text=True, env=ENVIRONMENT, check=False
        )
        if said.returncode != 0:
            raise Failure(f"PyYAML: {said.stderr}")
        files.unlink()
        seconds, cpu = json.loads(said.stdout)
        return self._add(Row("PyYAML's C loader, parsing alone, all cores", seconds * 1000, cpu * 1000, 0))

    def _change(self) -> None:
        """Commits that change some files, each a resource of its own, to what they never were."""
        self._changes += 1
        changed = [scattered(number, self._options.files) for number in range(1, _CHANGED + 1)]
        stream = b""
        parent = tip(self._served)
        for number, place in enumerate(changed):
            content = place.of_kind(self._options.kind, f"db_{self._changes}_{number}")
            stream = b"".join(commit("Update from: bench", int(time.time()), parent, place, content))
            git(self._served, "fast-import", "--quiet", stdin=stream)
            parent = tip(self._served)

    def _request(self, number: int) -> Path:
        place = resource(number)
        database = "app" if self._options.kind == Kind.ALIKE else f"app_{number}"
        path = self._directory / "request.yaml"
        path.write_text(
            "apiVersion: marketplace.kratix.io/v1alpha1\nkind: postgresql\n"
            f"metadata: {{name: {place.name}, namespace: {place.namespace}}}\nspec: {{size: small, database: {database}}}\n"
        )
        return path

    def _clone(self, place: Resource) -> Row:
        _say("git clone --depth 1")
        clone = self._directory / "clone"
        begin = self._server.mark()
        usage = run(["git", "clone", "--quiet", "--depth", "1", self._url, clone], env=ENVIRONMENT)
        if not (clone / place.path).read_bytes():
            raise Failure(f"{place.path} is empty")
        return self._add(Row.of("git clone --depth 1, read the file", [usage], self._received(begin)))


_PYTHON = """
import json, multiprocessing, os, resource, sys, time, yaml

files = []
with open(sys.argv[1], "rb") as batch:
    while header := batch.readline():
        files.append(batch.read(int(header.split()[2])))
        batch.read(1)

def parse(index):
    for text in files[index::count]:
        list(yaml.load_all(text, Loader=yaml.CSafeLoader))

count = os.cpu_count()
start = time.perf_counter()
processes = [multiprocessing.get_context("fork").Process(target=parse, args=(i,)) for i in range(count)]
for process in processes: process.start()
for process in processes: process.join()
seconds = time.perf_counter() - start
if any(process.exitcode for process in processes): sys.exit(1)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([seconds, used.ru_utime + used.ru_stime]))
"""


def text(rows: list[Row], targets: list[Target], files: int) -> Iterator[str]:
    width = max(len(row.name) for row in rows)
    yield f"{files:,} files ({FILE}, four documents each)"
    yield f"  {'median':<{width}}  {'wall ms':>10}  {'CPU ms':>10}  {'peak MB':>8}  {'received KB':>11}"
    for row in rows:
        peak = f"{row.peak / 1e6:,.1f}" if row.peak else "-"
        received = f"{row.received / 1e3:,.1f}" if row.received is not None else "-"
        yield f"  {row.name:<{width}}  {row.milliseconds:>10,.1f}  {row.cpu_milliseconds:>10,.1f}  {peak:>8}  {received:>11}"
    for target in targets:
        sign = ">=" if target.at_least else "<="
        yield f"  {'met' if target.met else 'MISSED':<6}  {target.says}: {target.measured:,.1f}, to be {sign} {target.limit:,.1f}"


def document(rows: list[Row], targets: list[Target]) -> dict[str, object]:
    return {
        "rows": [
            {
                "name": row.name,
                "wallMilliseconds": round(row.milliseconds, 2),
                "cpuMilliseconds": round(row.cpu_milliseconds, 2),
                "peakMegabytes": round(row.peak / 1e6, 2) if row.peak else None,
                "receivedBytes": row.received,
            }
            for row in rows
        ],
        "targets": [
            {
                "target": target.says,
                "atLeast" if target.at_least else "atMost": round(target.limit, 2),
                "measured": round(target.measured, 2),
                "met": target.met,
            }
            for target in targets
        ],
    }


def _say(progress: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{progress}", end="", file=sys.stderr, flush=True)
