"""Mistakes of an admin's day, planted in a file; the first line of `check` must name file, line and cause."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.bench.hostile.spoilt import INTENT, Spoilt, write

_HALVED = ("lexicon.yaml", "out_of_scope.yaml", "emergencies.yaml", "places.yaml", "sources.yaml", "golden.tsv")
_INVISIBLE = r"U\+|invisible|zero|看不见|零宽|空格|space"
_WIDE = r"full-width|全角|中文|U\+FF|U\+30|Chinese"


def mistakes(rng: random.Random, faq: Path) -> Spoilt:
    """Return one mistake, drawn by chance."""
    name = rng.choice((INTENT, "topics/dibao/amount.yaml", "topics/dibao/timeline.yaml"))
    if rng.random() < 0.2:
        return _halved(rng, faq)
    if rng.random() < 0.12:
        return _copied(rng, name)
    lines = (faq / name).read_text("utf-8").split("\n")
    made: list[Callable[[random.Random, list[str]], tuple[str, int, str]]] = [_in_a_question, _in_an_answer, _in_a_key]
    what, line, cause = rng.choice(made)(rng, lines)
    return Spoilt(19, f"{what} in {name}", Path(name).name, write(name, "\n".join(lines)), line, cause)


def _halved(rng: random.Random, faq: Path) -> Spoilt:
    """Lose the end of a file, as when it was half saved."""
    name = rng.choice(_HALVED)
    lines = (faq / name).read_text("utf-8").splitlines(keepends=True)
    kept = "".join(lines[: int(len(lines) * rng.uniform(0.3, 0.85))])
    return Spoilt(19, f"the end of {name} is lost", name, write(name, kept))


def _copied(rng: random.Random, name: str) -> Spoilt:
    """Copy a file of an intent, as before an edit."""
    end = rng.choice(("2", "_old", "_bak", "_copy", "_new"))
    copy = name.replace(".yaml", f"{end}.yaml")
    cause = r"cop(y|ies)|副本|复制|一样|拷"
    return Spoilt(
        19, f"copy {copy}", Path(copy).name, lambda folder: shutil.copy(folder / name, folder / copy), 0, cause
    )


def _in_a_question(rng: random.Random, lines: list[str]) -> tuple[str, int, str]:
    items = [n for n, line in enumerate(lines) if re.match(r"  - \w", line)]
    place = rng.choice(items[1:])
    word = lines[place].removeprefix("  - ")
    phone = f"1{rng.choice('358')}{rng.randint(10**8, 10**9 - 1)}"
    wrong = rng.choice((
        ("zero-width space", f"  - {word[:1]}\u200b{word[1:]}", _INVISIBLE),
        ("byte order mark", f"  - {word[:1]}\ufeff{word[1:]}", _INVISIBLE),
        ("right to left", f"  - {word[:1]}\u202e{word[1:]}", _INVISIBLE),
        ("soft hyphen", f"  - {word[:1]}\u00ad{word[1:]}", _INVISIBLE),
        ("no-break space", f"  -\u00a0{word}", _INVISIBLE + r"|NBSP|dash|减号|横"),
        ("no space behind the dash", f"  -{word}", r"dash|减号|横|- "),
        ("full-width dash", f"  －{word}", _WIDE + r"|dash|减号|横"),
        ("full-width indent", f"\u3000\u3000- {word}", _WIDE + "|" + _INVISIBLE),
        ("no dash", f"  {word}", r"dash|减号|横|- "),
        ("HTML", f"  - <b>{word}</b>", r"HTML|html|<b>|标签"),
        ("HTML of a space", f"  - {word}&nbsp;", r"HTML|html|&nbsp;"),
        ("a mobile number", f"  - {word}，我电话{phone}", r"phone|mobile|电话|手机|personal|个人|号码"),
        ("an identity number", f"  - {word}，身份证41060319700101123X", r"identity|身份证|证件|personal|个人|号码"),
        ("a character alone", f"  - {word[:1]}", r"short|one|1|短|一个字"),
        ("a conflict", f"<<<<<<< HEAD\n  - {word}\n=======\n  - {word}呢\n>>>>>>> b", r"conflict|冲突|<<<<<<<|合并"),
        ("a placeholder", "  - 待补充", r"placeholder|占位|待补充"),
        ("a remark for a question", f"  - # {word}", r"#|remark|备注"),
        ("half a template", f"  - (低保|低保金{word}", r"bracket|括号|\("),
    ))  # fmt: skip
    lines[place] = wrong[1]
    return wrong[0], place + 1, wrong[2]


def _in_an_answer(rng: random.Random, lines: list[str]) -> tuple[str, int, str]:
    place = next(n for n, line in enumerate(lines) if line.startswith("answer:")) + 1
    token = f"{rng.randint(10**8, 10**9)}:AA{''.join(rng.choices('abcXYZ019_-', k=33))}"
    wrong = rng.choice((
        ("a bot's token", f"  {token}", r"token|令牌|密钥|密码"),
        ("a promise", "  交了材料，保证能批。", r"promise|保证|承诺|打包票"),
        ("a promise", "  来了就一定能批下来。", r"promise|保证|承诺|一定能|打包票"),
        ("a placeholder", "  （待补充）", r"placeholder|占位|待补充"),
        ("a placeholder", "  TODO 以后再写", r"placeholder|占位|TODO"),
        ("HTML", "  <p>去窗口问一问</p>", r"HTML|html|<p>|标签"),
        ("a link of HTML", '  <a href="http://x.example">点这里</a>', r"HTML|html|<a|标签"),
        ("a conflict", "<<<<<<< HEAD\n  去窗口。\n=======\n  去大厅。\n>>>>>>> b", r"conflict|冲突|<<<<<<<|合并"),
        ("a mobile number", "  打 13839212345 问小李。", r"phone|mobile|电话|手机|personal|个人|号码|figure|数"),
        ("invisible line break", "  去窗口\u2028问一问。", _INVISIBLE + r"|separator|换行"),
    ))  # fmt: skip
    lines.insert(place, wrong[1])
    return wrong[0], place + 1, wrong[2]


def _in_a_key(rng: random.Random, lines: list[str]) -> tuple[str, int, str]:
    keys = [n for n, line in enumerate(lines) if re.match(r"(title|office|sources|questions|checks|answer): ?", line)]
    place = rng.choice(keys)
    key, rest = re.match(r"(\w+):(.*)", lines[place]).groups()  # type: ignore[union-attr]
    wrong = [
        ("full-width colon", f"{key}：{rest.strip()}", _WIDE + r"|colon|冒号|："),
        ("zero-width space in a key", f"{key[:2]}\u200b{key[2:]}:{rest}", _INVISIBLE),
        ("a letter that looks like another", f"{key.replace('e', 'е')}:{rest}", r"key|U\+|name|字段|键|名|look|像"),
        ("a slip in a key", f"{key[:-1]}{key[-1]}{key[-1]}:{rest}", r"mean|key|name|是不是|键|名|字段"),
    ]
    if rest.strip() not in ("", "|"):
        wrong.append(("no space behind the colon", f"{key}:{rest.strip()}", r"space|空格"))
    if "[" in rest:
        wrong.append(
            (
                "Chinese brackets",
                f"{key}: {rest.strip().replace('[', '【').replace(']', '】')}",
                _WIDE + r"|bracket|括号",
            )
        )
    what, line, cause = rng.choice([one for one in wrong if one[1] != lines[place]])
    lines[place] = line
    return what, place + 1, cause
