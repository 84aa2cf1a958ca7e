"""Search for the message that costs most: 4,096 characters of anything, through all that a served message meets.

Run it with: python -m tests.bench.longest [--seconds N] [--seed N]
"""

from __future__ import annotations

import itertools
import random
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click

from bot.channels.telegram.rendering import buttons, messages
from bot.delivery.live import open_model
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.privacy import Redactor
from bot.dialogue.session import Session
from faq.knowledge.template import expand
from faq.knowledge.text import LONGEST
from faq.knowledge.types import Faq
from tests.bench.understanding import NOW
from tests.conftest import FAQ, ROOT

SHORT = 512
ALLOWED, GROWTH = 150.0, 10.0
"""CPU milliseconds that a message may cost on a quiet core, and how many times what `SHORT` characters of it cost."""
NOISE = 20.0
"""CPU milliseconds below which nothing is said of growth."""
ROUNDS = 8
"""Times that a message is said where its cost is told; the cheapest counts, for all above it is the machine's."""
SHOWN, PARENTS, FRAGMENTS = 5, 12, 6

PIECES = (
    "俺今年七十三了，老伴走得早，一个儿在外头打工也不咋往家拿钱。低保怎么申请？要带啥材料？",
    *(
        "低保怎么申请多少钱几天批",
        "吗呢啥咋",
        "1、低保怎么办2、",
        "低保、特困和临时救助",
        "不想活动了，想死你了",
        "低保abc怎麼1234申請？😀\n",
    ),
    *(
        "di bao zen me ",
        "dibaozenmeshenqing",
        "zhuang",
        "xian",
        "ab1",
        "a.",
        "a@",
        "a@b.",
        "@a",
        "a@b.c+",
        "1 ",
        "1-",
        "1.1",
    ),
    *(
        "12号楼",
        "3号",
        "a1号",
        "号",
        "号楼",
        "单元",
        "路",
        "路1",
        "街 ",
        "路1-",
        "组 ",
        "零",
        "零 ",
        "一x",
        "1号 ",
        "1号-",
    ),
    *(
        "(1)",
        "（一）",
        "【",
        "】",
        "1.",
        "一、",
        "①",
        "\u3000",
        "\u2028",
        "\x85",
        "？",
        "。",
        "，",
        "…",
        "...",
        ":",
        "低:",
        "低 ",
        "低.",
    ),
    *(
        "微信",
        "微信 ",
        "qq",
        "qq:",
        "我叫",
        "我叫王",
        "我叫 ",
        "王",
        "王同志",
        "豫",
        "豫a",
        "够不够",
        "不",
        "是不是",
        "那",
        "和",
        "和 ",
    ),
    *(
        "郑州",
        "淇县",
        "寻县",
        "大赉店",
        "大贲店镇",
        "大赉镇",
        "镇",
        "县",
        "区",
        "我在淇县",
        "户口在安阳",
        "户口，",
        "qixian",
        "qi xian ",
    ),
    *(
        "Ⅷ",
        "㎉",
        "℡",
        "ﬃ",
        "㍿",
        "㌔",
        "ﷺ",
        "ﷻ",
        "㈱",
        "⑳",
        "½",
        "İ",
        "ß",
        "\u0344",
        "\u0301",
        "e\u0301",
        "\U0001d15e",
        "㋿",
    ),
    *(
        "😀",
        "👨‍👩‍👧",
        "\u200d",
        "\u200b",
        "\ud83d",
        "\x00",
        "\ufeff",
        "\U00020000",
        "ا",
        "कि",
        "가",
        "한국어",
        "あ",
        "ǖ",
        "ü",
    ),
    *(
        "乾",
        "臺灣",
        "發髮",
        "著",
        "Hello world ",
        "https://a.b/c?d=",
        "zhang.san@qq.com ",
        "嗯",
        "好的",
        "第",
        "第一",
        "都不是",
    ),
)
"""What is known to be odd, or was dear once."""


