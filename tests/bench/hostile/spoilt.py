"""Folders of knowledge spoilt in one way each, and how `check` has to take it."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SHARED = ("offices", "places", "sources", "lexicon", "phrases", "out_of_scope", "topics", "cues", "figures", "personal")
INTENT = "topics/dibao/materials.yaml"
"""The file that most mistakes are put into."""
GOLDEN = "golden.tsv"
"""The file of golden questions."""


@dataclass(frozen=True)
class Spoilt:
    """One way to spoil a folder."""

    item: int
    """Kind of fault."""
    name: str
    """What is wrong."""
    file: str
    """Name of the file that must be named; empty: nothing is wrong with the folder."""
    make: Callable[[Path], object]
    """Spoils a copy."""
    line: int = 0
    """Line that must be named, give or take one; 0: any."""
    cause: str = ""
    """What the first line must match to name the cause; empty: anything."""


def write(name: str, content: str | bytes) -> Callable[[Path], object]:
    """Return what writes a file."""
    data = content.encode(errors="surrogatepass") if isinstance(content, str) else content

    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_bytes(data)

    return make


def _linked(name: str, target: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return make


def _fifo(name: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)

    return make


def _large(name: str, size: int) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        with (folder / name).open("ab") as file:
            file.truncate(size)

    return make


def _folder(name: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).mkdir()

    return make


def deadly(rng: random.Random, faq: Path) -> Spoilt:
    """Return a file that may kill who reads it or keep him for ever."""
    name = rng.choice((f"topics/dibao/bomb{rng.randint(1, 9)}.yaml", INTENT, f"{rng.choice(SHARED)}.yaml"))
    deep = rng.choice((600, 3_000, 20_000, 100_000, 400_000))
    few = min(deep, 2_000)
    texts = {
        "brackets": "a: " + "[" * deep + "]" * deep,
        "open brackets": "a: " + "[" * deep,
        "braces": "a: " + "{a: " * deep + "1" + "}" * deep,
        "dashes": "- " * deep + "a",
        "questions marks": "? " * deep + "a",
        "indents": "\n".join(" " * n + "a:" for n in range(few)),
        "mixed": "questions: " + "[{a: " * deep,
        "quoted": 'a: "' + "x" * 10 + '"\nb: ' + "[" * deep + '"]"' + "]" * deep,
        "tags": "a: " + "!!seq [" * few,
        "anchors": "".join(
            f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" if n else "a0: &a0 [x]\n" for n in range(30)
        ),
        "anchor of itself": "a: &a [*a]",
        "a template": "title: x\nquestions:\n  - " + "(一|二|三|四)" * rng.randint(9, 60) + "\n",
        "open templates": "title: x\nquestions:\n  - " + "(一|" * rng.choice((40, 3000, 90_000)) + "\n",
        "a million questions": "title: x\nquestions:\n" + "  - 低保怎么办\n" * rng.choice((100_000, 400_000)),
        "one long line": "title: " + "低" * 2_000_000,
        "zeros": "\x00" * 50_000,
        "many keys": "".join(f"k{n}: {n}\n" for n in range(200_000)),
        "a long number": "title: " + "9" * 100_000,
        "a number to the base 60": "title: " + "59:" * 50_000 + "1",
        "merge keys": "a: &a {x: 1}\nb: {<<: [" + "*a," * 2000 + "]}\n",
    }
    odd = _odd(name)
    kind = rng.choice([*texts, *odd])
    if kind in odd and name == INTENT and rng.random() < 0.3:  # the one file that is no YAML
        return Spoilt(8, f"{kind} as {GOLDEN}", GOLDEN, _odd(GOLDEN)[kind])
    if kind in odd:
        return Spoilt(8, f"{kind} as {name}", Path(name).name, odd[kind])
    return Spoilt(8, f"{kind} ({deep}) in {name}", Path(name).name, write(name, texts[kind]))


def _odd(name: str) -> dict[str, Callable[[Path], object]]:
    """Return ways to have something else than a file as `name`."""
    return {
        "a FIFO": _fifo(name),
        "the device zero": _linked(name, "/dev/zero"),
        "the device random": _linked(name, "/dev/urandom"),
        "a terminal": _linked(name, "/dev/tty"),
        "a link outside": _linked(name, "/etc/passwd"),
        "a link to memory": _linked(name, "/proc/self/mem"),
        "a link to itself": _linked(name, Path(name).name),
        "a link to nothing": _linked(name, "nowhere.yaml"),
        "a folder": _folder(name),
        "a gigabyte": _large(name, 2**30),
        "sixty gigabytes": _large(name, 60 * 2**30),
    }


def separated(rng: random.Random, faq: Path) -> Spoilt:
    """Return a file with a character that ends a line for some, or a tag."""
    name = rng.choice((INTENT, "topics/dibao/amount.yaml", "topics/dibao/apply.yaml"))
    lines = (faq / name).read_text("utf-8").split("\n")
    items = [n for n, line in enumerate(lines) if re.match(r"  - \w", line)]
    place = rng.choice(items)
    mark = rng.choice(("\u2028", "\u2029", "\x85", "\r", "\x0b", "\x0c", "\x1c", "\x1e", "\u2028\u2028"))
    tag = rng.choice(
        ("!!binary", "!!float", "!!set", "!!python/name:os.system", "!x", "!!int", "!!null", "!!omap", "!<x>")
    )
    word = lines[place].removeprefix("  - ")
    kind = rng.randint(0, 5)
    if kind == 0:
        text = "\n".join(lines).replace("\n", rng.choice(("\r", "\u2028", "\x85")))
        return Spoilt(10, f"{text[-1:]!r} for every line of {name}", Path(name).name, write(name, text))
    if kind == 1:
        lines[place] = f"  - {tag} {word}"
        what = f"{tag} in {name}"
    elif kind == 2:
        lines[place] = f"  - {tag} |\n    5L2O"
        what = f"{tag} over a block in {name}"
    elif kind == 3:
        lines[place] = f'  - "{word[:2]}{mark}{word[2:]}"\n  - 再说一句 #3 窗口'
        what = f"{mark!r} in quotes before a remark in {name}"
    else:
        at = rng.randint(1, max(1, len(word) - 1))
        lines[place] = f"  - {word[:at]}{mark}{word[at:]}"
        what = f"{mark!r} in {name}"
    if kind == 5:
        lines[-1:] = ["details: 再说一句", "  请问社区"]
    return Spoilt(10, what, Path(name).name, write(name, "\n".join(lines)), place + 1)


def hidden(rng: random.Random, faq: Path) -> Spoilt:
    """Return a file that a program leaves behind, which harms nobody, or one whose name is wrong."""
    topic = rng.choice(("topics/dibao", "topics/chat", "."))
    stem = rng.choice(("apply", "materials", "hours", "offices", "new_one"))
    if rng.random() < 0.4:
        end = rng.choice(
            (".yaml.txt", ".YAML", ".Yaml", ".YML", ".yaml.TXT", ".yml.txt", ".YAML.txt", ".yaml.yaml.txt")
        )
        name = f"{topic}/{stem}{end}"
        return Spoilt(11, f"misnamed {name}", Path(name).name, write(name, "title: x\n"))
    left = rng.choice((
        f"{topic}/._{stem}.yaml", f"{topic}/~${stem}.yaml", f"{topic}/.ipynb_checkpoints/{stem}-checkpoint.yaml",
        f"{topic}/.{stem}.yaml.swp", f"{topic}/.git/{stem}.yaml", f"{topic}/.~lock.{stem}.yaml#", f"{topic}/.DS_Store",
        f"{topic}/.{stem}.yaml", f"{topic}/.vscode/{stem}.yaml", f"{topic}/.idea/{stem}.yml",
        f"{topic}/.hidden/{stem}.yml", f"{topic}/.#{stem}.yaml",
    ))  # fmt: skip
    content = rng.choice((b"\x00\x05\x16\x07", b"a: b\n", b"", b"[" * 9_000, b"\xff\xfe", b"title: x\nquestions: []\n"))
    make = _linked(left, "nobody@host.1:2") if ".#" in left else write(left, content)
    return Spoilt(11, f"left behind: {left}", "", make)
