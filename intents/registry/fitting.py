"""Put together what can be told of an edit at once: its answers and contacts, with the text trained on as it was.

So a corrected number need not wait for a training, nor for questions that the gate has refused.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from faq.knowledge.types import Faq, Intent
from faq.reading.folder import VERSION
from intents.classifier.training_text import training_text
from intents.registry.checksums import knowledge_files

_ALWAYS = ("offices", "sources", "phrases", "personal", "figures", "referrals")
"""Shared files that nothing is trained on."""

_KEY = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)
"""The beginning of each key of an intent's file."""

_TRAINED = ("questions", "checks", "after")
"""Keys of an intent that are trained on, beside the title of a policy."""


@contextlib.contextmanager
def fitted(old: Faq, new: Faq, contents: Mapping[Path, bytes], below: Path) -> Iterator[Path]:
    """Yield a folder, made in the folder `below` and deleted afterwards, of what can be told of `new` at once.

    It has the files of `old` with all that `new`, whose files have these `contents`, tells otherwise and `old` is not
    trained on. Intents that only one of them has stay as they are in `old`; so do files that name what `old` lacks.
    What comes of it must be checked as any other knowledge.
    """
    with tempfile.TemporaryDirectory(dir=below, prefix="draft-") as draft:
        for name, content in _contents(old, new, contents):
            file = Path(draft) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        yield Path(draft)


def _contents(old: Faq, new: Faq, contents: Mapping[Path, bytes]) -> Iterator[tuple[Path, bytes]]:
    taken = set(_fitting(old, new))
    before = {file.relative_to(old.folder): file.read_bytes() for file in knowledge_files(old.folder)}
    for name in sorted(before.keys() | contents.keys()):
        was, now, intent = before.get(name), contents.get(name), _intent(name)
        version = VERSION in name.stem and intent in old.intents
        if now is not None and (version or (was is not None and name.with_suffix("").as_posix() in taken)):
            yield name, now
        elif was is not None and now is not None and intent in old.intents:
            yield name, _merged(was, now, _kept(old, new.intents[intent]))
        elif was is not None and not (version and intent in new.intents):  # a version taken back is not told
            yield name, was


def _fitting(old: Faq, new: Faq) -> Iterator[str]:
    """Yield the names of the shared files that can be taken from `new`."""
    yield from _ALWAYS
    was, now = training_text(old), training_text(new)
    if was.emergencies == now.emergencies:
        yield "emergencies"
    if was.places == now.places:
        yield "places"
    if list(was.topics.items()) == list(now.topics.items()) and all(
        set(topic.featured) <= old.intents.keys() for topic in new.topics.values()
    ):
        yield "topics"
    if all(set(term.about) <= old.intents.keys() for term in new.glossary.values()):
        yield "glossary"


def _intent(name: Path) -> str:
    """Return the id of the intent, or of the later version of one, in the file `name`; '' if it holds another thing."""
    parts = name.with_suffix("").parts
    return f"{parts[1]}.{parts[2].partition(VERSION)[0]}" if len(parts) == 3 and parts[0] == "topics" else ""


def _kept(old: Faq, intent: Intent) -> set[str]:
    """Return the keys of the new `intent` that stay as they are in `old`."""
    kept = {*_TRAINED}
    if not old.small_talk(old.intents[intent.id]):
        kept.add("title")
    if not set(intent.related) <= old.intents.keys():
        kept.add("related")
    return kept


def _merged(old: bytes, new: bytes, kept: set[str]) -> bytes:
    """Return the file `new` with the keys `kept` as the file `old` has them."""
    if old == new:
        return old
    before, after = blocks(old), blocks(new)
    kept_blocks = {key: before.get(key, "") if key in kept else block for key, block in after.items()}
    missing = "".join(block for key, block in before.items() if key in kept and key not in after)
    return ("".join(kept_blocks.values()) + missing).encode()


def blocks(content: bytes) -> dict[str, str]:
    """Return the text of each key of an intent's file; what stands before the first belongs to ''."""
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    parts = _KEY.split(text if text.endswith("\n") else f"{text}\n")
    return {part.partition(":")[0] if _KEY.match(part) else "": part for part in parts}
