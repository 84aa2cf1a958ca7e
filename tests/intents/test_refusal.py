"""What is none of this city's business gets no policy."""

from __future__ import annotations

import random

import pytest

from faq.knowledge.types import Faq
from intents.classifier.model import Model
from intents.interpret.context import Context
from intents.interpret.interpreter import Interpreter

SEED = 1


@pytest.fixture(scope="module")
def interpreter(model: Model) -> Interpreter:
    return Interpreter(model)


def policies(interpreter: Interpreter, faq: Faq, message: str) -> list[str]:
    answered = [guess.intent for guess in interpreter.understand(message).answered]
    return [intent.id for intent in answered if not (faq.small_talk(intent) or faq.signpost(intent))]


@pytest.mark.parametrize("city", ["郑州", "北京市", "杭州"])
def test_policies_of_other_cities_are_not_answered(interpreter: Interpreter, faq: Faq, city: str) -> None:
    harmless = [intent for intent in faq.intents.values() if faq.small_talk(intent) or faq.signpost(intent)]
    policy = [i for i in faq.intents.values() if i not in harmless and i.topic != "invest"]
    trained = {f"{city}{intent.title}": intent.id for intent in policy}
    new = {f"{city}的{intent.wordings()[0][0]}": intent.id for intent in policy}
    assert sum(bool(policies(interpreter, faq, message)) for message in trained) <= 2
    assert sum(bool(policies(interpreter, faq, message)) for message in new) / len(new) <= 0.04


def test_letters_and_characters_at_random_are_not_answered(interpreter: Interpreter, faq: Faq) -> None:
    chance = random.Random(SEED)
    letters = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 15))) for _ in range(200)]
    rare = ["".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(chance.randint(2, 10))) for _ in range(200)]
    assert sum(bool(policies(interpreter, faq, message)) for message in (*letters, *rare)) <= 2


@pytest.mark.parametrize(
    "odd", ["😀", "👍👍👍", "🆘", "。。。", "123456", "13800138000", "哈哈哈哈", "嗯", "test", "￥%……&*"]
)
def test_signs_and_sounds_are_not_answered(interpreter: Interpreter, faq: Faq, odd: str) -> None:
    assert policies(interpreter, faq, odd) == []


@pytest.mark.parametrize("business", ["护照过期了", "身份证丢了去哪补", "社保卡密码忘了", "想开个驾校", "给狗办证"])
@pytest.mark.parametrize("asked", ["要几天", "找谁", "要带啥材料", "打哪个电话"])
def test_a_question_that_could_be_about_anything_is_not_ours_after_a_strange_subject(
    interpreter: Interpreter, faq: Faq, business: str, asked: str
) -> None:
    assert policies(interpreter, faq, f"{business}，{asked}") == []


@pytest.mark.parametrize(("said", "ours"), [("社保卡密码忘了", False), ("我妈七十了", True), ("我爹腿断了", True)])
def test_the_turn_before_lends_its_subject_to_circumstances_but_not_to_other_business(
    interpreter: Interpreter, faq: Faq, said: str, ours: bool
) -> None:
    before = Context(faq.intents["dibao.apply"])
    guesses = interpreter.understand(f"{said}，要带啥材料", before).answered
    answered = [guess for guess in guesses if not faq.signpost(guess.intent)]
    assert len(answered) == ours
    assert {guess.intent.id for guess in answered} <= {"dibao.materials", "dibao.apply"}, "both tell the papers"


@pytest.mark.parametrize("told", ["房子烧了", "俺低保停了", "钱转走了", "俺男人腿断了", "护照丢了"])
@pytest.mark.parametrize("lost", ["咋办", "怎么办", "这可咋整"])
def test_who_only_asks_what_to_do_is_not_told_how_to_apply(
    interpreter: Interpreter, faq: Faq, told: str, lost: str
) -> None:
    assert "dibao.apply" not in policies(interpreter, faq, f"{told}，{lost}")
    assert policies(interpreter, faq, lost) == []
