"""Edits of the knowledge base that the gate is measured on: twelve honest ones, and six that harm."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SEED = 16
_QUESTIONS = re.compile(r"(?<=^questions:\n)(?:  - .*\n)+", re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """What an admin does to the knowledge base."""

    name: str
    """In a few words."""
    make: Callable[[Path], None]
    """Does it in a folder."""
    honest: bool
    """Whether it must be published."""


def intent(folder: Path, name: str) -> Path:
    return (folder / "topics" / name.replace(".", "/")).with_suffix(".yaml")


def questions(path: Path) -> list[str]:
    """Return the lines of an intent's questions."""
    found = _QUESTIONS.search(path.read_text("utf-8"))
    assert found
    return found[0].splitlines(keepends=True)


def put(path: Path, lines: list[str]) -> None:
    """Give an intent these lines of questions."""
    text, count = _QUESTIONS.subn("".join(lines).replace("\\", "\\\\"), path.read_text("utf-8"))
    assert count == 1
    path.write_text(text, encoding="utf-8")


def add(path: Path, *asked: str) -> None:
    put(path, [*questions(path), *(f"  - {question}\n" for question in asked)])


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _adds_questions(folder: Path) -> None:
    add(
        intent(folder, "elders.allowance"),
        "俺娘今年八十有一，听说上了岁数国家给钱，跟谁要",
        "(高龄|老龄)那个钱断了仨月了，找谁问问",
        "村里老人过八十都领着钱嘞，俺爹咋没有",
        "岁数大了每月那几十块，是打到哪张折子上",
        "上岁数的补贴换了社保卡还发不发",
    )


def _removes_questions(folder: Path) -> None:
    path, chance = intent(folder, "tekun.apply"), random.Random(SEED)
    lines = questions(path)
    put(path, [line for line in lines if line not in chance.sample(lines, 4)])


def _rewords_questions(folder: Path) -> None:
    path = intent(folder, "linshi.apply")
    lines = questions(path)
    put(path, [*(re.sub(r"咋|怎么", "如何", line) for line in lines[:12]), *lines[12:]])


def _declines_more(folder: Path) -> None:
    declined = [
        "俺家那口老井的水质找谁化验",
        "电动三轮车上牌得带啥",
        "隔壁装修砸承重墙谁管",
        "快递把俺的花生油摔漏了不赔",
        "有线电视没信号了打哪个号",
        "想给猫做绝育，哪儿便宜",
        "驾校教练老加钱，去哪投诉",
        "地里旱得裂口子，抗旱井谁给开",
    ]
    lines = "".join(f"  - {question}\n" for question in declined)
    replace(folder / "out_of_scope.yaml", "other_services:\n", f"other_services:\n{lines}")


def _moves_a_question(folder: Path) -> None:
    source, target = intent(folder, "dibao.materials"), intent(folder, "dibao.apply")
    *kept, moved = questions(source)
    put(source, kept)
    put(target, [*questions(target), moved])


def _teaches_a_word(folder: Path) -> None:
    replace(folder / "lexicon.yaml", "低保: [低宝,", "低保: [氐保, 低堡, 低宝,")


def _names_a_town(folder: Path) -> None:
    replace(folder / "places.yaml", "高村镇: [高村乡,", "高村镇: [高村街里, 高村乡,")


def _renames_a_title(folder: Path) -> None:
    path = intent(folder, "canteen.hours")
    replace(path, "title: ", "title: 请看")


def _hears_more(folder: Path) -> None:
    replace(
        folder / "emergencies.yaml",
        "  examples:\n",
        "  examples:\n    - 俺把绳子都拴好了，这辈子就这样吧\n    - 药瓶子就在手里攥着，俺不想等天亮了\n",
    )


def _takes_a_check_away(folder: Path) -> None:
    path = intent(folder, "channel.agent")
    text = path.read_text("utf-8")
    head, checks = text.split("checks:\n", 1)
    first, rest = checks.split("\n", 1)
    assert first.startswith("  - ")
    path.write_text(f"{head}checks:\n{rest}", encoding="utf-8")


