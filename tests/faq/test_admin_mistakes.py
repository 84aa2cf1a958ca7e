"""What admins get wrong in a day is explained in one line: file, line, cause and remedy, in Chinese."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from faq.checking.losses import Published
from faq.knowledge.dangers import LEARNED
from faq.load import FaqError, load
from faq.reading.folder import open_folder
from tests.conftest import CLASSES, ROOT, copy_of_faq, made_once, plain

ROWS: list[dict[str, Any]] = plain((ROOT / "tests/data/admin_mistakes.yaml").read_text("utf-8"))
KEPT_TOPICS = ("canteen", "chat")
CHAT = ("greeting", "crisis")
FEW = 40


@pytest.fixture(scope="module")
def tiny(shared: Path) -> Iterator[Path]:
    """A valid knowledge base of the canteens alone; copy it, do not touch."""
    made = made_once(shared / "tiny", lambda draft: make_tiny(copy_of_faq(draft)))
    held = open_folder(made)  # of a copy only those files are read that a test changes
    yield made
    assert not held.mistakes


def make_tiny(folder: Path) -> Path:
    shutil.rmtree(folder / "lessons")
    shutil.rmtree(folder / "conversations")  # they speak of intents that are gone here
    for topic in (folder / "topics").iterdir():
        for path in topic.glob("*.yaml"):
            if topic.name != "canteen" and not (topic.name == "chat" and path.stem in CHAT):
                path.unlink()
        if not any(topic.iterdir()):
            topic.rmdir()
    ids = {f"{path.parent.name}.{path.stem}" for path in folder.glob("topics/*/*.yaml")}
    for path in folder.glob("topics/*/*.yaml"):
        text = path.read_text("utf-8")
        related = [name for name in plain(text).get("related", []) if name in ids]
        path.write_text(
            re.sub(r"^related: .*$", f"related: [{', '.join(related)}]", text, flags=re.MULTILINE), encoding="utf-8"
        )
    topics = plain((folder / "topics.yaml").read_text("utf-8"))
    for entry in topics.values():
        entry["featured"] = [one for one in entry.get("featured", []) if one in ids]
    write(folder / "topics.yaml", {name: topics[name] for name in KEPT_TOPICS})
    cues = plain((folder / "cues.yaml").read_text("utf-8"))
    cues["subjects"] = {key: words for key, words in cues["subjects"].items() if key in ids | set(KEPT_TOPICS)}
    write(folder / "cues.yaml", cues)
    glossary = plain((folder / "glossary.yaml").read_text("utf-8"))
    for term in glossary.values():
        term["about"] = [one for one in term.get("about", []) if one in ids]
    write(folder / "glossary.yaml", glossary)
    dangers = plain((folder / "emergencies.yaml").read_text("utf-8"))
    for entry in dangers.values():
        entry.update({key: entry[key][:5] for key in LEARNED if key in entry})
    write(folder / "emergencies.yaml", dangers)
    declined = plain((folder / "out_of_scope.yaml").read_text("utf-8"))
    write(folder / "out_of_scope.yaml", {kind: questions[:FEW] for kind, questions in declined.items()})
    thesaurus = plain((folder / "thesaurus.yaml").read_text("utf-8"))
    write(folder / "thesaurus.yaml", dict(list(thesaurus.items())[:CLASSES]))
    golden = folder / "golden.tsv"
    lines = golden.read_text("utf-8").splitlines(keepends=True)
    golden.write_text("".join(line for line in lines if line.split("\t")[0] in ids | {"oos"}), encoding="utf-8")
    return folder


def write(path: Path, value: object) -> None:
    class Dumper(yaml.SafeDumper):
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            return super().increase_indent(flow, False)

    path.write_text(yaml.dump(value, Dumper=Dumper, allow_unicode=True, width=1000, sort_keys=False), encoding="utf-8")


def plant(row: dict[str, Any], folder: Path) -> Path:
    """Make the mistake of `row` in `folder` and return the file that must be named."""
    path: Path = folder / row["file"]
    if target := row.get("copy"):
        shutil.copyfile(path, folder / target)
        path = folder / target
    if target := row.get("rename"):
        path = path.rename(folder / target)
    text = path.read_text("utf-8")
    if "old" in row:
        assert row["old"] in text, row["name"]
        text = text.replace(row["old"], row["new"] * row.get("repeat", 1), 1)
    text += row.get("append", "")
    if "keep" in row:
        content = text.encode()[: int(len(text.encode()) * row["keep"])]
        text = content.decode("utf-8", "ignore")
    if "keep_lines" in row:
        lines = text.splitlines(keepends=True)
        text = "".join(lines[: int(len(lines) * row["keep_lines"])])
    path.write_bytes(text.encode(row.get("encoding", "utf-8")))
    if row.get("delete"):
        path.unlink()
    return folder / row["where"] if "where" in row else path


def line_of(row: dict[str, Any], path: Path) -> int:
    """Return the number of the line that must be named."""
    sought = row.get("line", 1)
    if isinstance(sought, int):
        return sought
    text = path.read_bytes().decode(row.get("encoding", "utf-8"))
    if sought == "last":
        return text.count("\n") + (not text.endswith("\n"))
    return next(number for number, line in enumerate(text.split("\n"), 1) if sought in line)


def said_of(folder: Path, published: Path) -> list[str]:
    """Return the lines that `check` prints of `folder`, nothing if it finds nothing."""
    try:
        load(folder, published=Published(published, folder.parent / "var"))
    except FaqError as error:
        return error.say().splitlines()
    return []


def test_an_answer_copied_and_not_rewritten_is_told_at_its_place(tiny: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "faq"))
    hours, where = (folder / "topics" / "canteen" / f"{name}.yaml" for name in ("hours", "where"))
    answer = re.compile(r"^answer: \|\n(?:  .*\n)+", re.MULTILINE)
    copied = answer.search(hours.read_text("utf-8"))
    assert copied
    where.write_text(answer.sub(copied[0].replace("\\", "\\\\"), where.read_text("utf-8"), count=1), encoding="utf-8")
    place = f"{where}:{where.read_text('utf-8')[: where.read_text('utf-8').index('answer:')].count(chr(10)) + 1}: "
    printed = said_of(folder, tiny)
    assert any(line.startswith(place) and "和 canteen.hours 的一字不差" in line for line in printed), printed


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["name"]))
def test_a_mistake_is_explained_in_the_first_line_with_file_line_cause_and_remedy(
    row: dict[str, Any], tiny: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "faq"))
    path = plant(row, folder)
    printed = said_of(folder, tiny)
    if not row["says"]:
        assert printed == [], "a file that an editor leaves behind is passed over"
        return
    assert printed, "nothing was noticed"
    first = printed[0]
    assert first.startswith(f"{path}:{line_of(row, path)}: "), first
    assert [part for part in row["says"] if part not in first] == [], first
    assert len(printed) - 1 <= row.get("lines", 1), "\n".join(printed)


def test_a_folder_that_is_renamed_is_told_once(tiny: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny, tmp_path / "faq"))
    (folder / "topics" / "canteen").rename(folder / "topics" / "canteens")
    first, *rest = said_of(folder, tiny)
    assert "topics/canteens/activities.yaml:1: 题目 'canteens' 不在 topics.yaml 里（您是不是想写 'canteen'？）" in first
    assert "同样的还有 10 处" in first
    assert len(rest) == 1
