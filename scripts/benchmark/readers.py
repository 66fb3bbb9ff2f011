"""People who look at the service's pages while it works."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable

# What a person looks at: the first page, what has not landed, a search, the last page, and what Prometheus takes.
PAGES = {
    "the first page": "/",
    "not landed only": "/?not=landed",
    "search for one": "/?q=example-1234",
    "search for many": "/?q=example",
    "a late page": "/?page=300",
    "metrics": "/metrics",
}


class Readers:
    """Threads that read one page after another until they are told to stop."""

    def __init__(self, port: Callable[[], int], token: str, count: int, pause: float) -> None:
        self.port = port
        self.token = token
        self.pause = pause
        self.took: dict[str, list[float]] = {name: [] for name in PAGES}
        self.bytes: dict[str, int] = dict.fromkeys(PAGES, 0)
        self.lock = threading.Lock()
        self.ends = threading.Event()
        self.threads = [threading.Thread(target=self._read, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.ends.set()
        for thread in self.threads:
            thread.join()

    def _read(self) -> None:
        while not self.ends.is_set():
            for name, path in PAGES.items():
                self._get(name, path)
                if self.ends.wait(self.pause):
                    return

    def _get(self, name: str, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port(), timeout=60)
        began = time.monotonic()
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            answer = connection.getresponse()
            length = len(answer.read())
        except (OSError, http.client.HTTPException):
            # Killed: there is nothing to measure.
            return
        finally:
            connection.close()
        if answer.status == 200:
            with self.lock:
                self.took[name].append(time.monotonic() - began)
                self.bytes[name] = max(self.bytes[name], length)

    def lines(self, percentile: Callable[[list[float], float], float]) -> list[str]:
        """What they saw, a line a page."""
        return [f"{name}: {len(took)} times, median {percentile(took, 0.5) * 1000:.1f} ms, "
                f"99% {percentile(took, 0.99) * 1000:.1f} ms, {self.bytes[name]} bytes at most"
                for name, took in self.took.items() if took]
