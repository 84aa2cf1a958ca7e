"""Which row each feature has, by its hash: the features themselves would take ten times the memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

UNKNOWN = -1
"""Row of a feature that was not met in training."""


class Vocabulary:
    """Knows the rows of features, 12 bytes each: Python's hash of 64 bits, and the row.

    Two features of one hash would be taken for each other. Of 220,000 features none has that of a given other one but
    once in 10^13 times.
    """

    def __init__(self, file: Path) -> None:
        """Read the features in `file`, one a line, in the order of their rows. Raises OSError."""
        self._file = file
        features = self._features()
        hashes = np.fromiter(map(hash, features), np.int64, len(features))
        order = hashes.argsort()
        self._hashes = np.append(
            hashes[order], np.iinfo(np.int64).max
        )  # one behind the last, so that all are before one
        self._rows = np.append(order, UNKNOWN).astype(np.int32)

    def __len__(self) -> int:
        return len(self._rows) - 1

    def __iter__(self) -> Iterator[str]:
        """Read the features anew. Raises OSError."""
        return iter(self._features())

    def _features(self) -> list[str]:
        return self._file.read_text(encoding="utf-8").split("\n")

    def find(self, features: Sequence[str]) -> list[int]:
        """Return the row of each of `features`, or `UNKNOWN`."""
        hashes = np.fromiter(map(hash, features), np.int64, len(features))
        places = self._hashes.searchsorted(hashes)
        rows = self._rows[places]
        rows[self._hashes[places] != hashes] = UNKNOWN
        found: list[int] = rows.tolist()
        return found
