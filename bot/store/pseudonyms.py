"""Names for chats that cannot be traced back: a keyed hash, whose key never leaves the data folder."""

from __future__ import annotations

import os
import secrets
from hashlib import blake2b
from pathlib import Path

from bot.store.errors import StoreError

FILE = "pseudonym.key"
"""Name of the key's file in the data folder; without it no row can be told to be of a chat."""

_BYTES = 32
_DIGEST = 16
_SHORT = 6


class Pseudonyms:
    """Gives chats and residents their names in the database."""

    def __init__(self, data: Path) -> None:
        """Read the key in the folder `data`, making it at the first start. Raises StoreError."""
        self._key = _key(data / FILE)

    def of(self, *ids: int) -> str:
        """Return the name of what Telegram knows by `ids`: 32 hexadecimal digits, always the same."""
        return blake2b(",".join(map(str, ids)).encode(), key=self._key, digest_size=_DIGEST).hexdigest()

    def digest(self, text: str) -> str:
        """Return 12 hexadecimal digits that stand for `text`; nobody without the key can tell which text it was."""
        return blake2b(text.encode(errors="replace"), key=self._key, digest_size=_SHORT).hexdigest()


def _key(file: Path) -> bytes:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        key = bytes.fromhex(file.read_text("ascii").strip())
    except OSError as error:
        raise StoreError(f"{file}: cannot be read or made: {error.strerror}") from error
    except ValueError as error:
        raise StoreError(f"{file}: it is not a key; delete it, and chats are asked for their district anew") from error
    if len(key) != _BYTES:
        raise StoreError(f"{file}: it is not a key; delete it, and chats are asked for their district anew")
    return key


def _make(file: Path) -> None:
    """Write a new key so that no half of one can ever be read."""
    draft = file.with_suffix(f".{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        out.write(secrets.token_hex(_BYTES))
        out.flush()
        os.fsync(out.fileno())
    try:
        file.hardlink_to(draft)  # unless another process has just made one: all must have the same
    except FileExistsError:
        return
    finally:
        draft.unlink()
