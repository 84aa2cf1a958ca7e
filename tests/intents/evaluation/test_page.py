"""The report is one page that needs nothing else, escapes what it shows, and can be read in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from faq.knowledge.case import Case
from faq.knowledge.types import Faq
from intents.classifier.model import Model
from intents.evaluation.evaluate import Evaluation, evaluate, held_out
from intents.evaluation.page import render
from intents.evaluation.perturb import Kind, Perturber
from intents.evaluation.robustness import measure
from intents.interpret.interpreter import Interpreter
from intents.registry.registry import Registry
from intents.registry.remembered import Refusal

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PROBE = """<script>
document.title = `${document.documentElement.scrollWidth} ${document.querySelectorAll("svg text").length}`
</script>"""
STOLEN = Case("<script>alert(1)</script>低保怎么申请", frozenset({"canteen.where"}), "topics/canteen/where.yaml:7")


@pytest.fixture(scope="module")
def page(model: Model, faq: Faq, data: Path) -> str:
    cases = [*held_out(faq)[::10], STOLEN]
    robustness = measure(Interpreter(model), cases[:15], Perturber(faq, data / "cache"), count=1)
    return render(model, Registry(data), evaluate(Interpreter(model), cases), robustness)


def test_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    loaded = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')>\s]+)""", page)
    assert [link for link in loaded if not link.startswith("#")] == []
    assert "<script" not in page
    assert "<svg" in page
    assert len(page.encode()) < 1_000_000


def test_the_page_is_well_formed_and_shows_every_part(page: str) -> None:
    class Headings(HTMLParser):
        found: list[str] = []
        inside = False

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.inside = tag == "h2"

        def handle_data(self, data: str) -> None:
            if self.inside:
                self.found.append(data)
                self.inside = False

    parser = Headings()
    parser.feed(page)
    assert parser.found == [
        "接下来做什么",
        "它说的把握可信吗",
        "答得越多，错得越多",
        "每件事答得怎么样",
        "写得乱，还认得吗",
        "最容易混的几件事",
        "谁抢了谁的问题",
        "拿不准的问题",
        "更多数字",
    ]


def test_a_stolen_question_stands_there_with_its_line_its_thief_and_the_reason(page: str) -> None:
    at = page.index("&lt;script&gt;alert(1)&lt;/script&gt;低保怎么申请", page.index("<h2>谁抢了谁的问题"))
    assert "<script>alert" not in page
    assert '「<span title="canteen.where">' in page[:at]
    around = page[at - 600 : at + 4000]
    assert "topics/canteen/where.yaml:7" in around
    assert 'title="dibao.apply"' in around
    assert re.search(r"topics/dibao/apply\.yaml:\d+", around), "the nearest training question"
    assert re.search(r"<b>\+\d\.\d\d</b>", around), "what the features added"


def test_every_kind_of_noise_has_a_chinese_name() -> None:
    template = (Path(render.__code__.co_filename).parent / "page.html").read_text("utf-8")
    for kind in Kind:
        assert f'"{kind.value}": "' in template


def test_a_refused_edit_is_told(model: Model, small: Path) -> None:
    registry = Registry(small / "var")
    registry.refuse(Refusal("abc", "v0001", "golden.tsv:12: <b>lost</b>"))
    small_model = registry.open()
    evaluation = evaluate(Interpreter(small_model), held_out(small_model.faq))
    shown = render(
        small_model,
        registry,
        evaluation,
        measure(Interpreter(small_model), [], Perturber(small_model.faq, small / "var")),
    )
    assert "上一次保存的改动没有启用" in shown
    assert "golden.tsv:12: &lt;b&gt;lost&lt;/b&gt;" in shown


@pytest.mark.slow
def test_a_model_without_a_fault_and_one_never_asked_have_a_page_too(small: Path) -> None:
    registry = Registry(small / "var")
    model = registry.open()
    nothing = measure(Interpreter(model), [], Perturber(model.faq, small / "var"))
    asked = evaluate(Interpreter(model), held_out(model.faq))
    perfect = replace(asked, outcomes=tuple(o for o in asked.outcomes if o.case.in_scope and o.right and o.first_right))
    assert "没有急着要改的" in render(model, registry, perfect, nothing)
    assert "没有题" in render(model, registry, Evaluation(perfect.outcomes[:5], asked.small_talk), nothing)


@pytest.mark.skipif(CHROMIUM is None, reason="no browser: apt-get install chromium chromium-driver")
@pytest.mark.parametrize("width", [1200, 500])
def test_a_browser_shows_the_page_without_scrolling_sideways(page: str, width: int, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page.replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900"]
    shown = subprocess.run(
        [*command, "--dump-dom", f"file://{tmp_path / 'report.html'}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    title = re.search(r"<title>(\d+) (\d+)</title>", shown)
    assert title is not None
    assert int(title[1]) <= width
    assert int(title[2]) > 20, "the plots have their labels"
