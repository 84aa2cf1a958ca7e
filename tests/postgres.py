"""A real PostgreSQL of the tests' own, on a socket in a folder of its own: no port, no password, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ADDRESS = "postgresql://bot@/postgres?host="
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin")


def binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl, the newest version found; None: not installed."""
    found = [path for place in PLACES for path in Path("/").glob(f"{place[1:]}/initdb")]
    on_path = shutil.which("initdb")
    return max(found, key=_version).parent if found else Path(on_path).parent if on_path else None


def _version(path: Path) -> int:
    number = path.parts[4] if len(path.parts) > 4 else ""
    return int(number) if number.isdigit() else 0


def obstacle() -> str | None:
    """Return why no server can be started here, or None."""
    if binaries() is None:
        return "PostgreSQL is not installed (no initdb below /usr/lib/postgresql): apt-get install postgresql"
    if os.geteuid() == 0 and not _exists("postgres"):
        return (
            "PostgreSQL refuses to run as root, and there is no user postgres to run it as: apt-get install postgresql"
        )
    return None


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def start(url: str) -> None:
    """Start the server of `url`."""
    folder = Path(url.removeprefix(_ADDRESS))
    listen = f"-c listen_addresses='' -k {folder} -c shared_buffers=16MB"
    _run(folder, "pg_ctl", "-D", f"{folder}/db", "-w", "-l", f"{folder}/log", "-o", listen, "start")


def stop(url: str) -> None:
    """Stop the server of `url` as a crash would."""
    folder = Path(url.removeprefix(_ADDRESS))
    _run(folder, "pg_ctl", "-D", f"{folder}/db", "-m", "immediate", "stop")


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the URL of its database."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        _run(folder, "initdb", "-D", f"{folder}/db", "-U", "bot", "-A", "trust", "-E", "UTF8", "--no-sync")
        url = f"{_ADDRESS}{folder}"
        start(url)
        try:
            yield url
        finally:
            stop(url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def standby(first: str) -> Iterator[str]:
    """Start a server that copies the one of `first`, each commit before it is told; yield the URL."""
    source, folder = Path(first.removeprefix(_ADDRESS)), Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        _run(folder, "pg_basebackup", "-h", str(source), "-U", "bot", "-D", f"{folder}/db", "-R", "-c", "fast")
        url = f"{_ADDRESS}{folder}"
        start(url)
        setting = "ALTER SYSTEM SET synchronous_standby_names = '*'"
        _run(folder, "psql", "-h", str(source), "-U", "bot", "-d", "postgres", "-c", setting)
        _run(folder, "psql", "-h", str(source), "-U", "bot", "-d", "postgres", "-c", "SELECT pg_reload_conf()")
        try:
            yield url
        finally:
            stop(url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def promote(url: str) -> None:
    """Let the standby of `url` take over."""
    folder = Path(url.removeprefix(_ADDRESS))
    _run(folder, "pg_ctl", "-D", f"{folder}/db", "-w", "promote")


def _run(folder: Path, program: str, *arguments: str) -> None:
    where = binaries()
    assert where
    command = [str(where / program), *arguments]
    other = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
        **other,  # type: ignore[call-overload]
    )
    assert done.returncode == 0, f"{program} failed; see {folder}/log"
