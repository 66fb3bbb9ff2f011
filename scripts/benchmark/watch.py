"""scripts/bench watch: a large cluster, and how soon `statestore watch` says what has become of a request."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .apiserver import APIServer, Object, Resource
from .git import ENVIRONMENT, git
from .process import Failure
from .store import _INSTANCE, FILE
from .targets import Target

_KRATIX = ("platform.kratix.io", "v1alpha1")
_KINDS = [("gitstatestores", "GitStateStore"), ("destinations", "Destination"), ("promises", "Promise"),
          ("promiserevisions", "PromiseRevision")]  # fmt: skip
_RESOURCES = [
    Resource("", "v1", "pods", "Pod"),
    Resource("batch", "v1", "jobs", "Job"),
    Resource("coordination.k8s.io", "v1", "leases", "Lease"),
    Resource("events.k8s.io", "v1", "events", "Event"),
    Resource("marketplace.kratix.io", "v1alpha1", "postgresqls", "postgresql"),
    *(Resource(*_KRATIX, plural, kind, namespaced=False) for plural, kind in _KINDS),
    Resource(*_KRATIX, "resourcebindings", "ResourceBinding"),
    Resource(*_KRATIX, "works", "Work"),
    Resource(*_KRATIX, "workplacements", "WorkPlacement"),
]
_FOLLOWED = ["postgresqls", "works", "workplacements"]
_DEFAULT_GROUP = "5058f1af8388633f609cadb75a75dc9d"
_NAMESPACES = 20
_COMPLETED = "2026-01-01T00:00:00Z"
_PATIENCE = 600  # seconds until all requests are judged
_LATE = 60  # seconds after which a change counts as not judged


@dataclass(frozen=True)
class Options:
    requests: int
    destinations: int
    changes: int
    statestore: Path
    directory: Path


@dataclass
class Result:
    options: Options
    list_seconds: float = 0.0
    judged_seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    late: int = 0
    peak: int = 0
    resident: int = 0
    start_cpu: float = 0.0
    change_cpu: float = 0.0
    kubectl: tuple[float, int] | None = None
    """Wall time and peak memory of `kubectl get` of the same objects, if there is a kubectl."""

    def latency(self, percent: float) -> float:
        ordered = sorted(self.latencies + [float(_LATE)] * self.late)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    @property
    def targets(self) -> list[Target]:
        return [
            Target("start-up: seconds until everything is listed", 30, self.list_seconds, False),
            Target("changes: seconds until 99 of 100 are judged", 5, self.latency(99), False),
            Target("peak MiB", 256, self.peak / 1024 / 1024, False),
        ]

    @property
    def document(self) -> dict[str, object]:
        return {
            "requests": self.options.requests,
            "destinations": self.options.destinations,
            "changes": self.options.changes,
            "listSeconds": round(self.list_seconds, 2),
            "judgedSeconds": round(self.judged_seconds, 2),
            "startCpuSeconds": round(self.start_cpu, 2),
            "medianSeconds": round(self.latency(50), 3),
            "p99Seconds": round(self.latency(99), 3),
            "cpuMillisecondsAChange": round(1000 * self.change_cpu / max(1, self.options.changes), 1),
            "peakMegabytes": round(self.peak / 1e6, 1),
            "residentMegabytes": round(self.resident / 1e6, 1),
            "kubectl": self.kubectl and {"seconds": self.kubectl[0], "peakMegabytes": round(self.kubectl[1] / 1e6, 1)},
            "targets": [target.document for target in self.targets],
        }

    @property
    def text(self) -> Iterator[str]:
        yield f"{self.options.requests:,} requests at {self.options.destinations} Destinations"
        yield f"  everything listed after   {self.list_seconds:6.1f} s"
        if self.kubectl:
            yield f"  kubectl get of the same   {self.kubectl[0]:6.1f} s, {self.kubectl[1] / 2**20:.0f} MiB"
        yield f"  all judged and written    {self.judged_seconds:6.1f} s, {self.start_cpu:.1f} s of CPU"
        yield (
            f"  {self.options.changes} changes in turn       median {self.latency(50):.2f} s, p99 {self.latency(99):.2f} s,"
            f" not judged {self.late}, {1000 * self.change_cpu / max(1, self.options.changes):.0f} ms of CPU each"
        )
        yield f"  memory                    peak {self.peak / 2**20:.0f} MiB, at the end {self.resident / 2**20:.0f} MiB"
        for target in self.targets:
            yield target.text


@dataclass(frozen=True)
class _Request:
    number: int
    destinations: int

    @property
    def namespace(self) -> str:
        return f"team-{self.number % _NAMESPACES:02}"

    @property
    def name(self) -> str:
        return f"database-{self.number:05}"

    @property
    def destination(self) -> str:
        return f"worker-{self.number % self.destinations:03}"

    @property
    def work(self) -> str:
        return f"postgresql-{self.name}-instance-configure-{self.number % 2**20:05x}"

    @property
    def path(self) -> str:
        return f"{self.destination}/resources/{self.namespace}/postgresql/{self.name}/instance-configure/5058f/{FILE}"

    @property
    def content(self) -> bytes:
        text = _INSTANCE.replace('namespace: "default"', f'namespace: "{self.namespace}"')
        return text.replace("postgres-example", self.name).encode()

    @property
    def objects(self) -> Iterator[tuple[str, Object]]:
        labels = {"kratix.io/promise-name": "postgresql", "kratix.io/resource-name": self.name,
                  "kratix.io/resource-namespace": self.namespace, "kratix.io/pipeline-name": "instance-configure",
                  "kratix.io/work-type": "resource"}  # fmt: skip
        spec = {"promiseName": "postgresql", "resourceName": self.name}
        condition = {"type": "ConfigureWorkflowCompleted", "status": "True", "reason": "PipelinesExecutedSuccessfully",
                     "message": "Pipelines completed", "lastTransitionTime": _COMPLETED}  # fmt: skip
        content = base64.b64encode(gzip.compress(self.content, mtime=0)).decode()
        group = {"directory": ".", "id": _DEFAULT_GROUP, "workloads": [{"filepath": FILE, "content": content}],
                 "destinationSelectors": [{"source": "promise", "matchLabels": {"environment": "dev"}}]}  # fmt: skip
        yield "works", _object("works", self.work, self.namespace, labels, spec={**spec, "workloadGroups": [group]},
                               status={"conditions": [{**condition, "type": "Ready"}]})  # fmt: skip
        yield "workplacements", _object(
            "workplacements", f"{self.work}.{self.destination}-5058f", self.namespace,
            {**labels, "kratix.io/work": self.work},
            spec={**spec, "targetDestinationName": self.destination, "id": _DEFAULT_GROUP, "workloads": group["workloads"]},
            status={"conditions": [{**condition, "type": "WriteSucceeded"}]},
        )  # fmt: skip
        yield "postgresqls", _object("postgresqls", self.name, self.namespace, {"kratix.io/promise-name": "postgresql"},
                                     spec={"size": "small", "database": "app"},
                                     status={"observedGeneration": 1, "conditions": [condition]})  # fmt: skip


def measure(options: Options) -> Result:
    run = options.directory / "watch"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True)
    try:
        return _measure(options, run)
    finally:
        shutil.rmtree(run, ignore_errors=True)


def _measure(options: Options, run: Path) -> Result:
    requests = [_Request(number, options.destinations) for number in range(options.requests)]
    repository = run / "state.git"
    git(run, "init", "--quiet", "--bare", "--initial-branch=main", repository)
    _commit(repository, "Update from: all", {request.path: request.content for request in requests}, isFirst=True)
    git(repository, "gc", "--quiet")
    result = Result(options)
    with APIServer(_RESOURCES) as server:
        _put_platform(server, repository, options.destinations)
        for request in requests:
            for plural, value in request.objects:
                server.put(plural, value)
        kubeconfig = run / "kubeconfig"
        kubeconfig.write_text(server.kubeconfig)
        result.kubectl = _kubectl(kubeconfig)
        with _Watcher(options, run, kubeconfig, server) as watcher:
            watcher.start(result)
            watcher.change(result, requests, repository)
    return result


class _Watcher:
    def __init__(self, options: Options, run: Path, kubeconfig: Path, server: APIServer) -> None:
        self.options, self.server = options, server
        self._log = (run / "watch.log").open("w+")
        self._conditions: dict[tuple[str, str], tuple[str, float]] = {}
        self._changed = threading.Condition()
        server.on_patch(self._patched)
        self._began = time.perf_counter()
        self._process = subprocess.Popen(
            [options.statestore, "watch", "--kubeconfig", kubeconfig, "--listen", "127.0.0.1:0"],
            env={**os.environ, "STATESTORE_CACHE": str(run / "cache")},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip

    def __enter__(self) -> _Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)
        self._log.close()

    def start(self, result: Result) -> None:
        """Waits until all is listed, and until all requests are judged."""
        deadline = self._began + _PATIENCE
        while any(self.server.listed(plural) is None for plural in _FOLLOWED):
            self._wait(deadline, "not everything was listed")
        result.list_seconds = max(self.server.listed(plural) or 0 for plural in _FOLLOWED) - self._began
        while len(self._conditions) < self.options.requests:
            self._wait(deadline, f"{len(self._conditions):,} of {self.options.requests:,} requests were judged")
        wrong = [key for key, (status, _) in self._conditions.items() if status != "True"]
        if wrong:
            raise Failure(f"watch: {len(wrong)} requests count as not landed, such as {wrong[0]}\n{self._said()}")
        result.judged_seconds = time.perf_counter() - self._began
        result.start_cpu = self._cpu()

    def change(self, result: Result, requests: list[_Request], repository: Path) -> None:
        """Requests that land, and placements that are overwritten, one after the other."""
        before = self._cpu()
        for number in range(self.options.changes):
            if number % 2 == 0:
                request = _Request(len(requests) + number, self.options.destinations)
                for plural, value in request.objects:
                    self.server.put(plural, value)
                content, expected = request.content, "True"
            else:
                request = requests[number * 7919 % len(requests)]
                content, expected = request.content.replace(b"image: postgres:", b"image: other:"), "False"
            _commit(repository, f"Update from: {request.work}", {request.path: content})
            began = time.perf_counter()
            latency = self._latency(request, expected, began)
            if latency is None:
                result.late += 1
            else:
                result.latencies.append(latency)
        result.change_cpu = self._cpu() - before
        result.peak, result.resident = self._memory("VmHWM"), self._memory("VmRSS")

    def _latency(self, request: _Request, expected: str, began: float) -> float | None:
        key = (request.namespace, request.name)
        with self._changed:
            self._changed.wait_for(lambda: self._conditions.get(key, ("", 0))[0] == expected, timeout=_LATE)
            status, at = self._conditions.get(key, ("", 0.0))
        # The objects are there before the commit: it may have been seen before git had ended.
        return max(0.0, at - began) if status == expected else None

    def _patched(self, value: Object, at: float) -> None:
        metadata: dict[str, str] = value["metadata"]  # type: ignore[assignment]
        conditions: list[dict[str, str]] = value["status"]["conditions"]  # type: ignore[index]
        status = next((c["status"] for c in conditions if c["type"] == "Landed"), "")
        with self._changed:
            self._conditions[metadata["namespace"], metadata["name"]] = (status, at)
            self._changed.notify_all()

    def _wait(self, deadline: float, problem: str) -> None:
        if self._process.poll() is not None:
            raise Failure(f"watch: the program ended\n{self._said()}")
        if time.perf_counter() > deadline:
            raise Failure(f"watch: {problem} within {_PATIENCE} s, {self._memory('VmHWM') / 2**20:.0f} MiB\n{self._said()}")
        time.sleep(0.1)

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read()[-2_000:]

    def _memory(self, name: str) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        found = re.search(rf"{name}:\s+(\d+) kB", status)
        return int(found[1]) * 1024 if found else 0

    def _cpu(self) -> float:
        """Seconds of the process and of the git processes that it waited for."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(") ")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _put_platform(server: APIServer, repository: Path, destinations: int) -> None:
    server.put("gitstatestores", _object("gitstatestores", "default", spec={"url": str(repository), "branch": "main"}))
    for number in range(destinations):
        name = f"worker-{number:03}"
        spec = {"path": name, "stateStoreRef": {"name": "default", "kind": "GitStateStore"},
                "filepath": {"mode": "nestedByMetadata"}}  # fmt: skip
        server.put("destinations", _object("destinations", name, labels={"environment": "dev"}, spec=spec))
    spec = {"destinationSelectors": [{"matchLabels": {"environment": "dev"}}],
            "api": json.loads(_API.replace("NAME", "postgresql"))}  # fmt: skip
    server.put("promises", _object("promises", "postgresql", spec=spec))


