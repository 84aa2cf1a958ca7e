"""Say each cause once: what follows from another mistake is left out, what is the same in many places is one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from faq.reading.yaml_reader import Mistake
from faq.said import Language, said

SHOWN = 30
"""Lines shown at once; the others are counted."""

_PLACES = 5
"""Further places of a cause that are named."""

BY_NAME = {
    "not_an_intent": "intent",
    "featured_unknown": "intent",
    "subject_unknown": "intent",
    "golden_unknown": "intent",
    "not_a_source": "source",
    "not_an_office": "office",
    "not_a_district": "district",
    "topic_unknown": "topic",
}
"""Sentences about a name that is not there, and what it is a name of: all of one name have one cause."""

_BY_FILE = frozenset(
    {"tab", "control", "odd_space", "invisible", "garbled", "dash_no_space", "other_dash", "dash_lost", "wide_colon"}
    | {"no_space", "key_not_text", "remark", "markup", "markdown", "two_items", "bracket_alone", "bracket_slash"}
)
"""Sentences that one slip brings to many lines of a file."""

_PASSAGES = frozenset(
    {"key_indented", "markup", "markdown", "secret_token", "placeholder", "link", "day_of_no_calendar"}
)
"""Sentences about a passage whose figures need no remark of their own."""

_UNREAD = frozenset({"cannot_read", "cannot_read_it", "cannot_read_all"})
_LOSSES = frozenset({"cut_off", "lost_lines", "file_missing"})
_GIVEN_IN = {"sources.yaml": "source", "offices.yaml": "office", "places.yaml": "district", "topics.yaml": "topic"}
"""Files whose loss leaves names of a kind dangling."""

_PERSONAL = "personal_"
_TWINS = frozenset({"question_twice", "question_near", "check_twice", "title_twice", "answer_twice", "check_trained"})


@dataclass
class Cause:
    """One thing to mend, and every place it shows at."""

    first: Mistake
    """Where it is told."""
    others: list[Mistake] = field(default_factory=list)
    """Where else it shows."""

    def say(self, language: Language) -> str:
        """Return the one line an admin reads."""
        line = self.first.say(language)
        if not self.others:
            return line
        places = [_place(mistake, self.first.file) for mistake in self.others[:_PLACES]]
        key = "same_also_more" if len(self.others) > _PLACES else "same_also"
        return line + said(key, count=len(self.others), where=", ".join(places)).say(language)


def _place(mistake: Mistake, near: Path) -> str:
    return f"{mistake.line}" if mistake.file == near else f"{mistake.file.name}:{mistake.line}"


def gather(mistakes: Iterable[Mistake]) -> list[Cause]:
    """Return the causes of `mistakes`, which are sorted, in the order of their first places."""
    kept = _without_consequences(list(mistakes))
    causes: dict[tuple[object, ...], Cause] = {}
    for mistake in kept:
        name = _cause(mistake)
        if name in causes:
            causes[name].others.append(mistake)
        else:
            causes[name] = Cause(mistake)
    return list(causes.values())


def _cause(mistake: Mistake) -> tuple[object, ...]:
    key = mistake.said.key
    if kind := BY_NAME.get(key):
        return kind, missing_name(mistake)
    if key in _BY_FILE:
        return key, mistake.file
    return key, mistake.file, mistake.line, mistake.said


def missing_name(mistake: Mistake) -> str:
    """Return the name that is not there, of a sentence of `BY_NAME`."""
    return str(mistake.said.get("name") or mistake.said.get("id") or mistake.said.get("topic"))


def _without_consequences(mistakes: Sequence[Mistake]) -> list[Mistake]:
    """Leave out what only follows from another mistake."""
    by_line: dict[tuple[Path, int], set[str]] = defaultdict(set)
    keys: dict[Path, set[str]] = defaultdict(set)
    for mistake in mistakes:
        by_line[mistake.file, mistake.line].add(mistake.said.key)
        keys[mistake.file].add(mistake.said.key)
    if unread := [mistake for mistake in mistakes if mistake.said.key in _UNREAD]:
        return unread  # what others name may stand there
    copies = {mistake.file for mistake in mistakes if mistake.said.key == "copied_file"}
    meant = {
        (mistake.file, near.get("near"))
        for mistake in mistakes
        if mistake.said.key == "unknown_key" and not isinstance(near := mistake.said.get("hint"), (str, int))
    }

    lost = {_GIVEN_IN.get(file.name) for file, said_of_it in keys.items() if said_of_it & _LOSSES} - {None}
    gone = {f"{file.parent.name}.{file.stem}" for file, said_of_it in keys.items() if "file_gone" in said_of_it}

    def follows(mistake: Mistake) -> bool:
        key, here = mistake.said.key, by_line[mistake.file, mistake.line]
        if key == "placeholder" and "secret_token" in here:
            return True
        if key in ("figure", "step"):
            return "source" in lost or bool(here & _PASSAGES) or any(other.startswith(_PERSONAL) for other in here)
        if key == "missing_key":
            return (mistake.file, mistake.said.get("key")) in meant
        if mistake.file in copies and key in _TWINS:
            return True
        if BY_NAME.get(key) in lost or (BY_NAME.get(key) == "intent" and missing_name(mistake) in gone):
            return True
        cut = keys[mistake.file] & _LOSSES
        return bool(cut) and key not in cut and _AT_END(key)

    return [mistake for mistake in mistakes if not follows(mistake)]


_AT_END: Callable[[str], bool] = frozenset(
    {"syntax", "indent_wrong", "quote_open", "bracket_open", "missing_key", "value", "colon_lost", "empty_file"}
    | {"golden_form", "golden_unknown"}
).__contains__
"""Whether a sentence may be about the end of a file that is cut off."""


def report(mistakes: Iterable[Mistake], language: Language, command: str) -> str:
    """Return what is printed: a line a cause, at most `SHOWN`, and how to check again."""
    causes = gather(mistakes)
    lines = [cause.say(language) for cause in causes[:SHOWN]]
    if len(causes) > SHOWN:
        lines.append(said("and_more", count=len(causes) - SHOWN).say(language))
    lines.append(said("how_many", count=len(causes), command=command).say(language))
    return "\n".join(lines)
