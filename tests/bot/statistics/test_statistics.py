"""Figures are counts, none below five is shown or can be told from sums, and the picture shows Chinese characters."""

from __future__ import annotations

import asyncio
import datetime as dt
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.telegram.admin.figures import Statistics
from bot.channels.telegram.admin.roles import Roles
from bot.channels.telegram.answer import Post
from bot.channels.telegram.api import Api
from bot.channels.telegram.desk.bulletins import Bulletins
from bot.channels.telegram.intake.addressing import Me
from bot.channels.telegram.intake.incoming import read
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.sending import Sender
from bot.dialogue.reply import Decision
from bot.simulator.simulator import TOKEN, Simulator
from bot.statistics import chart
from bot.statistics.figures import Figures, Tally, shown
from bot.statistics.words import CAPTION, caption, digest, reminder
from bot.store.database import Database
from bot.store.desk.records import Counted
from bot.store.in_flight import InFlight
from bot.store.inbox import Inbox
from bot.store.pseudonyms import Pseudonyms
from bot.store.records import Attempt
from bot.store.store import Store
from faq.knowledge.types import Faq
from tests.conftest import ROOT

DAY = dt.date(2026, 11, 30)
WEEK = DAY - dt.timedelta(days=6)


def tally(decisions: dict[tuple[int, str], int], **more: Any) -> Tally:
    """Return what was counted in the week, by the number of the day."""
    by_day = {(WEEK + dt.timedelta(days=day), kind): count for (day, kind), count in decisions.items()}
    return Tally(WEEK, DAY, by_day, **more)


def test_no_count_below_five_is_shown_or_told_by_a_sum() -> None:
    counted = {(0, "answer"): 12, (1, "answer"): 4, (2, "answer"): 5, (0, "clarify"): 3, (0, "emergency"): 2}
    votes = {("a", "down"): 3, ("a", "up"): 1, ("b", "down"): 4, ("b", "up"): 6, ("c", "up"): 4}
    found = shown(tally(counted, answers={"a": 4, "b": 17}, votes=votes))
    assert found.days[Decision.ANSWER] == (12, None, 5, None, None, None, None)
    assert found.questions == 17, "what is hidden is in no sum"
    assert found.danger is None
    assert found.top == (("b", 17),)
    assert found.worst == (("b", 0.4, 10),)
    assert shown(tally({}, votes={("a", "up"): 4})).approval is None
    assert shown(tally({}, votes={("a", "up"): 4, ("a", "down"): 1})).approval == 0.8


def full(faq: Faq) -> Figures:
    names = list(faq.intents)[:40]
    counted = {(day, kind): 10 + day for day in range(7) for kind in ("answer", "clarify", "fallback", "emergency")}
    votes = {(name, kind): 7 for name in names for kind in ("up", "down")}
    return shown(tally(counted, answers={name: 5 + n for n, name in enumerate(names)}, votes=votes, waiting=12))


def test_the_words_name_intents_by_their_titles_and_fit_below_a_picture(faq: Faq) -> None:
    text = caption(full(faq), faq)
    assert "问了 273 回：答了 91，反问 91，没答 91" in text
    assert "说到险情：91 回" in text
    assert faq.intents[list(faq.intents)[39]].title in text
    assert "等着补答案的：12 条" in text
    assert len(text) < CAPTION
    assert "不到 5" in caption(shown(tally({})), faq)


def test_the_digest_compares_with_the_week_before(faq: Faq) -> None:
    week = shown(tally({(0, "answer"): 30}))
    assert "比前一周多 18 回" in digest(week, shown(tally({(0, "answer"): 12})), faq)
    assert "比前一周少 5 回" in digest(week, shown(tally({(0, "answer"): 35})), faq)
    assert digest(week, week, faq).startswith("上一周小结（11 月 24 日到11 月 30 日）")


def test_the_morning_says_what_is_due_and_what_holds_an_edit_up(faq: Faq) -> None:
    late = max(intent.review_by for intent in faq.intents.values()) + dt.timedelta(days=1)
    text = reminder(faq, late, ["topics/dibao/apply.yaml 第 3 行：写错了"])
    assert "有改动没生效，先改好这 1 处" in text
    assert "topics/dibao/apply.yaml 第 3 行" in text
    assert "还有" in text
    assert "从 11-30 08:00 起暂停着" in reminder(faq, late, (), "11-30 08:00"), "nobody forgets to let it go on"
    early = min(intent.review_by for intent in faq.intents.values()) - dt.timedelta(days=400)
    assert "要做的事" not in reminder(faq, early) or "快到日子" in reminder(faq, early)


