"""Personal data stand nowhere in the knowledge, near-duplicates mean one thing, and new signs are counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from faq.checking.losses import Published
from faq.checking.sweep import new_hits
from faq.load import FaqError, load
from faq.reading.folder import open_folder
from tests.conftest import FAQ

MOBILE = "13803925678"


def refused(folder: Path) -> str:
    with pytest.raises(FaqError) as error:
        load(folder)
    return error.value.say("en")


@pytest.mark.parametrize(
    ("file", "before"),
    [
        ("phrases.yaml", "fallback: |\n  "),
        ("emergencies.yaml", "reply: |\n    "),
        ("glossary.yaml", "  means: "),
        ("topics/dibao/apply.yaml", "answer: |\n  "),
        ("topics/dibao/apply.yaml", "questions:\n  - "),
        ("out_of_scope.yaml", "  - "),
    ],
)
def test_a_mobile_number_is_found_in_every_file_and_not_repeated(folder: Path, file: str, before: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, f"{before}找王姐{MOBILE}，", 1), encoding="utf-8")
    said = refused(folder)
    assert f"{path}:" in said
    assert MOBILE not in said


def test_a_mobile_number_is_found_in_a_conversation_too(folder: Path) -> None:
    path = shutil.copytree(FAQ / "conversations", folder / "conversations") / "strange.yaml"
    path.write_text(path.read_text("utf-8").replace("resident: ", f"resident: 我电话{MOBILE}，", 1), encoding="utf-8")
    said = refused(folder)
    assert f"{path}:" in said
    assert MOBILE not in said


def test_a_question_nearly_the_same_as_one_of_another_intent_is_named_with_both_lines(folder: Path) -> None:
    asked = "我家母羊下了两只小羊羔想给它们上个户口本要到哪里去办理"
    for name, question in (("apply", asked), ("materials", f"{asked}呀")):
        path = folder / "topics" / "dibao" / f"{name}.yaml"
        text = path.read_text("utf-8")
        path.write_text(text.replace("questions:\n", f"questions:\n  - {question}\n", 1), encoding="utf-8")
    said = refused(folder)
    assert "materials.yaml:3" in said
    assert "apply.yaml:3" in said


def test_a_new_sign_of_danger_says_how_many_questions_it_would_hit(folder: Path) -> None:
    published = Path(shutil.copytree(folder, folder.parent / "published"))
    path = folder / "emergencies.yaml"
    path.write_text(path.read_text("utf-8").replace("signs:\n", "signs:\n    - 户口本\n", 1), encoding="utf-8")
    ((file, line, sentence),) = new_hits(open_folder(folder), published)
    assert file == path
    assert path.read_text("utf-8").splitlines()[line - 1].strip() == "- 户口本"
    assert "户口本" in sentence.say()
    assert int("".join(filter(str.isdigit, sentence.say("en")))) > 0


def test_a_question_that_was_never_filled_in_is_named(folder: Path) -> None:
    path = folder / "topics" / "dibao" / "apply.yaml"
    path.write_text(path.read_text("utf-8").replace("questions:\n", "questions:\n  - 待补充\n", 1), encoding="utf-8")
    assert f"{path}:3: " in refused(folder)


@pytest.mark.slow
def test_a_token_is_told_as_a_token_and_lost_sources_as_what_they_are(folder: Path) -> None:
    path, token = folder / "topics" / "dibao" / "apply.yaml", "123456789:AAabXXYZ019__abcabcXYZ019_abcXYZ01"
    text = path.read_text("utf-8")
    path.write_text(text.replace("answer: |\n", f"answer: |\n  {token}\n", 1), encoding="utf-8")
    said = refused(folder)
    assert "token" in said
    assert "filled in" not in said
    assert token not in said
    path.write_text(text, encoding="utf-8")
    sources = folder / "sources.yaml"
    whole = sources.read_text("utf-8")
    published = Published(Path(shutil.copytree(folder, folder.parent / "published")), folder.parent / "var")
    sources.write_text(whole[: whole.index("\nhenan-2022-4:")] + "\n", encoding="utf-8")
    with pytest.raises(FaqError) as error:
        load(folder, published=published)
    assert error.value.say("en").startswith(f"{sources}:")
