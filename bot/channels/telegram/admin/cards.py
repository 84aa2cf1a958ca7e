"""What admins read: the card of a group, the edit that is proposed, what was done; as Telegram's HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape

from bot.channels.telegram.admin.buttons import named
from bot.desk.deeds import reasons
from bot.desk.groups import Group
from bot.store.desk.acts import Act
from faq.knowledge.types import Faq
from faq.said import Said, listed, said

_WORDINGS = 3
"""Most wordings of a group that are shown."""

_LISTED = 20
"""Most groups, or acts, in one message."""

_DIFF = 1_500
"""Most characters of a difference that are shown."""


def card(faq: Faq, group: Group, waiting: int) -> str:
    """Return the card of a group; `waiting` is how many there are."""
    likely = [intent.title for intent in named(faq, group.likely)]
    head = said("desk_card", count=len(group.questions), day=group.questions[-1].day, waiting=waiting)
    wordings = [f"· {text}" for text in group.wordings[:_WORDINGS]]
    foot = said("desk_card_why", why=reasons(group), likely=listed(likely))
    return f"<b>{_html(head.say())}</b>\n{_html(chr(10).join(wordings))}\n{_html(foot.say())}"


def preview(where: str, diff: str) -> str:
    """Return the edit that is proposed: `where` it goes in words, and the difference."""
    return f"{_html(where)}\n<pre>{_html(diff[:_DIFF])}</pre>"


def plain(sentence: Said) -> str:
    """Return a sentence."""
    return _html(sentence.say())


def listing(head: Said, groups: Sequence[Group]) -> str:
    """Return groups, a line each."""
    lines = [f"· {group.wordings[0]} ×{len(group.questions)}" for group in groups[:_LISTED]]
    return _html("\n".join([head.say(), *lines]))


def acts(done: Iterable[Act]) -> str:
    """Return what was done, the newest first, a line each."""
    newest = sorted(done, key=lambda act: (-act.at, -act.number))[:_LISTED]
    lines = [said("desk_audit_head").say()]
    for act in newest:
        when = dt.datetime.fromtimestamp(act.at).strftime("%m-%d %H:%M")
        fields = (when, act.role, act.who[:8], act.deed.value, act.target, act.wording, act.why, act.version or "")
        lines.append(" · ".join(field for field in fields if field))
    return _html("\n".join(lines))


def _html(text: str) -> str:
    return escape(text, quote=False)
