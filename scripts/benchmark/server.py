"""Git's smart HTTP over a directory of repositories, and what went over the wire."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from .process import Failure
from .store import ROOT

# method, path, status, $request_length, $bytes_sent: the log that scripts/git-server keeps
_REQUEST = re.compile(r"\S+ /(?P<repository>[^/ ]+)/\S* \d+ (?P<sent>\d+) (?P<received>\d+)$")


@dataclass(frozen=True)
class Traffic:
    """Bytes of requests and responses, headers included, as the client sees them."""

    sent: int = 0
    received: int = 0


class Server:
    def __init__(self, directory: Path, log: Path) -> None:
        self._log = log
        options: list[str | Path] = ["--root", directory, "--children", "4", "--access-log", log]
        self._process = subprocess.Popen(
            [ROOT / "scripts/git-server", *options, "--until-stdin-closes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise Failure("scripts/git-server did not start")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()  # closes its standard input, and it stops

    def mark(self) -> int:
        """Where the log ends now."""
        return self._log.stat().st_size

    def traffic(self, since: int) -> dict[str, Traffic]:
        """What each repository's clients exchanged with it since then; nothing at all if the log does not say."""
        sent: dict[str, int] = defaultdict(int)
        received: dict[str, int] = defaultdict(int)
        with self._log.open() as log:
            log.seek(since)
            for line in log:
                if not (request := _REQUEST.match(line.rstrip())):
                    return {}
                sent[request["repository"]] += int(request["sent"])
                received[request["repository"]] += int(request["received"])
        return {repository: Traffic(sent[repository], received[repository]) for repository in sent}
