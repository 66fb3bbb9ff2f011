"""What a write must reach (issue 2), where all that it compares with was measured in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .process import own_peak
from .write import Size
from .writers import ReadyPush, RemoteListing, Statestore, StatestoreCall, StatestoreCold


@dataclass(frozen=True)
class Target:
    says: str
    limit: float
    measured: float
    at_least: bool

    @property
    def met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def targets(size: Size) -> Iterator[Target]:
    large = size.files >= 100_000
    if own := size[Statestore]:
        if not large and (push := size[ReadyPush]) and (listing := size[RemoteListing]):
            floor = push.milliseconds + listing.milliseconds
            yield Target("write: ms, against git push and git ls-remote", floor, own.milliseconds, False)
        if ratio := size.times_as_fast_as_git(own):
            yield Target("write: times as fast as Kratix's git commands", 8 if large else 3, ratio, True)
        if large:
            yield Target("write: peak MB", 64, max(own.peak, own_peak()) / 1e6, False)
    if large and (call := size[StatestoreCall]):
        yield Target("a call: ms of client CPU", 20, call.cpu_milliseconds, False)
    if large and (own := size[StatestoreCold]) and (ratio := size.times_as_fast_as_git(own)):
        yield Target("empty cache: times as fast as git clone --depth 1, commit, push", 20, ratio, True)
