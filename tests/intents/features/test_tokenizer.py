"""The tokenizer cuts as jieba does, in less time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jieba
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faq.knowledge.text import bare
from faq.knowledge.types import Faq
from intents.features.tokenizer import tokenizer
from intents.training.examples import examples

Cut = Callable[[str], tuple[str, ...]]


@pytest.fixture(scope="module")
def cutters(faq: Faq, data: Path) -> tuple[Cut, Cut]:
    """Our tokenizer and jieba itself, with the same dictionary and words of the knowledge base."""
    special = [*faq.lexicon, *(variant for variants in faq.lexicon.values() for variant in variants)]
    ours = tokenizer(data / "cache", special)
    (dictionary,) = (data / "cache").glob("*.txt")
    theirs = jieba.Tokenizer(str(dictionary))
    theirs.tmp_dir = str(data)
    for word in special:
        if len(word) > 1:
            theirs.add_word(word)
    return ours, lambda text: tuple(theirs.cut(text, HMM=False))


def test_every_question_is_cut_as_jieba_cuts_it(faq: Faq, cutters: tuple[Cut, Cut]) -> None:
    ours, theirs = cutters
    texts = ["".join(c for c in bare(question) if "\u4e00" <= c <= "\u9fd5") for question in examples(faq).questions]
    assert [text for text in texts if ours(text) != theirs(text)] == []


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5), max_size=12))
def test_any_characters_are_cut_as_jieba_cuts_them(cutters: tuple[Cut, Cut], text: str) -> None:
    ours, theirs = cutters
    assert ours(text) == theirs(text)


@pytest.mark.slow
def test_what_was_made_once_is_read_without_jieba_and_made_again_when_it_is_broken(tmp_path: Path) -> None:
    words = ["低保边缘户", "救急难"]
    text = "低保边缘户救急难怎么申请"
    first = tokenizer(tmp_path, words)(text)
    assert {"低保边缘户", "救急难"} <= set(first)
    (file,) = tmp_path.glob("words-*.trie")
    for other in tmp_path.glob("jieba-*"):
        other.unlink()
    assert tokenizer(tmp_path, words)(text) == first
    assert not list(tmp_path.glob("jieba-*")), "it was read"
    whole = file.read_bytes()
    for broken in (b"", whole[:-9], whole[:100] + b"x" + whole[101:]):
        file.write_bytes(broken)
        assert tokenizer(tmp_path, words)(text) == first
        assert file.read_bytes() == whole


@pytest.mark.slow
def test_the_list_that_serves_is_kept_however_many_others_are_tried(tmp_path: Path) -> None:
    serving = ["低保边缘户"]
    tokenizer(tmp_path, serving)("低保")
    (file,) = tmp_path.glob("words-*.trie")
    os.utime(file, (1, 1))
    made = file.stat().st_ino
    for number in range(6):
        tokenizer(tmp_path, [f"词{number}"])("低保")
        tokenizer(tmp_path, serving)("低保")
    assert file.stat().st_ino == made, "it was not made anew"


@pytest.mark.slow
def test_other_words_are_cut_otherwise_and_few_lists_are_kept(tmp_path: Path) -> None:
    for number in range(7):
        assert "低保边缘户" not in tokenizer(tmp_path, [f"词{number}"])("低保边缘户")
    assert "低保边缘户" in tokenizer(tmp_path, ["低保边缘户"])("低保边缘户")
    assert len(list(tmp_path.glob("words-*.trie"))) <= 4


@pytest.mark.slow
def test_jieba_is_imported_without_a_warning_wherever_its_modules_are_compiled_first(tmp_path: Path) -> None:
    """From Python 3.12 on, a terminal shows what Python says of the escapes in jieba's patterns."""
    program = "import sys; from pathlib import Path; from intents.features.tokenizer import tokenizer as made;" + (
        "import marisa_trie, warnings; warnings.simplefilter('error'); made(Path(sys.argv[1]), ['低保'])"
    )
    command = [sys.executable, "-X", f"pycache_prefix={tmp_path / 'compiled'}", "-c", program, str(tmp_path / "words")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
