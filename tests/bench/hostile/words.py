"""Texts that mean harm, drawn by chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

LONGEST = 4096
"""Characters of the longest message that Telegram delivers."""

SINGLE = "a9é低号ⅧⅫ㎉℡ﬃ㍿ﷺ㌖㏂½⑽㈱ﾊ٣ａ１. -_@/:#\n\u3000\u200b\u0301\u0e33😀¨ⅷ㋿Ω×（【《"
"""Characters sent alone; a third of them become two to eighteen by NFKC."""
PIECES = (
    "a@",
    "a.",
    "@.",
    "a-",
    "1-",
    "1 ",
    "1.",
    "a1",
    "1号",
    "号1",
    "1栋",
    "1号 ",
    "路1",
    "路 1",
    "一号",
    "一 号",
    "十室",
    "1室 12",
    "x1",
    "1x",
    "豫f",
    "豫F 1",
    "张三",
    "我叫",
    "我叫张",
    "卡号:",
    "账号 a",
    "身份证",
    "户主",
    "?!",
    "……",
    "（",
    "吗呢",
    "那",
    "不想活",
    "救命",
    "Ⅷ@",
    "Ⅷ.",
    "ﬃ号",
    "㎉1",
    "℡-",
    "a@Ⅷ",
    "ﷺ1",
    "1/2",
    "２－",
    "#a",
    "<b>",
    "&amp;",
    "\u202e低",
    "低 ",
    "di bao ",
    "然后",
    "，",
    "。低保",
)
TALK = ("低保怎么申请", "俺娘八十了没收入能不能吃低保", "食堂几点开门", "残疾补贴多少钱", "要带啥材料", "谢谢")
DANGER = ("我不想活了，已经吃了一瓶安眠药", "我丈夫正在打我，救命", "孩子掉井里了快救人", "家里着火了出不去")
SIGNS = ("我不想活了", "俺喝了农药", "我想跳楼")
"""Cries that hold a sign of faq/emergencies.yaml, which counts wherever it stands."""
_ALPHABET = "abz019@.-_/:# 　号栋室路单元楼第张我叫卡是ⅧﬃＡ１①℡㎡½\n"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def pieces(rng: random.Random, pairs: int) -> Iterator[str]:
    """Yield what a long message is made of: single characters, known pieces and `pairs` of chance."""
    yield from SINGLE
    yield from PIECES
    for _ in range(pairs):
        yield "".join(rng.choices(_ALPHABET, k=rng.randint(2, 4)))


def fill(piece: str, length: int) -> str:
    """Return `piece` again and again.

    >>> fill("ab", 5)
    'ababa'
    """
    return (piece * (length // len(piece) + 1))[:length]


def identity(rng: random.Random) -> str:
    """Return a number like that of an identity card, of a region that may not exist, with the right last digit."""
    region = rng.choice((f"4106{rng.randint(0, 99):02}", f"{rng.randint(10, 99)}{rng.randint(0, 9999):04}"))
    born = f"{rng.randint(1920, 2030)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    first = f"{region}{born}{rng.randint(0, 999):03}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def _digits(rng: random.Random) -> str:
    number = "".join(rng.choices("0123456789", k=rng.choice((7, 11, 15, 16, 17, 18, 19, 20, 40))))
    parts = rng.choice(("", " ", "-", "·", "."))
    return parts.join(rng.choice((number, "１" + number, "第" + number)))[: rng.randint(7, 900)]


def _address(rng: random.Random) -> str:
    return "".join(
        rng.choices(("淇滨区", "路", "1", "号", "12", "栋", "-", " ", "单元", "室", "3", "楼"), k=rng.randint(3, 900))
    )


def _mail(rng: random.Random) -> str:
    return "".join(rng.choices("ab1.-_@+Ⅷ", k=rng.randint(5, LONGEST)))


def _any(rng: random.Random) -> str:
    return "".join(chr(rng.choice((rng.randint(32, 0x2FFF), rng.randint(0x3000, 0xD7FF), 0x1F600))) for _ in range(700))


MADE: dict[str, Callable[[random.Random], str]] = {
    "digits": _digits,
    "identity": lambda rng: f"我的身份证{identity(rng)}，{rng.choice(TALK)}",
    "identities": lambda rng: " ".join(identity(rng) for _ in range(rng.randint(2, 200)))[:LONGEST],
    "address": _address,
    "mail": _mail,
    "any characters": _any,
    "story": lambda rng: fill("。".join(rng.sample(TALK, 3)) + "俺家四口人", rng.randint(200, LONGEST)),
    "talk": lambda rng: rng.choice(TALK),
}
"""Kinds of texts of chance."""
