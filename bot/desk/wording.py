"""Make a line of knowledge of what a resident asked: without marks of what was taken out, and without signs of YAML."""

from __future__ import annotations

import re

from faq.knowledge.text import bare, bigrams
from faq.knowledge.types import Faq

DECLINED = "out_of_scope"
"""File of the questions to decline, and what the target of an act begins with that adds to it."""

LONGEST = 60
"""Most characters of a line."""

_MARK = re.compile(r"〔[^〔〕]{0,12}〕")
_CLAUSE = re.compile(r"[,，。;；!！\n]")
_SYNTAX = re.compile(r"[()（）|｜{}\[\]#\"'“”‘’〔〕\\]+")
_WIDE = {",": "，", "?": "？", "!": "！", ";": "；", ":": "："}
_HALF = re.compile(r"(?<=[\u4e00-\u9fff])[,?!;:]")


def learnable(text: str) -> str:
    """Return the line that can be learned of `text`; empty if nothing is left.

    A clause out of which something personal was taken says who asks, not what: it goes, unless it is the only one.

    >>> learnable('低保怎么申请,我叫〔姓名〕'), learnable('〔姓名〕的低保(农村)咋停了?')
    ('低保怎么申请', '的低保 农村 咋停了？')
    """
    clauses = [clause for clause in _CLAUSE.split(text) if bare(clause)]
    clean = [clause for clause in clauses if not _MARK.search(clause)] or [_MARK.sub(" ", one) for one in clauses]
    joined = " ".join(_SYNTAX.sub(" ", "，".join(clean)).split()).strip("-*&!%@`>:, ，")
    line = _HALF.sub(lambda found: _WIDE[found[0]], joined)[:LONGEST].strip()
    return line if bare(line) else ""


def kind_of(faq: Faq, line: str) -> str:
    """Return the kind of questions to decline that `line` is most like: where it is put makes no other difference."""
    own = bigrams(bare(line))

    def like(question: str) -> float:
        others = bigrams(bare(question))
        return len(own & others) / (len(own | others) or 1)

    kinds = {kind: max(map(like, questions)) for kind, questions in faq.out_of_scope.items()}
    return max(kinds, key=lambda kind: kinds[kind])


def target_of(kind: str) -> str:
    """Return the target of an act that adds a question of this kind to decline."""
    return f"{DECLINED}.{kind}"
