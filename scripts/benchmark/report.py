"""The results, for people and for programs."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator

from .process import own_peak
from .targets import targets
from .write import Result, Size


def text(sizes: Iterable[Size]) -> Iterator[str]:
    """A table for each size, as soon as it is there."""
    for size in sizes:
        width = max(len(result.name) for result in size.results)
        yield f"{size.files:,} files, {size.commits:,} commits"
        yield (
            f"  {'a write, median':<{width}}  {'runs':>4}  {'wall ms':>9}  {'CPU ms':>9}  {'peak MB':>8}"
            f"  {'sent KB':>9}  {'received KB':>11}  {'as fast as git':>14}"
        )
        for result in size.results:
            yield f"  {result.name:<{width}}  {_figures(result, size)}"
        for target in targets(size):
            sign = ">=" if target.at_least else "<="
            verdict = "met" if target.met else "MISSED"
            yield f"  {verdict:<6}  {target.says}: {target.measured:,.1f}, to be {sign} {target.limit:,.1f}"
        yield ""


def _figures(result: Result, size: Size) -> str:
    traffic = result.traffic
    sent = f"{traffic.sent / 1e3:,.1f}" if traffic else "-"
    received = f"{traffic.received / 1e3:,.1f}" if traffic else "-"
    peak = f"{result.peak / 1e6:,.1f}" if result.peak else f"< {own_peak() / 1e6:,.0f}"
    times = size.times_as_fast_as_git(result)
    ratio = f"{times:,.1f} x" if times else "-"
    return (
        f"{len(result.samples):>4}  {result.milliseconds:>9,.1f}  {result.cpu_milliseconds:>9,.1f}"
        f"  {peak:>8}  {sent:>9}  {received:>11}  {ratio:>14}"
    )


def document(subject: str, sizes: Iterable[Size]) -> str:
    return json.dumps(
        {"schemaVersion": 1, "subject": subject, "machine": _machine(), "sizes": [*map(_size, sizes)]}, indent=2
    )


def _machine() -> dict[str, object]:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return {"processors": os.cpu_count(), "system": platform.platform(), "git": git}


def _size(size: Size) -> dict[str, object]:
    return {
        "files": size.files,
        "commits": size.commits,
        "writers": [_writer(result, size) for result in size.results],
        "targets": [
            {
                "target": target.says,
                "atLeast" if target.at_least else "atMost": round(target.limit, 2),
                "measured": round(target.measured, 2),
                "met": target.met,
            }
            for target in targets(size)
        ],
    }


def _writer(result: Result, size: Size) -> dict[str, object]:
    times = size.times_as_fast_as_git(result)
    return {
        "name": result.name,
        "wallMilliseconds": round(result.milliseconds, 2),
        "cpuMilliseconds": round(result.cpu_milliseconds, 2),
        "peakMegabytes": _megabytes(result.peak),
        "sentBytes": result.traffic.sent if result.traffic else None,
        "receivedBytes": result.traffic.received if result.traffic else None,
        "timesAsFastAsGit": times and round(times, 2),
        "samples": [
            {
                "wallMilliseconds": round(sample.wall * 1000, 2),
                "cpuMilliseconds": round(sample.cpu * 1000, 2),
                "peakMegabytes": _megabytes(sample.peak),
            }
            for sample in result.samples
        ],
    }


def _megabytes(peak: int) -> float | None:
    return round(peak / 1e6, 2) if peak else None
