"""Whatever lies in faq/, reading it ends soon and says which file is at fault; what editors leave there is no fault."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from faq.checking.causes import gather
from faq.load import FaqError, load
from faq.reading.cases import read_golden
from faq.reading.files import signature
from faq.reading.folder import fingerprint, open_folder
from faq.reading.yaml_reader import Mistake, read
from tests.conftest import ROOT

PLACE = "topics/dibao/zz.yaml"
INTENT = "title: 题目\nquestions:\n  - 问法\nchecks:\n  - 又问\nanswer: 答复\n"


def mistakes(folder: Path) -> list[Mistake]:
    """Return what is said of the files as files and as YAML."""
    opened = open_folder(folder)
    return [*opened.mistakes, *(mistake for document in opened.documents() for mistake in document.mistakes)]


def only(folder: Path) -> Mistake:
    (found,) = mistakes(folder)
    return found


BOMBS: dict[str, tuple[str, int, str]] = {
    "brackets": ("a: " + "[" * 100_000 + "]" * 100_000, 1, "too deep"),
    "brackets on lines": ("a:\n" + " [\n" * 100_000 + " ]\n" * 100_000, 22, "too deep"),
    "braces": ("{a: " * 20_000 + "}" * 20_000, 1, "too deep"),
    "open brackets": ("[\n" * 100_000, 21, "too deep"),
    "dashes": ("- " * 40_000 + "a", 1, "too deep"),
    "question marks": ("? " * 40_000 + "a", 1, "too deep"),
    "indents": ("".join(" " * n + "a:\n" for n in range(3_000)), 21, "too deep"),
    "brackets in lists": ("a:\n  - - [[{b: [" + "{c: [" * 900, 1, "too deep"),
    "keys in brackets": ("[[[[[{a: " * 900, 1, "too deep"),
    "laughs": ("a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(50)), 1, "an alias"),
    "itself": ("a: &a [*a]\n", 1, "an alias"),
    "merge": ("a: {b: c}\n<<: {d: e}\n", 2, "a merge"),
    "merge of an alias": ("a: &a {b: c}\nd:\n  <<: *a\n", 1, "an alias"),
    "long line": ("a: " + "长" * 10_000_0 + "\n", 1, "characters, more than"),
    "long text": ("a: |\n" + "  长长长长长长长长长长长长\n" * 3_000, 1, "characters, more than"),
    "numbers": ("questions:\n" + "  - 1\n" * 200_000, 100_000, "values"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_at_once_at_its_line(bomb: str) -> None:
    content, line, message = BOMBS[bomb]
    began = time.process_time()
    document = read(Path("zz.yaml"), content.encode())
    assert time.process_time() - began < 3
    assert document.value is None
    first = document.mistakes[0]
    assert any(part in first.text for part in message.split("|")), first
    assert abs(first.line - line) <= 3


@pytest.mark.slow
def test_the_program_outlives_brackets_that_overflow_the_stack(folder: Path) -> None:
    (folder / PLACE).write_text("a:\n" + " [\n" * 100_000 + "]" * 9_000, encoding="utf-8")
    command = [sys.executable, str(ROOT / "run_bot.py"), "check", "--lang", "en"]
    command += ["--faq", str(folder), "--data", str(folder.parent / "var")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert f"{folder / PLACE}:21: brackets or indents stand too deep" in done.stdout


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # the name of a socket may be no longer than 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(before)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2_000_000_000)  # takes no room


STRANGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (pipe, "is a named pipe, not a file"),
    "socket": (listening, "is a socket, not a file"),
    "folder": (Path.mkdir, "is a folder, not a file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "leads out of the folder, to /dev/zero"),
    "terminal": (lambda path: path.symlink_to("/dev/stdin"), "leads out of the folder|cannot be reached"),
    "outside": (lambda path: path.symlink_to(ROOT / "README.md"), "leads out of the folder"),
    "outside by ..": (lambda path: path.symlink_to("../../../../../etc/hostname"), "leads out of|cannot be reached"),
    "nowhere": (lambda path: path.symlink_to("nowhere.yaml"), "a link to nowhere.yaml, which cannot be reached"),
    "itself": (lambda path: path.symlink_to(path), "which cannot be reached"),
    "huge": (huge, "it has more than 2 MB"),
    "many questions": (lambda path: path.write_text(INTENT + "  - 问\n" * 40_000), "more than"),
    "many alternatives": (
        lambda path: path.write_text("questions:\n" + "  - (一|二|三|四|五)(六|七|八|九)(天|地|人)\n" * 900),
        "more than 5000 questions",
    ),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_what_is_no_plain_file_is_named_and_never_waited_for(folder: Path, kind: str) -> None:
    make, message = STRANGE[kind]
    before = fingerprint(folder)
    make(folder / PLACE)
    began = time.monotonic()
    found = next(mistake for mistake in mistakes(folder) if mistake.file == folder / PLACE)
    assert any(part in found.text for part in message.split("|")), found
    assert "; " in found.text, "a remedy"
    assert time.monotonic() - began < 20
    if kind not in ("huge", "many questions", "many alternatives"):
        assert fingerprint(folder) == before


def test_a_link_to_a_folder_outside_or_to_the_folder_itself_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "topics" / "root").symlink_to("/")
    (folder / "topics" / "again").symlink_to("..")
    found = {mistake.file.name: mistake.text for mistake in mistakes(folder)}
    assert "leads out of the folder" in found["root"]
    assert "leads back to a folder above" in found["again"]
    assert len(found) == 2


def test_thousands_of_files_and_folders_are_one_mistake(tmp_path: Path) -> None:
    for number in range(3_000):
        (tmp_path / f"x{number}.txt").touch()
    found = [mistake for mistake in mistakes(tmp_path) if "holds more than" in mistake.text]
    assert [mistake.file for mistake in found] == [tmp_path]
    deep = tmp_path / "a"
    for _ in range(60):
        deep = deep / "b"
    deep.mkdir(parents=True)
    (deep / "x.yaml").touch()
    assert any("too deep" in mistake.text for mistake in mistakes(tmp_path))


@pytest.mark.slow
def test_a_mounted_config_map_is_read_and_its_swap_seen(folder: Path, tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    first, second = mount / "..2026_11_29_1", mount / "..2026_11_30_2"
    folder.rename(tmp_path / "plain")
    for version in (first, second):
        version.parent.mkdir(exist_ok=True)
        subprocess.run(["cp", "-a", tmp_path / "plain", version], check=True)
    (mount / "..data").symlink_to(first.name)
    for name in os.listdir(first):  # noqa: PTH208 - names are wanted
        if not name.startswith("."):
            (mount / name).symlink_to(f"..data/{name}")
    assert mistakes(mount) == []
    assert load(mount).fingerprint == fingerprint(tmp_path / "plain")
    before = signature(mount)
    assert signature(mount) == before
    (mount / "..data_tmp").symlink_to(second.name)
    (mount / "..data_tmp").rename(mount / "..data")
    assert signature(mount) != before
    assert mistakes(mount) == []


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert [mistake.text for mistake in mistakes(tmp_path / "none")] == [
        "there is no such folder; give the folder of the knowledge base"
    ]
    (tmp_path / "file").touch()
    assert only(tmp_path / "file").text.startswith("is no folder")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take rights away from itself for a while")
def test_a_file_and_a_folder_without_the_right_to_read_are_named(folder: Path) -> None:
    assert mistakes(folder) == []
    for above in (folder, *folder.parents[:-2]):
        above.chmod(0o755)
    (folder / "offices.yaml").chmod(0)
    (folder / "topics" / "dibao").chmod(0)
    os.seteuid(65534)
    try:
        found = {mistake.file.name: mistake.text for mistake in mistakes(folder)}
        with pytest.raises(FaqError) as raised:
            load(folder)
    finally:
        os.seteuid(0)
    assert len(raised.value.mistakes) > 2
    told = [cause.first.file.name for cause in gather(raised.value.mistakes)]
    assert told == ["offices.yaml", "dibao"], "what follows from that is not told"
    assert found["offices.yaml"] == found["dibao"] == "cannot be read: Permission denied; check its permissions"
    folder.chmod(0)
    os.seteuid(65534)
    try:
        assert only(folder).text == "cannot be read: Permission denied; check its permissions"
        assert read_golden(open_folder(folder)) == ([], [])
    finally:
        os.seteuid(0)


BREAKS = {
    "\u2028": "line separator, U+2028",
    "\u2029": "paragraph separator, U+2029",
    "\x85": "NEL, U+0085",
    "\r": "a carriage return alone (CR)",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
    "\x1c": "U+001C",
    "\x9f": "U+009F",
    "\ufeff": "byte order mark",
    "\x00": "U+0000",
}


@pytest.mark.parametrize("mark", BREAKS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_strange_line_break_is_named_at_its_line(mark: str, end: str) -> None:
    for text in (f"a: b\nc: 社区{mark}食堂\nd: e\n", f"a: b\nc: 社区{mark} \nd: e\n", f'a: b\nc: "{mark}"\n  x\n'):
        document = read(Path("a.yaml"), text.replace("\n", end).encode())
        assert [mistake.line for mistake in document.mistakes] == [2], text
        assert BREAKS[mark] in document.mistakes[0].text


def test_a_file_of_old_mac_line_breaks_is_one_mistake() -> None:
    document = read(Path("a.yaml"), INTENT.replace("\n", "\r").encode())
    (found,) = document.mistakes
    assert (found.line, "save the file with line breaks LF" in found.text) == (1, True)


def test_a_break_written_as_an_escape_is_named() -> None:
    for escape in (r"\L", r"\P", r"\N", r"\0", r"\u2028", r"\x85", r"\r"):
        (found,) = read(Path("a.yaml"), f'a: b\nc: "社区{escape}食堂"\n'.encode()).mistakes
        assert (found.line, "escape" in found.text) == (2, True)


@pytest.mark.parametrize("mark", BREAKS)
def test_golden_questions_keep_their_lines(folder: Path, mark: str) -> None:
    golden = folder / "golden.tsv"
    golden.write_bytes(f"# 题\noos\t今天{mark}天气\ndibao.aply\t低保\n".encode())
    _, found = read_golden(open_folder(folder))
    assert [mistake.line for mistake in found] == [2]
    assert BREAKS[mark] in found[0].text


@pytest.mark.parametrize(
    ("content", "tag"),
    [
        ("a: !!binary aGVsbG8=", "!!binary"),
        ("a: !!set {x, y}", "!!set"),
        ("a: !!timestamp 2027-03-31", "!!timestamp"),
        ("a: !!str 12", "!!str"),
        ("a: !!omap [x: y]", "!!omap"),
        ("a: !!python/object/apply:os.system [ls]", "!!python/object/apply:os.system"),
        ("a: !foo bar", "!foo"),
        ("a: ! bar", "!"),
        ("a: !重要 通知", "!"),
        ("!!map {a: b}", "!!map"),
        ("!x a: b", "!x"),
        ("a:\n  - b\n  - !!null c", "!!null"),
    ],
)
def test_a_tag_is_named_as_what_it_is(content: str, tag: str) -> None:
    document = read(Path("a.yaml"), content.encode())
    (found,) = document.mistakes
    assert found.line == content.count("\n") + 1
    assert f"a tag ({tag}" in found.text or "not valid YAML" in found.text
    assert document.value is None


LEFT_BY_EDITORS = (
    ".#hours.yaml",
    "._hours.yaml",
    "~$hours.yaml",
    "#hours.yaml#",
    "hours.yaml~",
    ".hours.yaml.swp",
    ".hours.yaml",
    ".DS_Store",
    "Thumbs.db",
    "thumbs.db",
    "desktop.ini",
    ".~lock.hours.yaml#",
    "hours.yaml.~1~",
    "hours.yaml___jb_tmp___",
    "hours.yaml.4711.new",
    "README.md",
    "~WRL0001.tmp",
)
FOLDERS_LEFT = (".ipynb_checkpoints", "__MACOSX", ".git", "@eaDir", "lost+found", "__pycache__")


def test_what_editors_and_systems_leave_is_passed_over(folder: Path) -> None:
    before, seen = fingerprint(folder), signature(folder)
    for place in (folder, folder / "topics", folder / "topics" / "canteen"):
        for name in LEFT_BY_EDITORS:
            (place / name).write_bytes(b"\x00\x05: [")
        for name in FOLDERS_LEFT:
            (place / name).mkdir()
            (place / name / "hours-checkpoint.yaml").write_text("a: [", encoding="utf-8")
        (place / ".#lock.yaml").symlink_to("nobody@host.1:2")
    assert mistakes(folder) == []
    assert fingerprint(folder) == before
    assert signature(folder) == seen


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("parking.yaml.txt", "rename it to parking.yaml"),
        ("parking.YAML", "rename it to parking.yaml"),
        ("parking.Yml", "rename it to parking.yaml"),
        ("parking.yml", "rename it to parking.yaml"),
        ("parking.yaml.bak", "rename it to parking.yaml"),
        ("parking.yaml ", "rename it to parking.yaml"),
        ("hours.yaml.bak", "hours.yaml stands beside it; delete it"),
        ("hours.yaml.txt", "hours.yaml stands beside it; delete it"),
        ("hours.YAML", "id 'canteen.hours' is already given by hours.yaml"),
        ("hours.yml", "id 'canteen.hours' is already given by hours.yaml"),
        ("hours (1).yaml", "is a copy of hours.yaml by its name"),
        ("hours - 副本.yaml", "is a copy of hours.yaml by its name"),
        ("副本hours.yaml", "is a copy of hours.yaml by its name"),
        ("Copy of hours.yaml", "is a copy of hours.yaml by its name"),
        ("停车.yaml", "cannot be an id"),
        ("Parking.yaml", "cannot be an id"),
        ("parking", "is not read"),
        ("parking.txt", "is not read"),
        ("停车.docx", "is not read"),
        ("hours.xlsx", "is not read"),
        ("golden.tsv", "is not read"),
    ],
)
def test_no_file_is_dropped_in_silence(folder: Path, name: str, message: str) -> None:
    path = folder / "topics" / "canteen" / name
    path.write_text("title: x\n", encoding="utf-8")
    found = only(folder)
    assert found.file == path
    assert message in found.text


@pytest.mark.parametrize("place", ["parking.yaml", "topics/parking.yaml", "topics/a/b/parking.yaml", "canteen/a.yaml"])
def test_a_file_in_the_wrong_place_is_named(folder: Path, place: str) -> None:
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text("title: x\n", encoding="utf-8")
    found = only(folder)
    assert (found.file, found.text[:23]) == (folder / place, "no place for this file;")


def test_a_shared_file_of_another_name_is_said_once(folder: Path) -> None:
    (folder / "offices.yaml").rename(folder / "offices.YAML")
    found = {mistake.file.name: mistake.text for mistake in mistakes(folder)}
    assert "rename it to offices.yaml" in found["offices.YAML"]


def test_a_name_of_no_text_is_survived(folder: Path) -> None:
    path = os.fsencode(folder / "topics" / "canteen") + b"/\xff\xfe.yaml"
    with open(path, "wb") as file:  # noqa: PTH123 - bytes are meant
        file.write(b"a: b")
    assert "cannot be an id" in only(folder).text
    assert fingerprint(folder)
