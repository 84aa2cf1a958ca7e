"""The running bot notices whatever is done to the folder of its knowledge, and outlives all of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.delivery.live import Live
from tests.bot.delivery.test_live import answer, eventually

pytestmark = pytest.mark.slow

Noticed = Callable[[str], bool]


@pytest.fixture
def live(small: Path) -> Iterator[Live]:
    serving = Live(small / "faq", small / "var")
    stop = threading.Event()
    serving.watch(stop)
    yield serving
    stop.set()


@pytest.fixture
def noticed(live: Live, caplog: pytest.LogCaptureFixture) -> Noticed:
    """Tell whether the log says of new knowledge that it is not taken over, with the words given, and forget it."""

    def wait(words: str) -> bool:
        said = eventually(lambda: words in caplog.text)
        assert "依据：" in answer(live), "the old knowledge answers"
        caplog.clear()
        return said

    return wait


def undone(live: Live, undo: Callable[[], object]) -> bool:
    """Undo what was done, and tell whether the bot takes the old folder over again."""
    before = live.reloads
    undo()
    return eventually(lambda: live.reloads > before)


def test_folders_moved_out_in_or_renamed_are_noticed(small: Path, live: Live, noticed: Noticed) -> None:
    topics, away = small / "faq" / "topics", small / "away"
    (topics / "dibao").rename(away)
    assert noticed("现在没有了")
    assert undone(live, lambda: away.rename(topics / "dibao"))
    (topics / "dibao").rename(topics / "dibao2")
    assert noticed("题目 'dibao2' 不在 topics.yaml 里")
    assert undone(live, lambda: (topics / "dibao2").rename(topics / "dibao"))
    (small / "new").mkdir()
    shutil.copy(topics / "dibao" / "apply.yaml", small / "new" / "apply.yaml")
    (small / "new").rename(topics / "new")
    assert noticed("题目 'new' 不在 topics.yaml 里")
    assert undone(live, lambda: shutil.rmtree(topics / "new"))


def test_files_put_in_place_of_others_with_their_time_and_size_are_noticed(
    small: Path, live: Live, noticed: Noticed
) -> None:
    path, other = small / "faq" / "offices.yaml", small / "other"
    status = path.stat()
    shutil.copy2(path, small / "kept")
    other.write_bytes(b"[" + path.read_bytes()[1:])
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.rename(path)
    assert noticed("offices.yaml:")
    assert undone(live, lambda: (small / "kept").rename(path))


def test_a_mounted_config_map_is_followed_from_version_to_version(
    small: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mount = small / "mount"
    mount.mkdir()
    for version in ("..1", "..2"):
        subprocess.run(["cp", "-a", small / "faq", mount / version], check=True)
    (mount / "..2" / "offices.yaml").write_text("x: [", encoding="utf-8")
    (mount / "..data").symlink_to("..1")
    for path in (mount / "..1").iterdir():
        (mount / path.name).symlink_to(f"..data/{path.name}")
    live, stop = Live(mount, small / "var"), threading.Event()
    live.watch(stop)
    try:
        for version in ("..2", "..1"):
            (mount / "..new").symlink_to(version)
            (mount / "..new").rename(mount / "..data")
            assert eventually(lambda: "offices.yaml:1: " in caplog.text), "the second version is wrong"
            assert "依据：" in answer(live)
        assert eventually(lambda: live.reloads == 1), "the first is right again"
    finally:
        stop.set()


def test_a_link_to_the_whole_folder_that_is_swapped_is_followed(small: Path, caplog: pytest.LogCaptureFixture) -> None:
    for version in ("1", "2"):
        subprocess.run(["cp", "-a", small / "faq", small / version], check=True)
    (small / "2" / "topics.yaml").unlink()
    (small / "link").symlink_to("1")
    live, stop = Live(small / "link", small / "var"), threading.Event()
    live.watch(stop)
    try:
        (small / "new").symlink_to("2")
        (small / "new").rename(small / "link")
        assert eventually(lambda: "topics.yaml:1: 少了这个必须有的文件" in caplog.text)
    finally:
        stop.set()


def test_nothing_that_is_put_into_the_folder_hurts_the_running_bot(small: Path, live: Live, noticed: Noticed) -> None:
    place = small / "faq" / "topics" / "dibao"
    (place / "deep.yaml").write_text("a:\n" + " [\n" * 100_000, encoding="utf-8")
    os.mkfifo(place / "pipe.yaml")
    (place / "zero.yaml").symlink_to("/dev/zero")
    (place / "folder.yaml").mkdir()
    (place / "root").symlink_to("/")
    (place / "line.yaml").write_text("a: " + "b" * 1_900_000, encoding="utf-8")
    (place / "many.yaml").write_text("questions:\n" + "  - (一|二|三)(四|五|六)\n" * 70_000, encoding="utf-8")
    assert noticed("many.yaml")
    for name in ("deep.yaml", "pipe.yaml", "zero.yaml", "line.yaml", "many.yaml"):
        (place / name).unlink()
    (place / "folder.yaml").rmdir()
    assert undone(live, (place / "root").unlink)


def test_what_an_editor_writes_beside_a_file_disturbs_nobody(small: Path, live: Live, noticed: Noticed) -> None:
    place = small / "faq" / "topics" / "dibao"
    (place / ".#apply.yaml").symlink_to("nobody@host.1:2")
    (place / "apply.yaml~").write_text("a: [", encoding="utf-8")
    (place / ".apply.yaml.swp").write_bytes(b"\0")
    (place / "apply.yaml.txt").write_text("a: b", encoding="utf-8")
    assert noticed("apply.yaml.txt:1: 机器人不读这个文件")
    assert live.refused == 1, "only for what looks like knowledge and is not read"