def test_a_picture_draws_the_days_with_chinese_words(faq: Faq) -> None:
    drawn = chart.svg(full(faq))
    assert all(word in drawn for word in ("答了", "反问", "没答", "11/24"))
    assert "<script" not in drawn
    if chart.chinese_font() is None:
        with pytest.raises(chart.FontError, match="fonts-wqy-microhei"):
            chart.png(full(faq))
        return
    picture = chart.png(full(faq))
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (chart.WIDTH, chart.HEIGHT)


def test_the_characters_of_a_picture_are_drawn_by_the_font(faq: Faq, monkeypatch: pytest.MonkeyPatch) -> None:
    if chart.chinese_font() is None:
        pytest.skip("no font with Chinese characters: apt-get install fonts-wqy-microhei")
    with_words = chart.png(full(faq))
    latin = next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None)
    if latin is None:
        pytest.skip("no font without them to compare with")
    monkeypatch.setattr(chart, "chinese_font", lambda: latin)
    assert len(chart.png(full(faq))) < len(with_words) - 2_000, "without the font there are no words in it"


@pytest.mark.slow
def test_what_serves_loads_nothing_that_draws() -> None:
    program = (
        "import sys, bot.cli.main, bot.channels.telegram.app, bot.delivery.live, bot.store.connect; "
        "print([name for name in ('pygal', 'resvg_py', 'sklearn', 'scipy', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Database(None, tmp_path)) as database:
        yield Store(Inbox(database), Pseudonyms(tmp_path), InFlight(tmp_path))


def call(text: str, user: int, chat: dict[str, Any] | None = None) -> Any:
    message = {"message_id": 1, "date": 1, "chat": chat or {"id": user, "type": "private"}, "text": text}
    sender = {"id": user, "is_bot": False, "first_name": "甲"}
    return read({"update_id": 5, "message": {**message, "from": sender}}, Me(1, "hebi_test_bot"), str).call


async def test_stats_are_shown_to_admins_in_private_alone_as_a_picture(store: Store, faq: Faq, api: Simulator) -> None:
    dialogue: Any = SimpleNamespace(faq=faq)
    ours, group = Statistics(store, Roles(frozenset({7}))), {"id": -5, "type": "supergroup", "title": "群"}
    assert ours.heard(dialogue, call("/stats", 8)) is None
    assert ours.heard(dialogue, call("/stats", 7, group)) is None
    assert Statistics(store, Roles()).heard(dialogue, call("/stats", 7)) is None
    await store.settle(Attempt(0, "", beside=tuple(Counted(dt.date.today().isoformat(), "answer") for _ in range(6))))
    answer = ours.heard(dialogue, call("/stats 30", 7))
    assert answer is not None
    assert answer.later is not None
    (post,) = (await answer.later()).posts
    assert "问了 6 回" in post.text
    async with Api(TOKEN, api.url) as asked:
        api.says("在吗", 7)
        await Sender(asked, Pace()).say(post)
        shown_to = await asyncio.wait_for(api.reply(), 10)
    assert shown_to["caption" if post.picture else "text"] == post.text
    assert bool(shown_to.get("photo")) == (chart.chinese_font() is not None)


async def test_on_mondays_admins_are_told_of_the_week_and_every_morning_what_is_to_be_done(
    store: Store, faq: Faq
) -> None:
    monday, live = dt.datetime(2026, 11, 30, 8), SimpleNamespace(dialogue=SimpleNamespace(faq=faq))
    heard = [Counted("2026-11-29", "answer") for _ in range(9)] + [Counted("2026-11-22", "answer") for _ in range(6)]
    await store.settle(Attempt(0, "", beside=tuple(heard)))
    bulletins = Bulletins(live, store, (7, 8), lambda: ["topics/dibao/apply.yaml 第 3 行：<写错了>"])  # type: ignore[arg-type]
    await bulletins.tell(monday)
    told = [(post.chat, post.key.partition(":")[0]) for post in store.desk.outbox.values()]
    assert sorted(told) == [(7, "todo"), (7, "week"), (8, "todo"), (8, "week")]
    week = store.desk.outbox["week:2026-11-30:7"].text
    assert week.startswith("上一周小结（11 月 23 日到11 月 29 日）")
    assert "问了 9 回" in week
    assert "比前一周多 3 回" in week
    assert "&lt;写错了&gt;" in store.desk.outbox["todo:2026-11-30:7"].text
    store.desk.outbox.clear()
    await bulletins.tell(monday + dt.timedelta(days=1))
    assert [post.key.partition(":")[0] for post in store.desk.outbox.values()] == ["todo", "todo"]


async def test_a_picture_without_a_font_goes_as_words(api: Simulator) -> None:
    async with Api(TOKEN, api.url) as asked:
        api.says("在吗", 7)
        await Sender(asked, Pace()).say(Post(7, "数字"))
        assert (await api.reply())["text"] == "数字"
