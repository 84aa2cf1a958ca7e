"""Tell admins what became of an edit: in the log, in Chinese, and wherever else somebody listens."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from faq.said import Said

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class News:
    """What became of an edit."""

    said: Said
    """The sentence; its key, of those that begin with `edit_` in messages.yaml, tells what kind of news it is."""
    details: str = ""
    """What must be mended, or why the gate refused it; many lines, '' if there is nothing to do."""
    brief: str = ""
    """Of what must be mended three lines, what it is, where, and what to do; empty: the sentence says all."""
    held: tuple[str, ...] = ()
    """What holds the edit up, a line each; none: nothing does."""
    level: int = logging.INFO
    """ERROR where residents do not get what was saved."""

    @property
    def text(self) -> str:
        """What admins read."""
        return "\n".join(filter(None, (self.said.say(), self.details)))


Listener = Callable[[News], None]
"""Is told in the thread that takes edits over; it must return soon."""


class Newsroom:
    """Whoever wants to know of edits."""

    def __init__(self) -> None:
        """Nobody listens yet; the log always does."""
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Tell `listener` all news from now on."""
        self._listeners.append(listener)

    def tell(self, news: News) -> None:
        """Log the news and tell every listener; a listener that fails keeps nobody else from it."""
        log.log(news.level, "%s", news.text)
        for listener in self._listeners:
            try:
                listener(news)
            except Exception as error:  # noqa: BLE001 - whatever it was, the edit is taken over all the same
                log.warning("an admin could not be told of an edit (%s)", type(error).__name__)
