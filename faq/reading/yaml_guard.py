"""Look through YAML without building anything: what would exhaust the stack or the memory, or is not plain text."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from faq.reading.lines import odd
from faq.said import Said, said

DEEPEST = 20
"""Lists and groups of keys in each other; ours are 5 deep; PyYAML's reader in C overflows the stack at thousands."""

MOST = 100_000
"""Keys, values and ends of lists in a file; the largest of ours has 5,100."""

LONGEST = 10_000
"""Characters of one text; an answer may have 3,000."""


class TooMuchError(Exception):
    """Raised where a file must not be read any further: line and reason."""

    def __init__(self, line: int, reason: Said) -> None:
        """Take the line, from 1, and what is wrong with it."""
        self.line = line
        self.reason = reason
        super().__init__(f"{line}: {reason}")


def objections(text: str, loader: type) -> Iterator[tuple[int, Said]]:
    """Yield line and reason of all in `text` that is more than keys, lists and plain text.

    Takes one step at a time, so that nesting costs no stack. Raises TooMuchError, and yaml.YAMLError where the text is
    no YAML.
    """
    depth, aliased = 0, False
    for count, event in enumerate(yaml.parse(text, Loader=loader), 1):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise TooMuchError(line, said("too_deep"))
        if count > MOST:
            raise TooMuchError(line, said("many_values", most=MOST // 2))
        if getattr(event, "anchor", None) is not None and not aliased:
            aliased = True  # one tells enough of a thousand
            yield line, said("alias")
        if tag := getattr(event, "tag", None):
            written = str(tag).replace("tag:yaml.org,2002:", "!!")
            yield line, said("tag", tag=written)
        if isinstance(event, yaml.ScalarEvent):
            yield from _text(event, line)


def _text(event: yaml.ScalarEvent, line: int) -> Iterator[tuple[int, Said]]:
    if len(event.value) > LONGEST:
        raise TooMuchError(line, said("text_too_long", count=len(event.value), most=LONGEST))
    if not event.style and event.value == "<<":
        yield line, said("merge")
    if fault := odd(event.value):
        yield line, said("escaped", fault=fault)
