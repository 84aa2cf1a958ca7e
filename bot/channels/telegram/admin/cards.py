"""What admins read: the card of a group, the edit that is proposed, what was done; as Telegram's HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape

from bot.channels.telegram.admin.buttons import named
from bot.desk.deeds import became, called, reasons
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
    likely = [f"“{intent.title}”" for intent in named(faq, group.likely)]  # titles hold commas of their own
    head = said("desk_card", count=len(group.questions), day=group.questions[-1].day, waiting=waiting)
    wordings = [f"· {text}" for text in group.wordings[:_WORDINGS]]
    foot = said("desk_card_why", why=reasons(group), likely=listed(likely))
    return f"<b>{_html(head.say())}</b>\n{_html(chr(10).join(wordings))}\n{_html(foot.say())}"


def preview(where: str, diff: str) -> str:
    """Return the edit that is proposed: `where` it goes in words, and the difference without its line numbers."""
    lines = "\n".join("……" if line.startswith("@@") else line for line in diff[:_DIFF].split("\n"))
    return f"{_html(where)}\n<pre>{_html(lines)}</pre>"


def plain(sentence: Said) -> str:
    """Return a sentence."""
    return _html(sentence.say())


def listing(head: Said, groups: Sequence[Group]) -> str:
    """Return groups, a line each."""
    lines = [f"· {group.wordings[0]} ×{len(group.questions)}" for group in groups[:_LISTED]]
    return _html("\n".join([head.say(), *lines]))


def acts(faq: Faq, done: Iterable[Act]) -> str:
    """Return what was done, the newest first, a line each."""
    newest = sorted(done, key=lambda act: (-act.at, -act.number))[:_LISTED]
    lines = [said("desk_audit_head").say()]
    for act in newest:
        when = dt.datetime.fromtimestamp(act.at).strftime("%m-%d %H:%M")
        deed, role, end = said(f"deed_{act.deed.value}").say(), said(f"role_{act.role}").say(), became(act)
        target = "" if act.target.isdigit() else called(faq, act.target)  # the number of another act says nothing
        fields = (when, f"{role} {act.who[:8]}", deed, target, act.wording, act.why)
        lines.append(" · ".join(filter(None, (*fields, end.say() if isinstance(end, Said) else end))))
    return _html("\n".join(lines))


def _html(text: str) -> str:
    return escape(text, quote=False)
