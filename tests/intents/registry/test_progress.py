"""Whoever waits for a training hears of it again and again, and a training does not depend on who hears."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from intents.registry import progress
from intents.registry.progress import Progress


def test_a_long_step_is_told_of_while_it_lasts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.01)
    told = ""
    with Progress(7) as training:
        assert capsys.readouterr().err.startswith("training"), "it is said at once what is done"
        training.step("features")
        end = time.monotonic() + 30
        while told.count("training: 1 of 7 steps, ") < 2:
            told += capsys.readouterr().err
            assert time.monotonic() < end, "a step of this length would be silent"
    assert "training: done after " in capsys.readouterr().err


def test_a_failed_training_is_not_called_done(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), Progress(7):
        raise ZeroDivisionError
    assert "done" not in capsys.readouterr().err


def test_a_quiet_training_says_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.001)
    with Progress(1, quiet=True):
        time.sleep(0.05)
    assert capsys.readouterr().err == ""


def test_a_training_goes_on_where_nobody_can_hear_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "closed").open("w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
    with Progress(1) as training:
        training.step()
