"""What must be reached, where all that it compares with was measured in the same run."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import batch, contention, turns
from .process import own_peak
from .write import Result, Size
from .writers import KratixCold, ReadyPush, RemoteListing, Statestore, StatestoreCall, StatestoreCold


@dataclass(frozen=True)
class Target:
    says: str
    limit: float
    measured: float
    at_least: bool

    @property
    def met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    @property
    def text(self) -> str:
        sign = ">=" if self.at_least else "<="
        verdict = "met" if self.met else "MISSED"
        return f"  {verdict:<6}  {self.says}: {self.measured:,.1f}, to be {sign} {self.limit:,.1f}"

    @property
    def document(self) -> dict[str, object]:
        return {
            "target": self.says,
            "atLeast" if self.at_least else "atMost": round(self.limit, 2),
            "measured": round(self.measured, 2),
            "met": self.met,
        }


def targets(size: Size) -> Iterator[Target]:
    large = size.files >= 100_000
    push = size[ReadyPush]
    if push and (call := size[StatestoreCall]):
        yield Target("a call: ms, against 0.9 of git push", 0.9 * push.milliseconds, call.milliseconds, False)
        yield Target("a call: ms of client CPU", 5, call.cpu_milliseconds, False)
    if own := size[Statestore]:
        if push and (listing := size[RemoteListing]):
            floor = 1.1 * (push.milliseconds + listing.milliseconds)
            yield Target("write: ms, against 1.1 of git push and git ls-remote", floor, own.milliseconds, False)
        if ratio := size.times_as_fast_as_git(own):
            yield Target("write: times as fast as Kratix's git commands", 12 if large else 5, ratio, True)
        yield Target("write: peak MB", 48, max(own.peak, own_peak()) / 1e6, False)
    if large and (cold := size[StatestoreCold]):
        yield from _cold(size, cold)


def _cold(size: Size, cold: Result) -> Iterator[Target]:
    if ratio := size.times_as_fast_as_git(cold):
        yield Target("empty cache: times as fast as git clone --depth 1, commit, push", 50, ratio, True)
    if (other := size[KratixCold]) and other.traffic and cold.traffic:
        share = 100 * cold.traffic.received / other.traffic.received
        yield Target("empty cache: percent of the bytes that the clone receives", 1, share, False)
    if own := size[Statestore]:
        limit = 1.5 * own.milliseconds + 200
        yield Target("empty cache: ms, against 1.5 of a warm write and 200 ms", limit, cold.milliseconds, False)


def growth(sizes: Sequence[Size]) -> Iterator[Target]:
    """What a call costs the client in the largest store, against the smallest."""
    ordered = sorted(sizes, key=lambda size: (size.files, size.commits))
    calls = [call for size in ordered if (call := size[StatestoreCall])]
    if len(calls) < 2:
        return
    first, last = calls[0], calls[-1]
    yield Target("a call: times the client CPU", 1.5, last.cpu_milliseconds / first.cpu_milliseconds, False)
    yield Target("a call: times the memory", 1.5, last.peak / first.peak, False)


def contention_targets(results: Sequence[contention.Result]) -> Iterator[Target]:
    for result in results:
        if result.name != contention.OneCache.name:
            continue
        loop = [r for r in results if r.name == contention.GitLoop.name and r.writers == result.writers]
        if result.writers >= 32 and loop and loop[0].landed:
            times = result.per_second / loop[0].per_second
            yield Target(f"{result.writers} writers: times the throughput of git's loop", 10, times, True)
        yield Target(f"{result.writers} writers: writes given up", 0, result.given_up, False)


def turns_targets(results: Sequence[turns.Result]) -> Iterator[Target]:
    for result in results:
        commands = "git push and git ls-remote" if result.filters else "git fetch, git push and git ls-remote"
        times = statistics.median(result.writes) / result.floor
        limit = 1.3 if result.filters else 1.5
        yield Target(f"in turn, {'with' if result.filters else 'no'} filters: times {commands}", limit, times, False)


def batch_targets(results: Sequence[batch.Result]) -> Iterator[Target]:
    for result in results[:1]:
        yield Target("1,000 writes in one process: pushes", 15, result.pushes, False)
        yield Target("1,000 writes in one process: writes a second", 500, result.per_second, True)
