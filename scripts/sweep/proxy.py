"""A TCP proxy on loopback that breaks one connection at one byte."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass
from enum import Enum


class Mode(Enum):
    """What happens at the byte."""

    CUT = "cut"  # both sides see the connection closed in order
    RESET = "reset"  # both sides get a TCP reset; what was under way is lost
    STALL = "stall"  # nothing more comes in this direction, and the connection stays open
    HALF_CLOSE = "half-close"  # the receiver sees the end of this direction, the other direction goes on


@dataclass(frozen=True)
class Fault:
    """The first byte of a direction that does not arrive, counted over all connections of a command."""

    direction: str  # "up": client to server, "down": server to client
    position: int
    mode: Mode


class Proxy:
    """Forwards every connection to a port of this machine.

    A fault happens once; what the client tries after it goes through.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._fault: Fault | None = None
        self._open: list[socket.socket] = []
        self.carried = {"up": 0, "down": 0}
        self.has_fired = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, fault: Fault | None) -> None:
        """Ends what is open, counts from zero, and waits for the fault's byte."""
        with self._lock:
            self._end_all()
            self._fault = fault
            self.has_fired = False
            self.carried = {"up": 0, "down": 0}

    def close(self) -> None:
        with self._lock:
            self._end_all()
        self._listener.close()

    def _end_all(self) -> None:
        for each in self._open:
            _shut(each, socket.SHUT_RDWR)
        self._open = []

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.close()
                continue
            for each in (client, server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open += [client, server]
            pumps = [
                threading.Thread(target=self._pump, args=(client, server, "up"), daemon=True),
                threading.Thread(target=self._pump, args=(server, client, "down"), daemon=True),
            ]
            for pump in pumps:
                pump.start()
            threading.Thread(target=self._reap, args=(pumps, client, server), daemon=True).start()

    def _reap(self, pumps: list[threading.Thread], client: socket.socket, server: socket.socket) -> None:
        for pump in pumps:
            pump.join()
        client.close()
        server.close()
        with self._lock:
            self._open = [each for each in self._open if each not in (client, server)]

    def _pump(self, source: socket.socket, sink: socket.socket, direction: str) -> None:
        while True:
            try:
                data = source.recv(1 << 16)
            except OSError:
                data = b""
            passing, mode = self._count(data, direction)
            with contextlib.suppress(OSError):
                sink.sendall(passing)
            if mode is not None:
                _break(mode, source, sink)
                return
            if not data:
                _shut(sink, socket.SHUT_WR)
                return

    def _count(self, data: bytes, direction: str) -> tuple[bytes, Mode | None]:
        """The bytes that pass, and what happens after them."""
        with self._lock:
            before = self.carried[direction]
            self.carried[direction] += len(data)
            fault = self._fault
            if fault is None or self.has_fired or fault.direction != direction:
                return data, None
            if before + len(data) <= fault.position:
                return data, None
            self.has_fired = True
            return data[: fault.position - before], fault.mode


def _break(mode: Mode, source: socket.socket, sink: socket.socket) -> None:
    match mode:
        case Mode.CUT:
            for each in (sink, source):
                _shut(each, socket.SHUT_RDWR)
        case Mode.RESET:
            for each in (sink, source):
                # Closing with a linger time of zero sends a reset; see socket(7), SO_LINGER.
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                # Wakes the other pump, which holds the same socket.
                _shut(each, socket.SHUT_RD)
                each.close()
        case Mode.STALL:
            _discard(source)
        case Mode.HALF_CLOSE:
            _shut(sink, socket.SHUT_WR)
            _discard(source)


def _discard(source: socket.socket) -> None:
    """Reads on, so that the sender is not held up, until the sender closes."""
    with contextlib.suppress(OSError):
        while source.recv(1 << 16):
            pass


def _shut(which: socket.socket, how: int) -> None:
    with contextlib.suppress(OSError):
        which.shutdown(how)