class Candidate(NamedTuple):
    """A message to try."""

    fragments: tuple[str, ...]
    """What it is made of."""
    seed: int = 0
    """0: the fragments follow each other again and again; else they follow in an order drawn by it, never repeating."""

    def message(self, length: int) -> str:
        """Return so many characters of it; nothing is made of empty fragments."""
        if not self.seed:
            whole = "".join(self.fragments)
            return (whole * (length // len(whole) + 1))[:length]
        return "".join(random.Random(self.seed).choices(self.fragments, k=length))[:length]

    def __str__(self) -> str:
        order = f", in the order of seed {self.seed}" if self.seed else ""
        return f"{self.fragments!r}{order}"


class Served:
    """All that a message meets: flood gate, dialogue, sentences sent, and what would be stored of it."""

    def __init__(self, dialogue: Dialogue) -> None:
        """Take the dialogue; the second conversation has asked something before, and has buttons to press."""
        self._dialogue = dialogue
        self._redactor = Redactor(dialogue.faq.personal)
        _, asked = dialogue.hear("低保怎么申请", Session(), NOW)
        self._sessions = (Session(), replace(asked, district="淇县", offered=("dibao.apply", "dibao.amount")))
        self._said = itertools.count(1)

    def cost(self, candidate: Candidate, length: int = LONGEST, rounds: int = 1) -> float:
        """Return CPU milliseconds of so many characters of `candidate`, in the dearer of the conversations."""
        return max(min(self._turn(candidate, length, s) for _ in range(rounds)) for s in self._sessions)

    def _turn(self, candidate: Candidate, length: int, session: Session) -> float:
        message = f"{next(self._said)} {candidate.message(length)}"[:length]  # never twice the same: much is remembered
        start = time.process_time()
        self._dialogue.urgent(message)
        reply, _ = self._dialogue.hear(message, session, NOW)
        for _text in (messages(reply), buttons(reply), self._redactor.redact(message)):
            pass
        return (time.process_time() - start) * 1e3


def words(faq: Faq) -> list[str]:
    """Return what the knowledge base looks for: its lexicon, places, cues, signs of danger, words about people."""
    places, personal = faq.places, faq.personal
    found = [*faq.lexicon, *itertools.chain.from_iterable(faq.lexicon.values())]
    found += [*places.outside, *places.counties, *places.city, *places.traps, *places.joints, *places.kinds]
    for district, entry in places.districts.items():
        found += [district, *entry.aliases, *entry.towns, *entry.landmarks]
    for emergency in faq.emergencies.values():
        lines = [*emergency.signs, *emergency.unless, *emergency.told]
        found += [said for line in lines for said in itertools.islice(expand(line), 3)]
    for field in (*vars(faq.cues).values(), *vars(personal).values()):
        found += _words(field)
    found += [question for intent in faq.intents.values() for question in intent.questions[:3]]
    return sorted(set(found) - {""})


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from value
    elif isinstance(value, dict):
        yield from itertools.chain(value, *map(_words, value.values()))
    elif isinstance(value, Iterable):
        yield from (word for word in value if isinstance(word, str))


def characters() -> list[str]:
    """Return characters one by one: all of ASCII, all that their normal form makes longer, some of every other kind."""
    every = [chr(code) for code in range(0x110000)]
    longer = [c for c in every if len(unicodedata.normalize("NFKC", c)) > 1 and not "가" <= c <= "힣"]
    kinds: dict[str, list[str]] = {}
    for c in every:
        kinds.setdefault(unicodedata.category(c), []).append(c)
    some = [c for kind in kinds.values() for c in kind[:: max(1, len(kind) // 8)]]
    return [*map(chr, range(128)), *longer, *some]


class Search:
    """Looks for dear messages: what is odd first, then by drawing fragments and by changing the dearest so far."""

    def __init__(self, served: Served, faq: Faq, seed: int) -> None:
        """Take what is measured, and where fragments come from."""
        self._served = served
        self._chance = random.Random(seed)
        self._pools = (PIECES, words(faq), characters())
        self.best: list[tuple[float, Candidate]] = []
        """The dearest candidates, each with its cost, dearest first."""
        self.tried = 0
        """Messages tried."""

    def run(self, seconds: float) -> None:
        """Search for so long."""
        until = time.monotonic() + seconds
        for candidate in itertools.chain((Candidate((piece,)) for piece in PIECES), self._drawn()):
            if time.monotonic() > until:
                return
            self.tried += 1
            cost = self._served.cost(candidate)
            self.best = sorted([*self.best, (cost, candidate)], key=lambda one: -one[0])[:PARENTS]

    def _drawn(self) -> Iterator[Candidate]:
        while True:
            order = self._chance.choice((0, 0, self._chance.randrange(1, 10**6)))
            if self._chance.random() < 0.5:
                drawn = tuple(self._fragment() for _ in range(self._chance.randint(1, FRAGMENTS)))
                yield Candidate(drawn, order)
                continue
            _, (parent, seed) = self._chance.choice(self.best)
            at, kept = self._chance.randrange(len(parent)), self._chance.choice((0, 1, 1))
            changed = (*parent[: at + kept], self._fragment(), *parent[at + 1 :])
            yield Candidate(changed[: 2 * FRAGMENTS], self._chance.choice((seed, order)))

    def _fragment(self) -> str:
        return self._chance.choice(self._chance.choice(self._pools))


@click.command()
@click.option("--data", type=click.Path(path_type=Path), default=ROOT / "var")
@click.option("--seconds", default=120.0, help="How long to search.")
@click.option("--seed", default=0, help="Another number draws other messages.")
def main(data: Path, seconds: float, seed: int) -> None:
    """Search, and print the dearest messages with their CPU milliseconds; exit with 1 if one costs too much."""
    dialogue = Dialogue(open_model(FAQ, data))
    served = Served(dialogue)
    search = Search(served, dialogue.faq, seed)
    search.run(seconds)
    story = served.cost(Candidate(PIECES[:1]), rounds=ROUNDS)
    click.echo(f"{search.tried} messages of {LONGEST} characters tried; an honest story costs {story:.1f} ms")
    again = [(served.cost(candidate, rounds=ROUNDS), candidate) for _, candidate in search.best]
    failed = False
    for cost, candidate in sorted(again, key=lambda one: -one[0])[:SHOWN]:
        growth = cost / served.cost(candidate, SHORT, ROUNDS)
        failed |= cost > ALLOWED or (cost > NOISE and growth > GROWTH)
        click.echo(f"{cost:6.1f} ms, {growth:4.1f} times what {SHORT} cost: {candidate}")
    click.echo(f"worst: {max(again)[0]:.1f} ms of {ALLOWED:.0f} ms CPU")
    sys.exit(failed)


if __name__ == "__main__":
    main()
