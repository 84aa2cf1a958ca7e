"""A model that loses what residents have is refused, with the lines that are to blame; nothing else is refused."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faq.checking.losses import losses
from faq.knowledge.types import Faq
from faq.load import load
from faq.reading.folder import open_folder
from intents.classifier.model import OUT_OF_SCOPE, Model, Thresholds
from intents.evaluation.evaluate import Outcome, evaluate
from intents.evaluation.report import verdict_in_words
from intents.interpret.interpreter import Interpreter
from intents.interpret.meaning import Meaning
from intents.registry.attribution import Change
from intents.registry.gate import (
    NEAR,
    NEAR_LOST,
    OUT_OF_SCOPE_LOST,
    RECALL_LOST,
    Drop,
    Flip,
    Verdict,
    balances,
    compare,
)
from intents.registry.publish import Trained, train_and_publish
from intents.registry.registry import Registry
from tests.conftest import rewritten

pytestmark = pytest.mark.slow

APPLY = "topics/dibao/apply.yaml"
MATERIALS = "topics/dibao/materials.yaml"


def add_questions(small: Path, name: str, *questions: str) -> None:
    path = small / "faq" / name
    lines = "".join(f"  - {question}\n" for question in questions)
    path.write_text(path.read_text("utf-8").replace("questions:\n", f"questions:\n{lines}", 1), encoding="utf-8")


def retrained(small: Path, *, force: bool = False) -> Trained:
    faq = load(small / "faq", published=Registry(small / "var").published())
    return train_and_publish(faq, small / "var", force=force, quiet=True)


def steal(small: Path) -> None:
    """Give the questions about applying to the intent about papers."""
    stolen = [
        f"(我|俺|想|请问|老人|帮我){middle}"
        for middle in ("申请低保去哪里", "低保申请步骤", "低保在哪申请", "给父母申请低保")
    ]
    add_questions(small, MATERIALS, *stolen)


def take_away(small: Path) -> None:
    """Leave the intent about applying hardly a question."""
    path = small / "faq" / APPLY
    text = path.read_text("utf-8")
    left = "questions:\n  - 手机上咋弄\n  - 网上能弄不\n  - 往哪儿递\n  - 谁给办\n  - 先上哪个门\n"
    few = text[: text.index("questions:")] + left + text[text.index("checks:") :]
    path.write_text(few, encoding="utf-8")
    release_losses(small)


def release_losses(small: Path) -> None:
    """Want all that the edit took away, as an admin who runs `check --accept` for each."""
    registry = Registry(small / "var")
    published = registry.published()
    assert published is not None
    for loss in losses(open_folder(small / "faq"), published):
        registry.release(loss.digest)


@pytest.fixture(scope="module")
def stolen(small_untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Trained]:
    """A folder whose edit was refused, and what came of its training; do not touch."""
    small = shutil.copytree(small_untouched, tmp_path_factory.mktemp("stolen") / "small")
    steal(small)
    return small, retrained(small)


def test_the_first_model_is_never_refused(small_untouched: Path) -> None:
    assert Registry(small_untouched / "var").active() == "v0001"


def test_an_edit_that_harms_nothing_passes(small: Path) -> None:
    add_questions(small, APPLY, "俺想给俺爹把低保办下来咋弄嘞")
    trained = retrained(small)
    assert trained.verdict.passed
    assert (trained.version, trained.forced) == ("v0002", False)
    assert Registry(small / "var").active() == "v0002"


def test_a_model_that_loses_golden_questions_is_refused_and_the_lines_to_blame_are_named(
    stolen: tuple[Path, Trained],
) -> None:
    small, trained = stolen
    registry = Registry(small / "var")
    assert trained.version is None
    assert (registry.active(), registry.versions()) == ("v0001", ["v0001"])
    lost = {flip.case.question: flip for flip in trained.verdict.flips}
    assert lost
    for flip in lost.values():
        assert flip.case.where.startswith(str(small / "faq" / "golden.tsv"))
    blamed = [cause for flip in lost.values() for cause in flip.causes if cause.change == Change.ADDED]
    assert {(cause.origin.file.name, cause.origin.label) for cause in blamed} == {("materials.yaml", "dibao.materials")}
    added = range(2, 8)
    assert {cause.origin.line for cause in blamed} <= set(added)
    refusal = registry.last_refusal()
    assert refusal is not None
    assert re.search(r"materials\.yaml:\d+ \(new\): dibao\.materials: ", refusal.reason)
    assert "models rollback" in refusal.reason
    assert "train --force" in refusal.reason


def test_a_terminal_shows_the_first_questions_lost_and_says_where_the_others_are(stolen: tuple[Path, Trained]) -> None:
    verdict = stolen[1].verdict
    assert len(verdict.flips) > 1
    whole, short = verdict_in_words(verdict), verdict_in_words(verdict, 1)
    assert all(flip.case.question in whole for flip in verdict.flips)
    assert f"and {len(verdict.flips) - 1} more; all of them: python run_bot.py report" in short
    assert "more; all of them" not in whole
    assert len(short) < len(whole)


def test_force_publishes_all_the_same_and_it_is_remembered(small: Path) -> None:
    steal(small)
    trained = retrained(small, force=True)
    assert (trained.version, trained.forced) == ("v0002", True)
    assert not trained.verdict.passed
    assert Registry(small / "var").publication("v0002").forced


def test_questions_taken_away_are_named_where_they_stood(small: Path) -> None:
    take_away(small)
    verdict = retrained(small).verdict
    assert not verdict.passed
    flips = [*verdict.flips, *(flip for drop in verdict.drops for flip in drop.lost)]
    gone = [cause for flip in flips for cause in flip.causes if cause.change == Change.REMOVED]
    assert gone
    stood = {str(cause.origin.file) for cause in gone}
    assert stood == {str(small / "var" / "models" / "v0001" / "faq" / APPLY)}


def test_an_intent_that_loses_more_than_chance_explains_is_refused_without_golden_questions_too(small: Path) -> None:
    (small / "faq" / "golden.tsv").unlink()
    take_away(small)
    verdict = retrained(small).verdict
    assert verdict.flips, "those of the version that serves are asked"
    assert "dibao.apply" in {drop.label for drop in verdict.drops}


def test_a_model_that_answers_what_it_should_decline_is_refused(small: Path) -> None:
    active = Registry(small / "var").open()
    eager = Model(active.faq, active.words, active.weights, active.calibration, Thresholds(0.0, 0.0), active.distress)
    verdict = compare(Interpreter(active), Interpreter(eager), "v0001")
    (drop,) = (drop for drop in verdict.drops if drop.label == OUT_OF_SCOPE)
    assert len(drop.lost) - drop.won > drop.allowed == round(OUT_OF_SCOPE_LOST * drop.cases)
    assert not verdict.passed


def test_a_removed_intent_costs_nothing_and_a_new_one_cannot_be_lost(small: Path) -> None:
    (small / "faq" / "topics" / "dibao" / "timeline.yaml").unlink()
    golden = small / "faq" / "golden.tsv"
    kept = [line for line in golden.read_text("utf-8").splitlines() if not line.startswith("dibao.timeline")]
    with rewritten(small / "faq" / "glossary.yaml") as glossary:
        for term in glossary.values():
            term["about"] = [intent for intent in term["about"] if intent != "dibao.timeline"]
    golden.write_text("\n".join(kept) + "\n", encoding="utf-8")
    new = (small / "faq" / APPLY).read_text("utf-8").replace("title: ", "title: 新的", 1)
    questions, checks = (
        "  - 锅碗瓢盆咋领\n  - 领锅碗瓢盆\n  - 锅碗瓢盆几时发\n  - 给锅不\n  - 发不发碗\n",
        "  - 锅碗瓢盆去哪儿领\n",
    )
    new = new.replace("answer: |\n", "answer: |\n  锅碗瓢盆另有安排。\n")
    new = re.sub(r"questions:\n(  - .*\n)+", f"questions:\n{questions}", new)
    new = re.sub(r"checks:\n(  - .*\n)+", f"checks:\n{checks}", new)
    (small / "faq" / "topics" / "dibao" / "pans.yaml").write_text(new, encoding="utf-8")
    release_losses(small)
    verdict = retrained(small).verdict
    assert verdict.against == "v0001"
    assert not {drop.label for drop in verdict.drops} & {"dibao.timeline", "dibao.pans"}
    assert not [flip for flip in verdict.flips if "dibao.timeline" in flip.case.expected]


def test_an_active_model_that_cannot_be_opened_blocks_nothing(small: Path) -> None:
    manifest = small / "var" / "models" / "v0001" / "manifest.json"
    manifest.write_text("{}", encoding="utf-8")
    trained = retrained(small)
    assert trained.version == "v0002"
    assert "cannot be opened" in trained.verdict.note


def test_a_model_loses_nothing_against_itself(small: Path) -> None:
    model = Registry(small / "var").open()
    verdict = compare(Interpreter(model), Interpreter(model), "v0001")
    assert (verdict.flips, verdict.drops, verdict.passed) == ((), (), True)
    assert verdict.golden >= 10


def like(active: Model, faq: Faq, accept: float | None = None) -> Model:
    """Return the active model with other knowledge, and another threshold for answers."""
    thresholds = active.thresholds if accept is None else Thresholds(accept, 0.0)
    return Model(faq, active.words, active.weights, active.calibration, thresholds, active.distress)


def without_declined(faq: Faq) -> Faq:
    """Return `faq` without the first half of each kind of questions to decline."""
    halves = {kind: questions[len(questions) // 2 :] for kind, questions in faq.out_of_scope.items()}
    lines = faq.written[OUT_OF_SCOPE]
    kept = replace(lines, questions=lines.questions[: sum(map(len, halves.values()))])
    return replace(faq, out_of_scope=halves, written={**faq.written, OUT_OF_SCOPE: kept})


def test_questions_taken_from_those_to_decline_must_still_be_declined(small: Path) -> None:
    active = Registry(small / "var").open()
    eager = like(active, without_declined(active.faq), 0.0)
    (drop,) = (d for d in compare(Interpreter(active), Interpreter(eager), "v1").drops if d.label == OUT_OF_SCOPE)
    outside = [case for case in active.faq.golden if not case.in_scope]
    assert drop.cases == len(outside) + sum(map(len, active.faq.out_of_scope.values()))


def test_golden_questions_and_checks_taken_away_are_asked_all_the_same(small: Path) -> None:
    active = Registry(small / "var").open()
    intent = replace(active.faq.intents["dibao.apply"], checks=())
    lines = replace(active.faq.written["dibao.apply"], checks=())
    faq = replace(
        active.faq,
        golden=(),
        intents={**active.faq.intents, intent.id: intent},
        written={**active.faq.written, intent.id: lines},
    )
    deaf = like(active, faq, 2.0)
    verdict = compare(Interpreter(active), Interpreter(deaf), "v1")
    assert verdict.golden == sum(case.in_scope for case in active.faq.golden)
    assert "dibao.apply" in {drop.label for drop in verdict.drops}
    assert not verdict.passed


def test_what_an_edit_gives_another_meaning_is_not_held_against_it(small: Path) -> None:
    active = Registry(small / "var").open()
    shorter = without_declined(active.faq)
    moved = next(iter(active.faq.out_of_scope.values()))[0]
    intent = active.faq.intents["dibao.apply"]
    lines = active.faq.written[intent.id]
    asked = replace(intent, questions=(*intent.questions, moved))
    faq = replace(
        shorter,
        intents={**shorter.intents, intent.id: asked},
        written={**shorter.written, intent.id: replace(lines, questions=(*lines.questions, 1))},
    )
    groups = balances(Interpreter(active), Interpreter(like(active, faq)))[1]
    before = balances(Interpreter(active), Interpreter(active))[1]
    assert groups[OUT_OF_SCOPE].cases == before[OUT_OF_SCOPE].cases - 1


class Counting(Interpreter):
    """Counts what it is asked."""

    asked = 0

    def understand(self, message: str, *others: Any, **named: Any) -> Meaning:
        self.asked += 1
        return super().understand(message, *others, **named)


def test_the_active_model_is_asked_only_where_the_candidate_may_have_lost_something(small: Path) -> None:
    active = Registry(small / "var").open()
    counting = Counting(active)
    golden, groups = balances(Interpreter(active), Interpreter(active))
    everything = golden.cases + sum(balance.cases for balance in groups.values())
    assert compare(counting, Interpreter(active), "v0001").passed
    assert counting.asked < everything / 10


@pytest.mark.parametrize("accept", [0.0, 0.9999])
def test_what_is_lost_is_found_as_if_both_models_were_asked_everything(small: Path, accept: float) -> None:
    """An eager candidate answers what it should decline, a shy one declines what it should answer."""
    active = Registry(small / "var").open()
    candidate = like(active, active.faq, accept)
    golden, groups = balances(Interpreter(active), Interpreter(candidate))
    verdict = compare(Interpreter(active), Interpreter(candidate), "v0001")
    assert [flip.case for flip in verdict.flips] == [outcome.case for outcome in golden.lost]
    assert verdict.golden == golden.cases
    over = {
        label: (balance.cases, balance.won, [outcome.case for outcome in balance.lost])
        for label, balance in groups.items()
        if balance.net > (round(OUT_OF_SCOPE_LOST * balance.cases) if label == OUT_OF_SCOPE else RECALL_LOST)
    }
    assert over, "else nothing is tried"
    assert {drop.label: (drop.cases, drop.won, [flip.case for flip in drop.lost]) for drop in verdict.drops} == over


def test_golden_questions_near_the_threshold_count_only_if_many_are_lost(small: Path) -> None:
    active = Registry(small / "var").open()
    golden = [case for case in active.faq.golden if case.in_scope]
    done = [
        o for o in evaluate(Interpreter(active), golden).outcomes if o.right and o.first_right and not o.meaning.danger
    ]
    lowest, highest = (pick(done, key=lambda outcome: outcome.confidence) for pick in (min, max))

    def flip(outcome: Outcome, over: float) -> Flip:
        """Return what becomes of a golden question where the threshold is moved so far over its confidence."""
        faq = replace(active.faq, golden=(outcome.case,))
        candidate = Interpreter(like(active, faq, outcome.confidence + over))
        (lost,) = compare(Interpreter(like(active, faq)), candidate, "v1").flips
        return lost

    near, far = flip(lowest, 0.01), flip(highest, 3 * NEAR)
    assert (near.near, far.near) == (True, False)
    assert Verdict("v1", flips=(near,)).passed
    assert not Verdict("v1", flips=(near,) * (NEAR_LOST + 1)).passed
    assert not Verdict("v1", flips=(far,)).passed


def test_checks_near_the_threshold_count_only_if_many_of_an_intent_are_lost(small: Path) -> None:
    active = Registry(small / "var").open()
    known = evaluate(Interpreter(active), list(active.faq.checks())).outcomes
    done = [one for one in known if one.right and one.first_right and one.answered and not one.meaning.danger]
    label = Counter(name for one in done for name in one.case.expected).most_common(1)[0][0]
    mine = sorted((one for one in done if label in one.case.expected), key=lambda outcome: outcome.confidence)
    assert len(mine) > RECALL_LOST + NEAR_LOST

    def drops(lost: int, distance: float) -> tuple[Drop, ...]:
        """Return what is said where as many checks of the intent stand so far below a threshold that was moved."""
        asked = {one.case.question for one in mine[:lost]}
        intent = replace(active.faq.intents[label], checks=tuple(asked))
        lines = replace(active.faq.written[label], checks=tuple(range(1, lost + 1)))
        bare = {key: replace(one, checks=()) for key, one in active.faq.intents.items()}
        written = {key: replace(one, checks=()) if key in bare else one for key, one in active.faq.written.items()}
        faq = replace(active.faq, golden=(), intents={**bare, label: intent}, written={**written, label: lines})
        least, most = mine[0].confidence, mine[lost - 1].confidence
        was = like(active, faq, least - distance)
        return compare(Interpreter(was), Interpreter(like(active, faq, most + distance)), "v1").drops

    near = RECALL_LOST + NEAR_LOST
    assert mine[near - 1].confidence - mine[0].confidence < NEAR, "the lowest stand together, or this shows nothing"
    assert drops(near, 0.001) == (), "two near the threshold beside the one that chance explains"
    assert [drop.label for drop in drops(near, 3 * NEAR)] == [label], "far below it each counts"


def test_a_loss_that_no_line_of_the_edit_is_behind_is_said_to_be_none_of_its_doing(small: Path) -> None:
    active = Registry(small / "var").open()
    deaf = like(active, active.faq, 2.0)
    verdict = compare(Interpreter(active), Interpreter(deaf), "v1")
    assert not verdict.passed
    assert not verdict.own
    words = verdict_in_words(verdict)
    assert words.splitlines()[1] == "不是您这次改动引起的：这几句和您改的行无关，是重新学习时的偶然出入"
    assert "train --force" in words.splitlines()[2]
    renamed = like(active, replace(active.faq, lexicon={**active.faq.lexicon, "新词": ()}), 2.0)
    assert compare(Interpreter(active), Interpreter(renamed), "v1").own, "a word was changed, which has no line"


def test_an_admin_reads_of_a_refusal_what_is_lost_why_and_what_to_do(stolen: tuple[Path, Trained]) -> None:
    verdict = stolen[1].verdict
    assert verdict.own
    lost, why, remedy = verdict_in_words(verdict).splitlines()[:3]
    assert "接错或接不上" in lost
    assert re.match(r"多半因为这几行：materials\.yaml:\d+ “", why)
    assert "models rollback" in remedy


def test_the_golden_questions_stand_for_every_intent_and_are_answered_right_today(model: Model) -> None:
    golden = [case for case in model.faq.golden if case.in_scope]
    assert len(golden) >= 240
    assert {intent for case in golden for intent in case.expected} == {
        i.id for i in model.faq.intents.values() if i.after is None
    }
    right = [outcome.right for outcome in evaluate(Interpreter(model), golden).outcomes]
    assert sum(right) / len(right) >= 0.97
