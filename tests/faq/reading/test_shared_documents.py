"""Files of the same bytes are read once for all folders that hold them; nothing but what they say is carried over."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from faq.figures.verify import facts_of, verify
from faq.load import FaqError, load
from faq.reading.folder import open_folder

APPLY = "topics/dibao/apply.yaml"


@pytest.fixture
def folders(small_folder: Path, small_untouched: Path) -> tuple[Path, Path]:
    """A folder, and one with the same files elsewhere, which a test may change."""
    return small_untouched / "faq", small_folder


def test_a_copy_of_a_folder_that_is_held_is_not_read_again_and_names_its_own_files(folders: tuple[Path, Path]) -> None:
    held, copy = (open_folder(path) for path in folders)
    assert all(one.value is other.value for one, other in zip(held.documents(), copy.documents(), strict=True))
    assert [document.path for document in copy.documents()] == [
        folders[1] / document.path.relative_to(folders[0]) for document in held.documents()
    ]
    known = open_folder(folders[1], lambda _: True)
    assert known.shared["cues"].value is held.shared["cues"].value, "what was looked through is known to be right too"


def test_what_an_edit_left_as_it_was_is_not_read_again_by_any_folder(folders: tuple[Path, Path]) -> None:
    path, cues = folders[1] / APPLY, folders[1] / "cues.yaml"
    cues.write_text(cues.read_text("utf-8") + "# as nowhere else\n", encoding="utf-8")
    held = open_folder(folders[1])
    path.write_text(path.read_text("utf-8") + "# edited\n", encoding="utf-8")
    held = open_folder(folders[1], before=held)
    gc.collect()  # the folder before, which has read them, is gone
    again = open_folder(folders[1])
    assert again.shared["cues"].value is held.shared["cues"].value


def test_what_was_only_known_to_be_right_is_looked_through_when_it_is_not_known(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lexicon.yaml").write_text("a: &b [x]\nc: *b\n", encoding="utf-8")
    trusted = open_folder(tmp_path / "one", lambda _: True)
    assert not trusted.shared["lexicon"].mistakes
    (mistake, *_) = open_folder(tmp_path / "other").shared["lexicon"].mistakes
    assert (mistake.file, mistake.line) == (tmp_path / "other" / "lexicon.yaml", 1)


@pytest.mark.slow
def test_a_mistake_is_said_in_each_folder_that_has_it_and_in_no_other(folders: tuple[Path, Path]) -> None:
    held, copy = open_folder(folders[0]), folders[1]
    path = copy / APPLY
    good = path.read_text("utf-8")
    path.write_text(good.replace("office:", "ofice:"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(FaqError, match=r"unknown key 'ofice'") as caught:
            load(copy)
        assert {mistake.file for mistake in caught.value.mistakes} == {path}
    path.write_text(good, encoding="utf-8")
    assert load(copy).intents.keys() == load(folders[0]).intents.keys()
    assert not [mistake for document in held.documents() for mistake in document.mistakes]


def test_facts_are_read_once_as_long_as_the_sources_stay(folders: tuple[Path, Path]) -> None:
    held, copy = (open_folder(path) for path in folders)
    assert facts_of(copy) is facts_of(held) is not None
    path = folders[1] / APPLY
    path.write_text(path.read_text("utf-8").replace("answer: |\n", "answer: |\n  每月发 7777 元。\n"), encoding="utf-8")
    (mistake,) = verify(open_folder(folders[1]))
    assert mistake.file == path
    assert not list(verify(held))
    sources = folders[1] / "sources.yaml"
    sources.write_text(sources.read_text("utf-8") + "# read again\n", encoding="utf-8")
    assert facts_of(open_folder(folders[1])) is not facts_of(held)
