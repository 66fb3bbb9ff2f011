"""State stores as Kratix lays them out, of any number of files and commits, generated once and kept."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .git import ENVIRONMENT, git
from .process import Failure

ROOT = Path(__file__).resolve().parents[2]
FILE = "postgresql-instance.yaml"
_RENDERED = ROOT / "fixtures/postgresql/rendered/small" / FILE
_FORMAT = 2  # counts up when the same parameters are to give another store
_NAMESPACES = 10
_EPOCH = 1_767_225_600  # 2026-01-01: the same store, to the byte, on every machine
_INSTANCE = _RENDERED.read_text()


class Kind(StrEnum):
    """What the files of a store have of their own, apart from the names of their requests."""

    ALIKE = "alike"
    """Nothing."""
    OWN = "own"
    """A comment, a database and a password that SOPS encrypted."""
    PLAINTEXT = "plaintext"
    """A comment, a database and a password in clear, which verification warns of in each file."""


@dataclass(frozen=True)
class Resource:
    """One postgresql request, of those that a store of `files` files holds."""

    namespace: str
    name: str

    @property
    def directory(self) -> str:
        return f"worker/resources/{self.namespace}/postgresql/{self.name}/instance-configure/5058f"

    @property
    def path(self) -> str:
        return f"{self.directory}/{FILE}"

    @property
    def placement(self) -> str:
        """A name that its WorkPlacement could have."""
        digits = hashlib.md5(f"{self.namespace}/{self.name}".encode()).hexdigest()[:5]
        return f"postgresql-{self.name}-instance-configure-{digits}.worker-5058f"

    def rendered(self, database: str) -> bytes:
        """The four documents of this request, for a database of that name."""
        return (
            _INSTANCE.replace('namespace: "default"', f'namespace: "{self.namespace}"')
            .replace("postgres-example", self.name)
            .replace('value: "app"', f'value: "{database}"')
            .encode()
        )

    def of_kind(self, kind: Kind, database: str) -> bytes:
        """The four documents of this request, with what is its own."""
        text = self.rendered(database)
        if kind == Kind.ALIKE:
            return text
        comment = f"# Rendered for {self.namespace}/{self.name}, database {database}\n"
        secret = _encoded(f"password {self.name} {database}", 16)
        if kind == Kind.PLAINTEXT:
            return comment.encode() + text.replace(_PASSWORD, secret)
        return comment.encode() + text.replace(_PASSWORD, _encrypted(secret)) + _sops(secret)


_PASSWORD = b"change-me-after-the-first-login"


def _encoded(text: str, size: int) -> bytes:
    """As many bytes, which look like chance, in base64."""
    return base64.b64encode(hashlib.shake_128(text.encode()).digest(size))


def _encrypted(text: bytes) -> bytes:
    """A value as SOPS writes it."""
    data, iv, tag = (_encoded(f"{part} {text!r}", size) for part, size in [("data", 16), ("iv", 32), ("tag", 16)])
    return b"ENC[AES256_GCM,data:%s,iv:%s,tag:%s,type:str]" % (data, iv, tag)


def _sops(text: bytes) -> bytes:
    """What SOPS adds to a document, with one age recipient."""
    key = _encoded(f"key {text!r}", 240)
    lines = b"".join(b"        %s\n" % key[start : start + 64] for start in range(0, len(key), 64))
    return (
        b"sops:\n  age:\n    - recipient: age1statestore\n      enc: |\n"
        b"        -----BEGIN AGE ENCRYPTED FILE-----\n%s        -----END AGE ENCRYPTED FILE-----\n"
        b'  lastmodified: "2026-01-01T00:00:00Z"\n  mac: %s\n'
        b"  encrypted_regex: ^(data|stringData)$\n  version: 3.9.0\n" % (lines, _encrypted(key))
    )


def resource(number: int) -> Resource:
    return Resource(f"team-{number % _NAMESPACES}", f"database-{number // _NAMESPACES:05}")


def scattered(number: int, files: int) -> Resource:
    """The resource that the commit or run of this number changes: far from the one before."""
    return resource(number * 7919 % files)


def commit(message: str, time: int, parent: str | None, resource: Resource, content: bytes) -> Iterator[bytes]:
    """The stream that has fast-import commit one resource's file."""
    yield from _commit(message, time, parent)
    yield _file(resource, content)


def generated(files: int, commits: int, directory: Path, kind: Kind = Kind.ALIKE) -> Path:
    """A bare, packed store: all files in its first commit, one file changed in each of the others."""
    version = hashlib.sha256(f"{_FORMAT} {_INSTANCE}".encode()).hexdigest()[:8]
    store = directory / f"{files}-files-{kind}-{commits}-commits-{version}.git"
    if store.exists():
        return store

    print(f"generating a state store of {files:,} files and {commits:,} commits", file=sys.stderr)
    unfinished = store.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    git(unfinished, "init", "--quiet", "--bare", "--initial-branch=main")
    for key, value in {
        "uploadpack.allowFilter": "true",
        "http.receivepack": "true",
        # A collection that starts in the middle of a run would count as time of the writer that runs then.
        "gc.auto": "0",
        "receive.autogc": "false",
    }.items():
        git(unfinished, "config", key, value)
    _import(unfinished, lambda: _history(files, commits, kind))
    git(unfinished, "gc", "--quiet")
    unfinished.rename(store)
    return store


def _history(files: int, commits: int, kind: Kind) -> Iterator[bytes]:
    yield from _commit("Update from: kratix-canary", _EPOCH, None)
    for first in range(min(_NAMESPACES, files)):
        for number in range(first, files, _NAMESPACES):
            database = "app" if kind == Kind.ALIKE else f"app_{number}"
            yield _file(resource(number), resource(number).of_kind(kind, database))
    for number in range(1, commits):
        changed = scattered(number, files)
        content = changed.rendered(f"app_{number}")
        yield from commit(f"Update from: {changed.placement}", _EPOCH + number, None, changed, content)


def _commit(message: str, time: int, parent: str | None) -> Iterator[bytes]:
    yield f"commit refs/heads/main\ncommitter kratix <> {time} +0000\ndata {len(message)}\n{message}\n".encode()
    if parent is not None:
        yield f"from {parent}\n".encode()


def _file(resource: Resource, content: bytes) -> bytes:
    return b"M 100644 inline %s\ndata %d\n%s\n" % (resource.path.encode(), len(content), content)


def _import(repository: Path, stream: Callable[[], Iterator[bytes]]) -> None:
    with subprocess.Popen(
        ["git", "-C", repository, "fast-import", "--quiet"], stdin=subprocess.PIPE, env=ENVIRONMENT
    ) as importer:
        assert importer.stdin is not None
        importer.stdin.writelines(stream())
    if importer.returncode != 0:
        raise Failure(f"git fast-import could not generate {repository}")
