"""Use the command line wrongly."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.hostile.forks import Done, Forks, forking
from tests.bench.hostile.ground import Ground
from tests.bench.hostile.telegram import TOKEN

_BEFORE = 20.0
"""Seconds in which wrong use must be told, that is: before the work."""


@dataclass(frozen=True)
class Wrong:
    """A command that cannot do what is asked."""

    args: tuple[str, ...]
    """The command."""
    names: str = ""
    """What its message must name."""
    code: int = 0
    """Exit code that is due; 0: any but 0."""
    env: dict[str, str] = field(default_factory=dict)
    """Settings."""


def _wrong(temp: Path) -> list[Wrong]:
    faq, data = str(temp / "small" / "faq"), str(temp / "small" / "var")
    both = ("--faq", faq, "--data", data)
    nowhere, file = str(temp / "nowhere" / "deep"), str(temp / "a-file")
    Path(file).write_text("x\n", encoding="utf-8")
    shut = temp / "shut"
    shutil.copytree(faq, shut)
    (shut / "topics").chmod(0)
    shut_file = temp / "shut-file"
    shutil.copytree(faq, shut_file)
    (shut_file / "offices.yaml").chmod(0)
    locked = temp / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    unwritable = (nowhere.replace(str(temp), "/proc"), f"{file}/sub", str(locked / "var"))
    wrong = [
        Wrong(("check", "--faq", nowhere), "nowhere"),
        Wrong(("check", "--faq", file), "a-file"),
        Wrong(("check", "--faq", str(shut)), "topics"),
        Wrong(("check", "--faq", str(shut_file)), "offices.yaml"),
        Wrong(("ask", "--faq", nowhere, "--data", data, "低保"), "nowhere"),
        Wrong(("chat", "--faq", nowhere, "--data", data), "nowhere"),
        Wrong(("train", "--faq", nowhere, "--data", data), "nowhere"),
        Wrong(("evaluate", "--faq", nowhere, "--data", data), "nowhere"),
        Wrong(("report", "--faq", nowhere, "--data", data), "nowhere"),
        Wrong(("redact", "--faq", nowhere, "x"), "nowhere"),
        Wrong(("--faq", nowhere, "--data", data), "nowhere", env={"TELEGRAM_BOT_TOKEN": TOKEN}),
        Wrong(("evaluate", *both, "--questions", f"{nowhere}.tsv"), "nowhere"),
        Wrong(("evaluate", *both, "--questions", str(temp)), temp.name),
        Wrong(("evaluate", *both, "--questions", "/dev/null")),
        Wrong(("report", *both, "--out", f"{nowhere}/r.html"), "nowhere"),
        Wrong(("report", *both, "--out", str(temp)), temp.name),
        Wrong(("report", *both, "--out", f"{file}/r.html"), "a-file"),
        Wrong(("backup", *both, f"{nowhere}/b"), "nowhere"),
        Wrong(("backup", *both, str(temp)), temp.name),
        Wrong(("restore", *both, f"{nowhere}/b"), "nowhere"),
        Wrong(("restore", *both, file), "a-file"),
        Wrong(("inbox", *both, "retry", "99999"), "99999"),
        Wrong(("models", *both, "show", "v9999"), "v9999"),
        Wrong(("models", *both, "rollback", "v9999"), "v9999"),
        Wrong(("inbox", "eat"), "eat", 2),
        Wrong(("ask",), "", 2),
        Wrong(("redact",), "", 2),
        Wrong(("backup",), "", 2),
        Wrong(("cheque",), "cheque", 2),
        Wrong(("check", "--nonsense"), "nonsense", 2),
        Wrong(("--port", "99999"), "99999", 2),
        Wrong(("check", "--faq"), "", 2),
    ]
    wrong += [
        Wrong((*command, "--faq", faq, "--data", folder))
        for folder in unwritable
        for command in (("ask", "低保"), ("train",), ("inbox",), ("report",), ("backup", str(temp / "b")))
    ]
    return wrong


async def uses(ground: Ground) -> None:
    """Use the command line wrongly."""
    async with forking(ground.python, ground.root, ground.temp, "uses") as forks:
        wrong = _wrong(ground.temp)
        for one in ground.rng.sample(wrong, 10) if ground.quick else wrong:
            done = await forks.run(*one.args, seconds=_BEFORE * 2, tame=True, env=one.env)
            shown = " ".join(one.args).replace(str(ground.temp), "…")
            ground.tally.note(16, (fault := _use(one, done)) and f"{shown}: {fault}")
        await _printed(ground, forks)
        await _talk(ground, forks)


def _use(one: Wrong, done: Done) -> str:
    said = done.said.strip()
    if done.broken:
        return done.broken
    if not done.code or (one.code and done.code != one.code):
        return f"exit code {done.code} and not {one.code or 'another'}: {said[-60:]!r}"
    if one.code != 2 and len(said.splitlines()) > 4:
        return f"{len(said.splitlines())} lines"
    if one.names not in said:
        return f"{one.names} is not named: {said[:90]!r}"
    return f"only after {done.seconds:.0f} s" if done.seconds > _BEFORE else ""


async def _printed(ground: Ground, forks: Forks) -> None:
    """Mend as is printed: a command must name the folder that was given."""
    folder = ground.temp / "printed"
    shutil.copytree(ground.small / "faq", folder)
    (folder / "topics.yaml").write_text("x: [\n", encoding="utf-8")
    for args in (
        ("check",),
        ("train", "--data", str(ground.small / "var")),
        ("ask", "x", "--data", str(ground.small / "var")),
    ):
        done = await forks.run(*args, "--faq", str(folder), seconds=60)
        for command in re.findall(r"run_bot\.py .*", done.said):
            fault = "" if str(folder) in command else f"{args[0]} --faq …: prints {command[:50]!r} without the folder"
            ground.tally.note(16, fault)


async def _talk(ground: Ground, forks: Forks) -> None:
    """Type what a newcomer types in the terminal."""
    both = ("--faq", str(ground.small / "faq"), "--data", str(ground.small / "var"))

    async def typed(*words: str) -> str:
        said = [await forks.run("chat", *both, text=f"{word}\n\n", seconds=60) for word in words]
        return "\n".join(done.said for done in said)

    said = await typed("99")
    ground.tally.note(
        16, "" if "99" in said.split(">", 1)[-1] and "没有" in said else "chat: 99 is not said to be no button"
    )
    told = ground.phrase("help").splitlines()[1]
    ground.tally.note(16, "" if told in await typed("help", "帮助", "/help") else "chat: help is no command")
    told = ground.phrase("menu")
    ground.tally.note(16, "" if told in await typed("menu", "菜单", "/menu") else "chat: menu is no command")
