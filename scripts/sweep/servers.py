"""Real Git servers on loopback: git's HTTP backend behind nginx, and an sshd."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# No configuration of this machine's users may change what git does.
ENVIRONMENT = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


class Failure(Exception):
    """Why the sweep cannot go on."""


def run(*command: str | Path, stdin: str = "") -> str:
    result = subprocess.run(command, input=stdin, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    if result.returncode != 0:
        raise Failure(f"{' '.join(map(str, command))}: {result.stderr.strip()}")
    return result.stdout


def new_repository(path: Path) -> None:
    run("git", "init", "--quiet", "--bare", "--initial-branch", "main", path)
    for setting in ("receive.autogc=false", "uploadpack.allowFilter=true", "http.receivepack=true", "core.fsync=none"):
        run("git", "-C", path, "config", *setting.split("="))


class Objects:
    """Reads a repository by one git that stays: a process for each question would take longer than the runs."""

    def __init__(self, repository: Path) -> None:
        self._process = subprocess.Popen(
            ["git", "-C", repository, "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=ENVIRONMENT,
        )

    def read(self, revision: str) -> tuple[str, bytes]:
        """The id and the bytes of an object."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(f"{revision}\n".encode())
        stdin.flush()
        name, *words = stdout.readline().decode().split()
        if len(words) != 2:
            raise Failure(f"git cat-file: {revision}: {' '.join(words)}")
        content = stdout.read(int(words[1]))
        stdout.readline()
        return name, content

    def close(self) -> None:
        self._process.communicate()


class HTTPServer:
    """scripts/git-server over a directory of repositories."""

    name = "http"
    credentials: Path | None = None

    def __init__(self, directory: Path) -> None:
        self._process = subprocess.Popen(
            [ROOT / "scripts/git-server", "--root", directory, "--children", "4", "--until-stdin-closes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # git says of every fault there that its peer hung up
            text=True,
            env=ENVIRONMENT,
        )
        assert self._process.stdout is not None
        url = self._process.stdout.readline().strip()
        if not url:
            raise Failure("scripts/git-server does not start")
        self.port = int(url.rsplit(":", 1)[1])

    def address(self, repository: Path, port: int) -> str:
        return f"http://127.0.0.1:{port}/{repository.name}"

    def credentials_for(self, port: int) -> list[str]:
        return []

    def close(self) -> None:
        self._process.communicate()


class SSHServer:
    """An sshd as Debian sets it up: it does not accept GIT_PROTOCOL, so that Git uses version 0."""

    name = "ssh"

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        for key in ("host", "user"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", directory / key)
        shutil.copy(directory / "user.pub", directory / "authorized_keys")
        if os.geteuid() == 0:
            # sshd insists on this directory when root starts it.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.port = free_port()
        configuration = directory / "sshd_config"
        configuration.write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {directory}/host\n"
            f"AuthorizedKeysFile {directory}/authorized_keys\nPidFile none\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
            # Without it a login shell would run what the user's own start-up files say, each time.
            f"SetEnv HOME={directory}\n"
            # The shortest and quickest handshake: each of its bytes is a run of the sweep.
            "KexAlgorithms curve25519-sha256\nHostKeyAlgorithms ssh-ed25519\nCiphers aes128-gcm@openssh.com\n"
            "MaxStartups 200\nLogLevel INFO\n"
        )
        daemon = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if daemon is None:
            raise Failure("sshd is not installed; scripts/setup installs it")
        self._process = subprocess.Popen(
            [daemon, "-D", "-e", "-f", configuration], stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if "Server listening" in line:
                break
        else:
            raise Failure("sshd does not start")
        # What it says later is of no interest, but must be read, or it would wait.
        self._drain = subprocess.Popen(["cat"], stdin=self._process.stderr, stdout=subprocess.DEVNULL)

    def address(self, repository: Path, port: int) -> str:
        user = run("id", "--user", "--name").strip()
        return f"ssh://{user}@127.0.0.1:{port}{repository}"

    def credentials_for(self, port: int) -> list[str]:
        secret = self._directory / f"secret-{port}"
        secret.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(self._directory / "user", secret / "sshPrivateKey")
        host_key = (self._directory / "host.pub").read_text()
        (secret / "knownHosts").write_text(f"[127.0.0.1]:{port} {host_key}")
        return ["--credentials", str(secret)]

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._drain.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
