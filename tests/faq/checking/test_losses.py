"""Knowledge that has lost much against the version in use is refused until an admin says that it is meant."""

from __future__ import annotations

import logging
import re
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import bot
from bot.delivery.live import Live
from faq.checking.losses import Loss, Published, losses
from faq.load import FaqError, load
from faq.reading.folder import open_folder
from intents.registry.registry import Registry
from tests.bot.delivery.test_live import answer, eventually

APPLY, MATERIALS = "topics/dibao/apply.yaml", "topics/dibao/materials.yaml"


def found(small: Path) -> list[Loss]:
    published = Registry(small / "var").published()
    assert published is not None
    return list(losses(open_folder(small / "faq"), published))


def questions(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines(keepends=True) if line.startswith("  - ")]


def without(path: Path, lines: list[str]) -> None:
    text = path.read_text("utf-8")
    for line in lines:
        text = text.replace(line, "", 1)
    path.write_text(text, encoding="utf-8")


def test_nothing_is_lost_by_edits_moves_and_new_names(small: Path) -> None:
    assert found(small) == []
    apply, materials = small / "faq" / APPLY, small / "faq" / MATERIALS
    moved = questions(apply)[5:40]
    without(apply, moved)
    text = materials.read_text("utf-8")
    materials.write_text(text.replace("questions:\n", "questions:\n" + "".join(moved), 1), encoding="utf-8")
    assert found(small) == [], "lines that stand in another file are not lost"
    materials.rename(materials.with_name("papers.yaml"))
    assert found(small) == [], "a file that is renamed is not lost"


def test_a_tenth_of_the_lines_may_go_and_no_more(small: Path) -> None:
    path = small / "faq" / APPLY
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    few, more = questions(path)[5 : 5 + len(lines) // 10], questions(path)[5 : 6 + len(lines) // 10]
    original = path.read_text("utf-8")
    without(path, few)
    assert found(small) == []
    path.write_text(original, encoding="utf-8")
    without(path, more)
    (loss,) = found(small)
    assert (loss.kind, loss.lost, loss.before) == ("lost_lines", len(more), len(lines))
    assert loss.line == original[: original.index(more[0])].count("\n")


def test_a_release_is_for_one_change_only(small: Path) -> None:
    path = small / "faq" / "out_of_scope.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: len(text) // 2], encoding="utf-8")
    registry = Registry(small / "var")
    (loss,) = found(small)
    assert loss.kind == "cut_off"
    registry.release(loss.digest)
    released = registry.published()
    assert released is not None
    assert released.released == {loss.digest}
    path.write_text(text[: len(text) // 3], encoding="utf-8")
    with pytest.raises(FaqError) as caught:
        load(small / "faq", published=released)
    assert loss.digest not in caught.value.say()


def test_without_a_version_in_use_there_is_nothing_to_lose(small: Path, tmp_path: Path) -> None:
    assert Registry(tmp_path / "none").published() is None
    assert "dibao.apply" in load(small / "faq", published=None).intents


def drop_sources_that_nothing_cites(faq: Path) -> None:
    """Take a fifth of sources.yaml away, of which no answer depends."""
    path = faq / "sources.yaml"
    others = "".join(file.read_text("utf-8") for file in faq.rglob("*.yaml") if file != path)
    entries = re.split(r"^(?=[a-z0-9.-]+:$)", path.read_text("utf-8"), flags=re.MULTILINE)
    idle = [entry for entry in entries[1:] if entry.partition(":")[0] not in others]
    kept = [entry for entry in entries if entry not in idle[: len(entries) // 4]]
    path.write_text("".join(kept), encoding="utf-8")


@pytest.mark.slow
def test_check_refuses_and_accept_releases_for_check_training_and_the_running_bot(
    small: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faq, data = small / "faq", small / "var"
    where = ["--faq", str(faq), "--data", str(data)]
    live, stop = Live(faq, data), threading.Event()
    live.watch(stop)
    try:
        with caplog.at_level(logging.ERROR):
            drop_sources_that_nothing_cites(faq)
            assert eventually(lambda: "sources.yaml:" in caplog.text)
        assert "机器人照旧用原来的知识回答" in caplog.text
        assert "依据：" in answer(live)
        refused = CliRunner().invoke(bot, ["check", *where])
        assert refused.exit_code == 1
        digest = re.search(r"--accept (\w{10})", refused.stdout)
        assert digest, refused.stdout
        with pytest.raises(FaqError, match=digest[1]):
            load(faq, published=Registry(data).published())
        assert CliRunner().invoke(bot, ["check", "--accept", "0000000000", *where]).exit_code == 2
        accepted = CliRunner().invoke(bot, ["check", "--accept", digest[1], *where])
        assert accepted.exit_code == 0, accepted.output
        assert eventually(lambda: live.reloads > 0), "the running bot takes it over without another save"
        assert Registry(data).active() == "v0002"
    finally:
        stop.set()


def test_a_published_version_that_cannot_be_read_is_survived(small: Path) -> None:
    published = Published(small / "nowhere", small / "var")
    assert list(losses(open_folder(small / "faq"), published)) == []
