"""The results, for people and for programs."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Iterator

from . import batch, contention, soak, turns
from .process import own_peak
from .targets import batch_targets, contention_targets, growth, targets, turns_targets
from .write import Result, Size


class Section:
    """What one subject gave: lines for people as soon as they are there, and the whole for programs."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.content: list[dict[str, object]] = []

    def sizes(self, sizes: Iterable[Size]) -> Iterator[str]:
        """A table for each size."""
        measured: list[Size] = []
        for size in sizes:
            measured.append(size)
            self.content.append(_size(size))
            width = max(len(result.name) for result in size.results)
            yield f"{size.files:,} files, {size.commits:,} commits"
            yield (
                f"  {'a write, median':<{width}}  {'runs':>4}  {'wall ms':>9}  {'CPU ms':>9}  {'peak MB':>8}"
                f"  {'sent KB':>9}  {'received KB':>11}  {'as fast as git':>14}"
            )
            for result in size.results:
                yield f"  {result.name:<{width}}  {_figures(result, size)}"
            for target in targets(size):
                yield target.text
            yield ""
        if grown := [target.text for target in growth(measured)]:
            yield from ["From the smallest store to the largest", *grown, ""]

    def contention(self, results: Iterable[contention.Result]) -> Iterator[str]:
        yield "writers at once on one branch of 1,000 files, 10 writes each"
        yield (
            f"  {'':<34}  {'writers':>7}  {'writes/s':>8}  {'median s':>8}  {'worst s':>8}"
            f"  {'pushes a write':>14}  {'given up':>8}"
        )
        measured = []
        for result in results:
            measured.append(result)
            waits = result.waits or [0.0]
            self.content.append(
                {
                    "name": result.name,
                    "writers": result.writers,
                    "landed": result.landed,
                    "writesPerSecond": round(result.per_second, 2),
                    "medianSeconds": round(statistics.median(waits), 3),
                    "worstSeconds": round(max(waits), 3),
                    "pushesPerWrite": round(result.attempts / len(waits), 2),
                    "givenUp": result.given_up,
                }
            )
            yield (
                f"  {result.name:<34}  {result.writers:>7}  {result.per_second:>8,.1f}"
                f"  {statistics.median(waits):>8,.2f}  {max(waits):>8,.2f}"
                f"  {result.attempts / len(waits):>14,.1f}  {result.given_up:>8}"
            )
        yield from (target.text for target in contention_targets(measured))
        yield ""

    def turns(self, results: Iterable[turns.Result]) -> Iterator[str]:
        yield "two writers in turn on one branch: each finds a commit of the other's; medians"
        yield (
            f"  {'files':>9}  {'filters':>7}  {'write ms':>9}  {'Kratix ms':>9}  {'fetch ms':>9}  {'push ms':>9}"
            f"  {'ls-remote ms':>12}  {'sent KB':>9}  {'received KB':>11}"
        )
        measured = []
        for result in results:
            measured.append(result)
            samples = [result.writes, result.kratix, result.fetches, result.pushes, result.listings]
            write, kratix, fetch, push, listing = (statistics.median(part) * 1000 for part in samples)
            self.content.append(
                {
                    "name": "two writers in turn",
                    "files": result.files,
                    "filters": result.filters,
                    "writeMilliseconds": round(write, 1),
                    "kratixMilliseconds": round(kratix, 1),
                    "fetchMilliseconds": round(fetch, 1),
                    "pushMilliseconds": round(push, 1),
                    "listingMilliseconds": round(listing, 1),
                    "sentBytes": result.traffic.sent,
                    "receivedBytes": result.traffic.received,
                }
            )
            yield (
                f"  {result.files:>9,}  {'yes' if result.filters else 'no':>7}  {write:>9,.1f}  {kratix:>9,.1f}"
                f"  {fetch:>9,.1f}  {push:>9,.1f}  {listing:>12,.1f}"
                f"  {result.traffic.sent / 1e3:>9,.1f}  {result.traffic.received / 1e3:>11,.1f}"
            )
        yield from (target.text for target in turns_targets(measured))
        yield ""

    def batches(self, results: Iterable[batch.Result]) -> Iterator[str]:
        yield "writes handed to one process at once"
        yield f"  {'files':>9}  {'writes':>7}  {'pushes':>7}  {'writes/s':>9}  {'CPU ms a write':>14}  {'peak MB':>8}"
        measured = []
        for result in results:
            measured.append(result)
            self.content.append(
                {
                    "files": result.files,
                    "writes": result.writes,
                    "pushes": result.pushes,
                    "writesPerSecond": round(result.per_second, 1),
                    "cpuMillisecondsPerWrite": round(result.cpu * 1000 / result.writes, 3),
                    "peakMegabytes": _megabytes(result.peak),
                }
            )
            yield (
                f"  {result.files:>9,}  {result.writes:>7,}  {result.pushes:>7}  {result.per_second:>9,.0f}"
                f"  {result.cpu * 1000 / result.writes:>14,.2f}  {result.peak / 1e6:>8,.1f}"
            )
        yield from (target.text for target in batch_targets(measured))
        yield ""

    def soak(self, result: soak.Result) -> Iterator[str]:
        self.content.append(
            {
                "writes": result.writes,
                "seconds": round(result.wall, 1),
                "killed": result.killed,
                "runAgain": result.retried,
                "foreignCommits": result.foreign,
                "cachePacks": result.cache_packs,
                "cacheMegabytes": _megabytes(result.cache_bytes),
            }
        )
        yield (
            f"{result.writes:,} writes in {result.wall:,.0f} s, {result.per_second:,.1f} a second;"
            f" {result.killed:,} processes killed, {result.retried:,} run again as status 3 says,"
            f" {result.foreign:,} commits by someone else"
        )
        yield "  every acknowledged write is on the branch exactly once; git fsck --strict has nothing to say"
        yield f"  the shared cache has {result.cache_packs} packs, {result.cache_bytes / 1e6:,.1f} MB"


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


def document(subjects: dict[str, object]) -> str:
    return json.dumps({"schemaVersion": 2, "machine": _machine(), "subjects": subjects}, indent=2)


def _machine() -> dict[str, object]:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    return {"processors": os.cpu_count(), "system": platform.platform(), "git": git}


def _size(size: Size) -> dict[str, object]:
    return {
        "files": size.files,
        "commits": size.commits,
        "writers": [_writer(result, size) for result in size.results],
        "targets": [target.document for target in targets(size)],
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
