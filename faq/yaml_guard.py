"""Look through YAML without building anything: what would exhaust the stack or the memory, or is not plain text."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from faq.lines import odd

DEEPEST = 20
"""Lists and groups of keys in each other; ours are 5 deep; PyYAML's reader in C overflows the stack at thousands."""

MOST = 100_000
"""Keys, values and ends of lists in a file; the largest of ours has 5,100."""

LONGEST = 20_000
"""Characters of one text; an answer may have 3,000."""


class TooMuchError(Exception):
    """Raised where a file must not be read any further: line and reason."""

    def __init__(self, line: int, reason: str) -> None:
        """Take the line, from 1, and what is wrong with it."""
        self.line = line
        self.reason = reason
        super().__init__(f"{line}: {reason}")


def objections(text: str, loader: type) -> Iterator[tuple[int, str]]:
    """Yield line and reason of all in `text` that is more than keys, lists and plain text.

    Takes one step at a time, so that nesting costs no stack. Raises TooMuchError, and yaml.YAMLError where the text is
    no YAML.
    """
    depth, aliased = 0, False
    for count, event in enumerate(yaml.parse(text, Loader=loader), 1):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise TooMuchError(line, "brackets or indents stand too deep; compare another file")
        if count > MOST:
            raise TooMuchError(line, f"the file holds more than {MOST // 2} values; shorten it or split it")
        if getattr(event, "anchor", None) is not None and not aliased:
            aliased = True  # one tells enough of a thousand
            yield line, "an alias (*) refers here; write the text out, or quote it if * or & is meant"
        if tag := getattr(event, "tag", None):
            written = str(tag).replace("tag:yaml.org,2002:", "!!")
            yield line, f"a tag ({written}), which YAML takes for an order; delete it, or quote the text if ! is meant"
        if isinstance(event, yaml.ScalarEvent):
            yield from _text(event, line)


def _text(event: yaml.ScalarEvent, line: int) -> Iterator[tuple[int, str]]:
    if len(event.value) > LONGEST:
        raise TooMuchError(line, f"the text has {len(event.value)} characters, more than {LONGEST}; shorten it")
    if event.style is None and event.value == "<<":
        yield line, "a merge (<<), which takes over keys from elsewhere; write the keys out"
    if fault := odd(event.value):
        yield line, f"written as an escape, the text has {fault}"
