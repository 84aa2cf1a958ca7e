"""Install what a file of requirements lists, and say every few seconds how far that is: pip alone is silent, or long.

Run it with the Python of the environment: .venv/bin/python deploy/install.py requirements.txt [OPTION OF PIP]...
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

EVERY = 3.0
"""Seconds between two lines."""

PIP = (sys.executable, "-u", "-m", "pip", "--disable-pip-version-check", "install", "--progress-bar", "off")
NOT_COMPILED = "--no-compile"
"""Python compiles what is imported when it is: a tenth of all, for which pip would take as long as for the rest."""


class Progress:
    """What pip has said, in short."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        """All of it, shown if pip fails."""
        self._found, self._size, self._all = 0, "", 0
        self._before = _installed()

    def hear(self, line: str) -> None:
        """Take in one line of pip's."""
        self.heard.append(line)
        if line.startswith("Collecting "):
            self._found, self._size = self._found + 1, line.split()[1]
        elif found := re.match(r"\s+Downloading (\S+?)-\S+ \((.+)\)", line):
            self._size = f"{found[1]}, {found[2]}"
        elif line.startswith("Installing collected packages: "):
            self._all = line.count(",") + 1

    def __str__(self) -> str:
        if self._all:
            return f"put in place: {min(_installed() - self._before, self._all)} of {self._all} packages"
        return f"fetched: {self._found} packages; {self._size}" if self._found else "asking the package index"


def _installed() -> int:
    return sum(1 for _ in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))


def install(command: list[str]) -> int:
    """Run `command`, which is pip's, to its end and return its exit code; what it says is shown if that is not 0."""
    began, ended, progress = time.monotonic(), threading.Event(), Progress()

    def tell() -> None:
        while not ended.wait(EVERY):
            print(f"  {time.monotonic() - began:3.0f} s  {progress}", flush=True)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as pip:  # noqa: S603 - pip
        for line in pip.stdout or ():
            progress.hear(line)
    ended.set()
    teller.join()
    print("".join(progress.heard) if pip.returncode else f"  {time.monotonic() - began:3.0f} s  done", flush=True)
    return pip.returncode


def main() -> None:
    """Install, and end with pip's exit code."""
    requirements, *options = sys.argv[1:]
    print(f"Installing the packages of {requirements}", flush=True)
    sys.exit(install([*PIP, NOT_COMPILED, *options, "--requirement", requirements]))


if __name__ == "__main__":
    main()
