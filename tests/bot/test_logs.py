"""Log lines for programs: one JSON object each, with no more in it than the message that was chosen for the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import start_logging
from bot.simulator.simulator import Simulator
from tests.running import running, until

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Put back the handlers of the tests' own log."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_each_line_is_an_object_whatever_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(secrets={"hunter2-long"}, worded=lambda line: line.replace("see X", "see Y"), form="json")
    log = logging.getLogger("bot.somewhere")
    log.info('two\nlines and "quotes"; see %s', "X")
    log.warning("cannot reach postgresql://u:firstpart@h/d with hunter2-long")
    first, second = lines(capsys)
    assert set(first) == {"time", "level", "logger", "message"}
    assert (first["level"], first["logger"]) == ("INFO", "bot.somewhere")
    assert first["message"] == 'two\nlines and "quotes"; see Y'
    assert "firstpart" not in second["message"]
    assert "hunter2" not in second["message"]


def test_a_trace_is_a_field_without_secrets_and_extra_fields_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging(form="json")
    try:
        raise LookupError(f"asked {TOKEN}")
    except LookupError:
        logging.getLogger("x").exception("an update failed", extra={"text": "我没钱看病"})
    (line,) = lines(capsys)
    assert line["message"] == "an update failed"
    assert "LookupError" in line["trace"]
    assert TOKEN.partition(":")[2] not in line["trace"]
    assert set(line) == {"time", "level", "logger", "message", "trace"}


async def test_the_bot_logs_objects_alone_and_no_words_of_residents_even_when_all_goes_wrong(
    api: Simulator, own: Path
) -> None:
    secret = "我叫王桂兰，低保停了，电话13839201122"
    api.switch(refused={"next": 3, "method": "sendMessage"})
    api.says(secret)
    async with running(api, own, ready='"message": "serving"}', LOG_FORMAT="json") as bot:
        await until(lambda: "run_bot.py letters" in bot.log)
    told = [json.loads(line) for line in bot.log.splitlines()]
    assert {line["level"] for line in told} >= {"INFO", "ERROR"}
    assert not [line for line in told for word in ("王桂兰", "低保", "13839201122") if word in str(line)]
