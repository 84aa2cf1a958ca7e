"""Keep git and the knowledge at one: each publication and rollback is a commit, if the folder is in a git checkout."""

from __future__ import annotations

import logging
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from intents.classifier.model import ModelError
from intents.registry.checksums import knowledge_files, write_atomically

log = logging.getLogger(__name__)

_PATIENCE = 20.0
"""Seconds after which git is given up; the knowledge serves all the same."""

_JOURNAL = "commit-owed"
"""File in the data folder with the message of a commit that is owed: from before files change until it is made."""

_DOMAIN = "desk.invalid"


class History:
    """Commits what the desk changes in one folder of knowledge."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Take the folder of the knowledge and the data folder."""
        self._folder, self._journal = folder, data / _JOURNAL

    @contextmanager
    def as_one(self, message: str, who: str) -> Iterator[None]:
        """Commit as one, with `message`, all that is changed of the knowledge meanwhile; after a kill `pay` does it."""
        if self._tracked():
            self._journal.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._journal, message.encode())
        try:
            yield
        except ModelError:  # nothing was changed
            self._journal.unlink(missing_ok=True)
            raise
        self.pay(who)

    def pay(self, who: str, older: float = 0.0) -> bool:
        """Commit the whole knowledge as it stands, if that is owed for `older` seconds; tell whether it was."""
        try:
            if time.time() - self._journal.stat().st_mtime < older:
                return False  # who owes it is still at work
            message = self._journal.read_text("utf-8")
        except OSError:
            return False
        names = [file.relative_to(self._folder).as_posix() for file in knowledge_files(self._folder)]
        gone = [name for name in self._git("ls-files", "--deleted", "-z", "--", ".").split("\0") if name]
        done = self.commit([*names, *gone], message, who)
        self._journal.unlink(missing_ok=True)
        return done

    def commit(self, files: Iterable[str], message: str, who: str) -> bool:
        """Commit `files` of the folder, and nothing else; tell whether there was anything to commit.

        `who` becomes the author. Without git, or outside a checkout, nothing is done; what fails is logged.
        """
        named = list(files)
        if not named or not self._tracked():
            return False
        self._git("add", "--all", "--", *named)
        if self._git("status", "--porcelain", "--", *named).strip() == "":
            return False
        author = ["-c", f"user.name={who}", "-c", f"user.email={who.replace(' ', '-')}@{_DOMAIN}"]
        done = self._git(*author, "commit", "--quiet", "--no-verify", "--message", message, "--only", "--", *named)
        return done != _FAILED

    def _tracked(self) -> bool:
        """Tell whether the folder is in a git checkout that does not pass it over."""
        if shutil.which("git") is None or self._git("rev-parse", "--is-inside-work-tree").strip() != "true":
            return False
        return self._git("ls-files", "--", ".") not in ("", _FAILED)

    def _git(self, *arguments: str) -> str:
        """Return what git prints; `_FAILED` if it fails."""
        command = ["git", "-C", str(self._folder), *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - git itself, on names of files that are ours
                command, capture_output=True, text=True, check=False, timeout=_PATIENCE, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            log.error("git could not be asked (%s); the knowledge is not committed", type(error).__name__)
            return _FAILED
        if done.returncode and arguments[0] != "rev-parse":
            log.error("git %s failed; the knowledge is not committed: %s", arguments[0], done.stderr.strip()[:200])
        return done.stdout if done.returncode == 0 else _FAILED


_FAILED = "\0failed"
"""What no command of git prints."""
