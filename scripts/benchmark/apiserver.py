"""A Kubernetes API server in memory, as far as `statestore watch` and `kubectl get` need one."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

Object = dict[str, object]


@dataclass(frozen=True)
class Resource:
    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def root(self) -> str:
        return f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"


@dataclass
class _Table:
    """The objects of one resource, and who watches them."""

    objects: dict[tuple[str, str], Object] = field(default_factory=dict)
    encoded: dict[tuple[str, str], bytes] = field(default_factory=dict)
    changes: list[tuple[int, bytes]] = field(default_factory=list)
    watchers: set[asyncio.StreamWriter] = field(default_factory=set)
    listed: float | None = None
    """When the first watch was opened: the list before it was complete then."""


class APIServer:
    """Serves what was put into it, on loopback, in a thread of its own."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._resources = list(resources)
        self._tables: dict[str, _Table] = defaultdict(_Table)
        self._version = 1
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._patched: Callable[[Object, float], None] = lambda _object, _time: None
        self.requests = 0
        self.port = 0

    def __enter__(self) -> APIServer:
        threading.Thread(target=self._run, daemon=True).start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def kubeconfig(self) -> str:
        cluster = {"name": "bench", "cluster": {"server": self.url}}
        context = {"name": "bench", "context": {"cluster": "bench", "user": "bench", "namespace": "default"}}
        user = {"name": "bench", "user": {"token": "bench"}}
        return json.dumps({"apiVersion": "v1", "kind": "Config", "current-context": "bench", "clusters": [cluster],
                           "contexts": [context], "users": [user]})  # fmt: skip

    def on_patch(self, body: Callable[[Object, float], None]) -> None:
        """Calls `body` with every object whose status was patched, and the time."""
        self._patched = body

    def listed(self, plural: str) -> float | None:
        return self._tables[plural].listed

    def put(self, plural: str, value: Object) -> None:
        """Creates or replaces an object, as a controller would."""
        with self._lock:
            self._store(self._named(plural), value)

    # What goes over the wire

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)

        async def start() -> None:
            server = await asyncio.start_server(self._connection, "127.0.0.1", 0, limit=1 << 26)
            self.port = server.sockets[0].getsockname()[1]
            self._started.set()

        self._loop.run_until_complete(start())
        self._loop.run_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *headers = head.decode("latin-1").split("\r\n")
                method, target, _ = line.split(" ")
                lengths = [h.partition(":")[2] for h in headers if h.lower().startswith("content-length:")]
                body = await reader.readexactly(int(lengths[0])) if lengths else b""
                self.requests += 1
                address = urlsplit(target)
                query = {key: values[0] for key, values in parse_qs(address.query).items()}
                if query.get("watch") in ("1", "true"):
                    await self._watch(address.path, query, writer, reader)
                    return
                status, answer = self._answer(method, address.path, query, body)
                length = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
                writer.write(length.encode() + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _watch(
        self, path: str, query: dict[str, str], writer: asyncio.StreamWriter, reader: asyncio.StreamReader
    ) -> None:
        resource, *_ = self._find(path)
        assert resource is not None
        table = self._tables[resource.plural]
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        with self._lock:
            table.listed = table.listed or time.perf_counter()
            for number, line in table.changes:
                if number > int(query.get("resourceVersion") or 0):
                    writer.write(line)
            table.watchers.add(writer)
        await reader.read()  # until the client leaves
        table.watchers.discard(writer)

    def _answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if (found := self._discovery(path)) is not None:
            return 200, json.dumps(found).encode()
        resource, namespace, name, subresource = self._find(path)
        if resource is None:
            return 404, _status(404, "NotFound", path)
        with self._lock:
            table = self._tables[resource.plural]
            key = (namespace or "", name or "")
            if method == "GET" and name is None:
                return 200, self._page(resource, namespace, query)
            if method == "POST":
                value = json.loads(body)
                metadata = value["metadata"]
                if (namespace or "", metadata["name"]) in table.objects:
                    return 409, _status(409, "AlreadyExists", path)
                return 201, self._store(resource, value)
            if key not in table.objects:
                return 404, _status(404, "NotFound", path)
            if method == "GET":
                return 200, table.encoded[key]
            value = json.loads(body)
            version = value["metadata"].get("resourceVersion")
            if version not in (None, table.objects[key]["metadata"]["resourceVersion"]):  # type: ignore[index]
                return 409, _status(409, "Conflict", path)
            if method == "PUT":
                return 200, self._store(resource, value)
            if subresource != "status":
                return 405, _status(405, "MethodNotAllowed", path)
            known = table.objects[key]
            known["status"] = {**known.get("status", {}), **value["status"]}  # type: ignore[dict-item]
            answer = self._store(resource, known)
        self._patched(known, time.perf_counter())
        return 200, answer

    def _discovery(self, path: str) -> Object | None:
        groups: dict[str, str] = {r.group: r.version for r in self._resources if r.group}
        names = path.strip("/").split("/")
        match names:
            case ["api"]:
                return {"kind": "APIVersions", "versions": ["v1"]}
            case ["apis"]:
                return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(*g) for g in groups.items()]}
            case ["apis", group] if group in groups:
                return _group(group, groups[group])
        served = [r for r in self._resources if r.root == path]
        if not served:
            return None
        listed = [{"name": r.plural, "singularName": r.kind.lower(), "namespaced": r.namespaced, "kind": r.kind,
                   "verbs": ["get", "list", "watch"]} for r in served]  # fmt: skip
        return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": served[0].api_version,
                "resources": listed}  # fmt: skip

    def _find(self, path: str) -> tuple[Resource | None, str | None, str | None, str | None]:
        for resource in self._resources:
            if not path.startswith(resource.root + "/"):
                continue
            names = path[len(resource.root) + 1 :].split("/")
            namespace = names[1] if resource.namespaced and names[0] == "namespaces" else None
            names = names[2:] if namespace else names
            if names and names[0] == resource.plural:
                return resource, namespace, *[*names[1:], None, None][:2]  # type: ignore[return-value]
        return None, None, None, None

    def _page(self, resource: Resource, namespace: str | None, query: dict[str, str]) -> bytes:
        table = self._tables[resource.plural]
        keys = list(table.objects) if namespace is None else [k for k in table.objects if k[0] == namespace]
        if "labelSelector" in query:
            keys = []  # only Jobs and Pods are asked for by labels, and there are none
        start, limit = int(query.get("continue") or 0), int(query.get("limit") or len(keys) or 1)
        rest = str(start + limit) if start + limit < len(keys) else ""
        metadata = json.dumps({"resourceVersion": str(self._version), "continue": rest})
        head = f'{{"kind":"{resource.kind}List","apiVersion":"{resource.api_version}","metadata":{metadata},"items":['
        return head.encode() + b",".join(table.encoded[key] for key in keys[start : start + limit]) + b"]}"

    # Called with the lock

    def _named(self, plural: str) -> Resource:
        return next(r for r in self._resources if r.plural == plural)

    def _store(self, resource: Resource, value: Object) -> bytes:
        self._version += 1
        table = self._tables[resource.plural]
        metadata: dict[str, object] = value["metadata"]  # type: ignore[assignment]
        metadata["resourceVersion"] = str(self._version)
        metadata.setdefault("uid", f"00000000-0000-4000-8000-{self._version:012}")
        key = (str(metadata.get("namespace", "")), str(metadata["name"]))
        kind = "MODIFIED" if key in table.objects else "ADDED"
        encoded = json.dumps(value, separators=(",", ":")).encode()
        table.objects[key], table.encoded[key] = value, encoded
        if table.listed is not None:
            event = b'{"type":"%s","object":%s}\n' % (kind.encode(), encoded)
            line = b"%x\r\n%s\r\n" % (len(event), event)
            table.changes.append((self._version, line))
            for watcher in table.watchers:
                self._loop.call_soon_threadsafe(watcher.write, line)
        return encoded


def _group(name: str, version: str) -> Object:
    served = {"groupVersion": f"{name}/{version}", "version": version}
    return {"kind": "APIGroup", "apiVersion": "v1", "name": name, "versions": [served], "preferredVersion": served}


def _status(code: int, reason: str, message: str) -> bytes:
    details = {"name": message.rpartition("/")[2]}
    return json.dumps({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code,
                       "message": message, "details": details}).encode()  # fmt: skip
