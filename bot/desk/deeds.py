"""What each act of an admin brings about in the store, whichever channel it comes by."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.desk.groups import Group
from bot.desk.publishing import known
from bot.desk.wording import DECLINED, learnable
from bot.dialogue.dialogue import Dialogue
from bot.store.desk.acts import GATED, NEW, Act, Answered, ByAdmin, Deed, Ignored, Noted, Trace
from bot.store.desk.records import Why
from faq.knowledge.text import bare
from faq.knowledge.types import Faq, Intent
from faq.reading.folder import VERSION
from faq.said import Said, listed, said

_LIKELY = 6
"""Most intents found by what words may mean."""


@dataclass(frozen=True)
class By:
    """Who acts, and as which act."""

    number: int
    """Number of the act: another attempt with the same one writes the same row."""
    role: str
    """Role of the admin: owner or editor."""
    who: str
    """Pseudonym of the admin."""
    rights: bool
    """Whether he may take back what others have published."""


def is_place(faq: Faq, target: str) -> bool:
    """Tell whether something can be learned for `target`, which comes from outside; empty: nothing is to be."""
    topic, _, name = target.partition(".")
    return not target or target in faq.intents or (topic == DECLINED and name in faq.out_of_scope)


def line_of(group: Group) -> str:
    """Return the line that is learned of a group, its most frequent wording; empty: nothing of it can be."""
    return next(filter(None, map(learnable, group.wordings)), "")


def reasons(group: Group) -> Said:
    """Return why the questions of a group count as unanswered, each reason with how often."""
    counts = Counter(question.why for question in group.questions).most_common()
    return listed(said("desk_why_counted", why=said(_WHY[why]), count=count) for why, count in counts)


_WHY = {
    Why.FALLBACK: "desk_why_fallback",
    Why.NONE_OF_THESE: "desk_why_none",
    Why.IGNORED: "desk_why_ignored",
    Why.DOWNVOTE: "desk_why_downvote",
    Why.UNSURE: "desk_why_unsure",
}


def as_new(by: By, group: Group) -> tuple[ByAdmin, ...]:
    """Note that a group needs an answer of its own."""
    return _act(by, group, Deed.NEW), Noted(group.numbers, NEW)


def ignored(by: By, group: Group, traces: tuple[Trace, ...]) -> tuple[ByAdmin, ...]:
    """Show a group, and what leaves the same `traces`, never again."""
    return replace(_act(by, group, Deed.IGNORE), numbers=()), Ignored(group.numbers, traces)


def later(group: Group) -> tuple[ByAdmin, ...]:
    """Do not show a group before tomorrow."""
    return (Noted(group.numbers, (dt.date.today() + dt.timedelta(days=1)).isoformat()),)


def learns(
    by: By, group: Group, target: str, wording: str, faq: Faq | None = None, version: str | None = None
) -> tuple[ByAdmin, ...]:
    """Let `target` learn `wording`, which answers the group; the first is the act, under way if it has no version.

    What the intent has learned already in `faq`, which serves, is only noted as answered, in the `version` in use.
    """
    deed = Deed.DECLINE if target.startswith(f"{DECLINED}.") else Deed.ASSIGN
    act = replace(_act(by, group, deed), target=target, wording=wording, version=None)
    if deed == Deed.ASSIGN and faq is not None and known(faq, target, wording):
        return replace(act, version=version or "", wording=""), Answered(group.numbers, target)
    return (act,)


def undoes(by: By, acts: Mapping[int, Act], number: int) -> Act | Said:
    """Take back what the act with this number has published; or say why not."""
    original = acts.get(number)
    undone = {one.target for one in acts.values() if one.deed == Deed.UNDO and not one.failed}
    if original is None or not original.wording or not original.version or original.failed or str(number) in undone:
        return said("desk_undo_none")
    if not by.rights and original.who != by.who:
        return said("desk_undo_not_yours")
    now = dt.datetime.now().timestamp()
    return Act(by.number, now, by.role, by.who, Deed.UNDO, str(number), "", original.wording, None, original.numbers)


def insists(by: By, acts: Mapping[int, Act], number: int, why: str) -> tuple[Act, ...] | Said:
    """Publish what the gate has refused, for the reason `why`: the act is under way again; or say why not."""
    original = acts.get(number)
    if original is None or original.version != GATED:
        return said("desk_insist_none")
    if not by.rights:
        return said("desk_insist_owners")
    if not why.strip():
        return said("desk_insist_why")
    now = dt.datetime.now().timestamp()
    insisted = Act(by.number, now, by.role, by.who, Deed.INSIST, str(number), original.wording, why.strip())
    return insisted, replace(original, version=None)


def called(faq: Faq, target: str) -> str:
    """Return how the target of an act is called, where that is no number of another act."""
    intent = faq.intents.get(target.partition(VERSION)[0])
    if intent is None and (key := _KINDS.get(target.partition(".")[0])):
        return said(key).say()
    return intent.title if intent else target


_KINDS = {DECLINED: "page_declined", "phrases": "page_phrase", "places": "page_place", "sources": "page_source"}
"""Names of what acts have for targets beside intents."""


def became(act: Act) -> Said | str:
    """Return what has become of an act; empty: it is only noted."""
    if act.version is None:
        return said("act_under_way")
    return said("act_failed") if act.failed else said("act_version", version=act.version) if act.version else ""


def found(dialogue: Dialogue, words: str) -> Sequence[Intent]:
    """Return the intents whose titles or ids hold `words`, then those that `words` may mean."""
    wanted = bare(words)
    named = [one for one in dialogue.faq.intents.values() if wanted in bare(one.title) or wanted in bare(one.id)]
    likely = dialogue.questions.ranked(words, 0.0)[:_LIKELY]
    return list({one.id: one for one in (*named, *likely) if not one.after}.values())


def _act(by: By, group: Group, deed: Deed) -> Act:
    why = said("desk_because", count=len(group.questions)).say()
    now = dt.datetime.now().timestamp()
    return Act(by.number, now, by.role, by.who, deed, "", "", why, "", group.numbers)