_API = """
{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
 "metadata": {"name": "NAMEs.marketplace.kratix.io"},
 "spec": {"group": "marketplace.kratix.io", "scope": "Namespaced",
  "names": {"kind": "NAME", "plural": "NAMEs", "singular": "NAME"},
  "versions": [{"name": "v1alpha1", "served": true, "storage": true, "schema": {"openAPIV3Schema":
   {"type": "object", "properties": {"spec": {"type": "object", "properties":
    {"size": {"type": "string"}, "database": {"type": "string"}}}}}}}]}}
"""


def _object(
    plural: str, name: str, namespace: str | None = None, labels: dict[str, str] | None = None, **fields: object
) -> Object:
    resource = next(r for r in _RESOURCES if r.plural == plural)
    metadata: dict[str, object] = {"name": name, "generation": 1, "creationTimestamp": _COMPLETED,
                                   "labels": labels or {}}  # fmt: skip
    if namespace:
        metadata["namespace"] = namespace
        # What the server tracks of each writer is often more than the object itself.
        metadata["managedFields"] = [_managed(manager) for manager in ("manager", "work-creator")]
    return {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata, **fields}


def _managed(manager: str) -> Object:
    owned = {"f:metadata": {"f:labels": {f"f:kratix.io/label-{n}": {} for n in range(6)}, "f:finalizers": {}},
             "f:spec": {f"f:field-{n}": {} for n in range(6)}}  # fmt: skip
    return {"manager": manager, "operation": "Update", "apiVersion": "v1alpha1", "time": _COMPLETED,
            "fieldsType": "FieldsV1", "fieldsV1": owned}  # fmt: skip


def _commit(repository: Path, message: str, files: dict[str, bytes], isFirst: bool = False) -> None:
    head = f"commit refs/heads/main\ncommitter kratix <kratix@kratix.io> {int(time.time())} +0000\n"
    stream = [f"{head}data {len(message)}\n{message}\n".encode()]
    if not isFirst:
        stream.append(b"from refs/heads/main^0\n")
    stream += [b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content)
               for path, content in sorted(files.items())]  # fmt: skip
    subprocess.run(["git", "-C", repository, "fast-import", "--quiet"], input=b"".join(stream), env=ENVIRONMENT,
                   check=True)  # fmt: skip


def _kubectl(kubeconfig: Path) -> tuple[float, int] | None:
    if (kubectl := shutil.which("kubectl")) is None:
        return None
    words = [kubectl, "--kubeconfig", kubeconfig, "get", "--all-namespaces", ",".join(_FOLLOWED)]
    began = time.perf_counter()
    child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, resources = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return (time.perf_counter() - began, resources.ru_maxrss * 1024) if status == 0 else None
