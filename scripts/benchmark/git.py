"""Git as the benchmark's own tool: to generate, to prepare, to check. Nothing here is timed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .process import Failure

# Without the personal configuration, which may make one machine faster.
ENVIRONMENT = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


def git(repository: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """The standard output of `git -C repository arguments`."""
    result = subprocess.run(
        ["git", "-C", repository, *arguments], input=stdin, capture_output=True, env=ENVIRONMENT, check=False
    )
    if result.returncode != 0:
        raise Failure(f"git {' '.join(arguments)} in {repository}: {result.stderr.decode(errors='replace').strip()}")
    return result.stdout


def tip(repository: Path) -> str:
    return git(repository, "rev-parse", "refs/heads/main").decode().strip()
