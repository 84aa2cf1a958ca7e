"""Standard input is read a message at a time, however long its lines are."""

from __future__ import annotations

import io
import sys

import pytest

from bot.cli.talk import LONGEST_LINE, messages


@pytest.mark.parametrize("length", [LONGEST_LINE - 1, LONGEST_LINE, LONGEST_LINE + 1, 350_000])
def test_what_is_behind_the_longest_line_is_passed_over(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    given = "低" * length + "\n下一条\n\n最后" + "低" * length
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    read = list(messages(["-"]))
    assert [message and len(message) for message in read] == [
        min(length, LONGEST_LINE),
        3,
        None,
        min(length + 2, LONGEST_LINE),
    ]
    assert read[1] == "下一条"
