"""Golden questions are read with the place of every mistake, and travel outside the fingerprint."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq.knowledge.case import asked_in_lessons
from faq.knowledge.types import Faq
from faq.load import FaqError, load
from faq.reading.files import GOLDEN
from faq.reading.folder import LESSONS, fingerprint, open_folder
from faq.reading.origins import trained_on

BROKEN = """\
# a comment

dibao.aply\t低保该去哪里申请呀
dibao.apply 没有制表符
dibao.apply\t
dibao.apply|dibao.materials\t申请低保去哪里，带什么
oos\t明天会不会下雪
dibao.apply\t低保怎么申请
oos\t明天，会不会下雪？
"""


def test_every_mistake_of_the_golden_questions_is_named_with_file_and_line(small_folder: Path) -> None:
    golden = small_folder / GOLDEN
    golden.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(FaqError) as caught:
        load(small_folder)
    found = {mistake.line: mistake.text for mistake in caught.value.mistakes if mistake.file == golden}
    assert set(found) == {3, 4, 5, 8, 9}
    assert found[3] == "'dibao.aply' is not an intent or oos; did you mean 'dibao.apply'?"
    assert found[4].endswith("write expected<TAB>question")
    assert "is also trained on (apply.yaml:" in found[8]
    assert f"stands already at {golden}:7" in found[9]


def test_a_golden_question_of_a_removed_intent_is_a_mistake(small_folder: Path) -> None:
    (small_folder / "topics" / "dibao" / "timeline.yaml").unlink()
    with pytest.raises(FaqError, match=r"golden\.tsv:\d+: 'dibao\.timeline' is not an intent or oos"):
        load(small_folder)


def test_golden_questions_that_are_not_utf_8_are_a_mistake(small_folder: Path) -> None:
    (small_folder / GOLDEN).write_bytes("oos\t下雨".encode("gbk"))
    with pytest.raises(FaqError, match=r"golden\.tsv:1: cannot be read as UTF-8 text"):
        load(small_folder)


def test_a_folder_without_golden_questions_is_valid_and_they_are_no_part_of_the_fingerprint(small_folder: Path) -> None:
    with_golden = load(small_folder)
    assert with_golden.golden
    (small_folder / GOLDEN).unlink()
    without = load(small_folder)
    assert without.golden == ()
    assert without.fingerprint == with_golden.fingerprint == fingerprint(small_folder)


@pytest.mark.slow
def test_every_question_is_traced_to_the_line_it_is_written_on(faq: Faq) -> None:
    of_lessons = [o for o in faq.trained_on() if o.file.parent.name == LESSONS]
    trained, checked = [o for o in faq.trained_on() if o.file.parent.name != LESSONS], list(faq.checks())
    assert len(of_lessons) == len(list(asked_in_lessons(faq))) > 0
    assert all(o.question in o.file.read_text(encoding="utf-8").split("\n")[o.line - 1] for o in of_lessons[::100])
    assert {str(o) for o in trained} == {str(o) for o in trained_on(open_folder(faq.folder))}
    assert len(trained) == sum(len(w) for i in faq.intents.values() for w in i.wordings()) + sum(
        map(len, faq.out_of_scope.values())
    )
    assert len(checked) == sum(len(i.checks) for i in faq.intents.values() if i.after is None)
    for question, where in [
        *((o.question, str(o)) for o in trained[::97]),
        *((c.question, c.where) for c in checked[::29]),
    ]:
        file, _, number = where.rpartition(":")
        line = Path(file).read_text("utf-8").splitlines()[int(number) - 1]
        assert question[:2] in line or "(" in line
