"""Remember which update is being worked on, however the process ends: at the next start one knows what it died of."""

from __future__ import annotations

import contextlib
import os
import struct
import weakref
from collections.abc import Iterator
from pathlib import Path

from bot.store.errors import StoreError

FILE = "bot.in-flight"
"""Name of the file in the data folder."""

_NUMBER = struct.Struct("<q")


class InFlight:
    """One number in a file, written without a flush: the kernel keeps it after a kill, and that takes a microsecond.

    Memory mapped to the file would be quicker still, but whoever cuts the file then kills the bot by SIGBUS.

    The event loop works on one update at a time; while it waits for Telegram or the disk, none is in flight.
    """

    def __init__(self, data: Path, own: str = "") -> None:
        """Open the file in the folder `data`, or that of the replica named `own`. Raises StoreError."""
        file = data / (f"bot.{own}.in-flight" if own else FILE)
        try:
            data.mkdir(parents=True, exist_ok=True)
            self._file = os.open(file, os.O_CREAT | os.O_RDWR | os.O_NONBLOCK, 0o600)
            weakref.finalize(self, os.close, self._file)
            if os.fstat(self._file).st_size < _NUMBER.size:
                os.pwrite(self._file, bytes(_NUMBER.size), 0)  # the room on disk is taken now, not at a first use
        except OSError as error:
            raise StoreError(f"{file}: cannot be opened: {error.strerror}; move it away, nothing is lost") from error

    @property
    def number(self) -> int:
        """The update that is, or at the end of the last run was, being worked on; 0: none."""
        content = os.pread(self._file, _NUMBER.size, 0)
        found: int = _NUMBER.unpack(content)[0] if len(content) == _NUMBER.size else 0
        return found

    @contextlib.contextmanager
    def at(self, number: int) -> Iterator[None]:
        """Note that update `number` is worked on as long as the context lasts; nothing may be awaited in it."""
        self.take(number)
        try:
            yield
        finally:
            self.take(0)

    def take(self, number: int) -> None:
        """Note that `number` is worked on from now; 0: nothing is."""
        with contextlib.suppress(OSError):  # a full or read-only disk must not hold answers up
            os.pwrite(self._file, _NUMBER.pack(number), 0)