def _adds_an_intent(folder: Path) -> None:
    path = intent(folder, "canteen.volunteers")
    text = intent(folder, "canteen.activities").read_text("utf-8")
    text = re.sub(r"^title: .*$", "title: 食堂招不招帮工的志愿者", text, flags=re.MULTILINE)
    asked = [
        f"{who}{what}"
        for who in ("退休了想去社区食堂", "我想到社区食堂", "大学生暑假想去社区食堂", "俺想上社区食堂")
        for what in ("当志愿者，找谁报名", "帮着端盘子择菜，不要钱，中不中", "做义工有啥要求", "帮忙打饭当个志愿者")
    ]
    lines = "".join(f"  - {question}\n" for question in asked)
    checks = (
        "  - 社区食堂要志愿者吗\n  - 想去食堂义务帮厨咋联系\n  - 食堂义工在哪报名\n  - 我妈闲着，能去食堂当义工不\n"
    )
    text = _QUESTIONS.sub(lines, text)
    text = re.sub(r"(?<=^checks:\n)(?:  - .*\n)+", checks, text, flags=re.MULTILINE)
    text = re.sub(
        r"^answer: \|\n(?:  .*\n|\n)+",
        "answer: |\n  去哪家食堂帮忙，就问哪家食堂所在的社区。\n",
        text,
        flags=re.MULTILINE,
    )
    text = re.sub(r"^(details|further|beside): \|?\n(?:  .*\n|\n)+", "", text, flags=re.MULTILINE)
    text = re.sub(r"^details_sources: .*\n", "", text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")


def _adds_templates(folder: Path) -> None:
    add(
        intent(folder, "service.apply"),
        "(俺|我)(娘|爹|奶奶)(瘫|病)在床上，(想请|想找)个人上门(擦洗|做饭)，往哪(报|登记)",
        "上门(照料|服侍)老人那个服务(咋|怎么)(预约|约)",
    )


def _swaps(folder: Path) -> None:
    one, other = intent(folder, "canteen.hours"), intent(folder, "canteen.price")
    mine, theirs = questions(one), questions(other)
    put(one, theirs)
    put(other, mine)


def _loses_half(folder: Path) -> None:
    path = folder / "out_of_scope.yaml"
    chance = random.Random(SEED)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("  - ") or chance.random() < 0.5]
    path.write_text("".join(kept), encoding="utf-8")


def _sweeping_sign(folder: Path) -> None:
    replace(folder / "emergencies.yaml", "  signs:\n", "  signs:\n    - (老人|没钱|申请)\n")


def _poisons(folder: Path) -> None:
    chance = random.Random(SEED)
    others = [path for path in (folder / "topics" / "dibao").glob("*.yaml") if "@" not in path.name]
    stolen = [line for path in sorted(others) for line in chance.sample(questions(path), 12)]
    plain = [line for line in stolen if "(" not in line and "'" not in line and '"' not in line]
    target = intent(folder, "canteen.where")
    put(target, [*questions(target), *(f"  - 麻烦您给说说，{line[4:]}" for line in plain)])


def _sweeping_place(folder: Path) -> None:
    replace(folder / "places.yaml", "高村镇: [高村乡,", "高村镇: [申请, 老人, 补贴, 高村乡,")


def _empties(folder: Path) -> None:
    put(intent(folder, "linshi.amount"), ["  - 那一笔是多少\n", "  - 给几个钱\n", "  - 能有多少嘞\n"])


EDITS = (
    Edit("five questions added to an intent", _adds_questions, honest=True),
    Edit("four questions taken away", _removes_questions, honest=True),
    Edit("questions reworded", _rewords_questions, honest=True),
    Edit("eight questions to decline added", _declines_more, honest=True),
    Edit("a question moved to another intent", _moves_a_question, honest=True),
    Edit("two misspellings of a word", _teaches_a_word, honest=True),
    Edit("another name of a town", _names_a_town, honest=True),
    Edit("a title changed", _renames_a_title, honest=True),
    Edit("two examples of danger added", _hears_more, honest=True),
    Edit("a check taken away", _takes_a_check_away, honest=True),
    Edit("an intent added", _adds_an_intent, honest=True),
    Edit("two lines of many wordings added", _adds_templates, honest=True),
    Edit("questions of two intents swapped", _swaps, honest=False),
    Edit("half of out_of_scope.yaml lost", _loses_half, honest=False),
    Edit("a sign of danger that stands everywhere", _sweeping_sign, honest=False),
    Edit("an intent poisoned with others' questions", _poisons, honest=False),
    Edit("a place named like ordinary words", _sweeping_place, honest=False),
    Edit("an intent emptied", _empties, honest=False),
)
