"""The small words by which a message is read; see cues.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from faq.knowledge.fields import STRICT_KEYS, Key, Lines, Template, Text
from faq.knowledge.points import About, Aspect


class Steer(StrEnum):
    """What residents ask of the bot itself, in words of their own."""

    MENU = "menu"
    """Show the topics."""
    HELP = "help"
    """Say how to use the bot."""
    BACK = "back"
    """Go back to what was asked about before."""
    HUMAN = "human"
    """Say how to reach a person."""
    DISTRICT = "district"
    """Show the districts."""
    RESTART = "restart"
    """Begin again; the district stays."""
    AGAIN = "again"
    """Say the last answer once more."""
    SHORTER = "shorter"
    """Say it in one sentence."""
    LONGER = "longer"
    """Say all that is known."""
    MORE = "more"
    """Say what else is known, or what else may be asked."""
    NONE = "none"
    """None of what was offered was meant."""
    LAST = "last"
    """The last of what was offered was meant."""
    MISSED = "missed"
    """The answer was not to the question."""
    GOING_ON = "going_on"
    """Go on with what was asked about."""


@dataclass(frozen=True)
class Cues:
    """Small words that tell how a message hangs together."""

    __pydantic_config__ = STRICT_KEYS

    asking: Lines
    """Words of a clause that asks something."""
    asking_last: Lines
    """Words that ask something as the last word of a clause only."""
    denying: Lines
    """Characters that, between the same character twice, ask for yes or no: 开不开."""
    counting: Lines
    """Words by which somebody asks for a figure: 几天, 多少."""
    counted: Lines
    """What stands behind an amount and never behind a telephone number: 12317元."""
    numerals: Lines
    """Characters that number the lines of a list, as digits do."""
    polite: Lines
    """Words that ask nothing if a clause has no others."""
    joining: Lines
    """Words that begin another question."""
    coupling: Lines
    """Words between two subjects that are asked about alike."""
    referring: Lines
    """First words of a message that goes on from the question before it."""
    living: Lines
    """Words that, with the name of a place and nothing else, say where somebody lives."""
    household: Lines
    """Words of a clause that says where somebody is registered."""
    supposing: Lines
    """First words of a message that asks the same of other circumstances."""
    trailing: Lines
    """Last words of such a message."""
    filling: Lines
    """Words that say nothing beside a subject: a message of these and a subject asks of it what was asked before."""
    subjects: Mapping[Key, Lines]
    """What messages are about: id of a topic or an intent → words that name it, the usual one first."""
    here: tuple[Text, ...] = ()
    """Words of a message that, though it names another city alone, has to do with this one: 你们这边, 嫁到, 老家."""
    away: tuple[Text, ...] = ()
    """What residents have to do with in another city: `安阳的`医院."""
    selves: tuple[Text, ...] = ()
    """How residents begin to say where they are from: `我`是安阳的."""
    being: tuple[Text, ...] = ()
    """What stands before the name of the place then: 我`是`安阳的."""
    natives: tuple[Text, ...] = ()
    """What stands behind it: 我是安阳`的`, 我是滑县`人`."""
    belonging: tuple[Text, ...] = ()
    """Last character of a joint behind which stands what is asked about: 安阳`的`低保."""
    telling: tuple[Text, ...] = ()
    """Phrases with a word of asking that ask nothing: 前几天, 啥都没了."""
    sharing: tuple[Text, ...] = ()
    """Words that ask one thing of each of several subjects: 分别找谁."""
    age: tuple[Text, ...] = ()
    """Words beside the number where somebody tells his age."""
    nodding: tuple[Text, ...] = ()
    """Words that, alone, say that the resident has read: 嗯, 哦."""
    refusing: tuple[Text, ...] = ()
    """Words that, alone, say that what was answered or offered was not meant: 不是."""
    pressing: tuple[Text, ...] = ()
    """Words of a message after an alarm that, with nothing else in it, is still about the danger: 我该咋办, 我害怕."""
    joking: tuple[Text, ...] = ()
    """Words that, after an alarm, say that there was no danger: 骗你的."""
    unharmed: tuple[Text, ...] = ()
    """Words that, after an alarm, say that nobody is in danger, or no more: 弄错了, 没人打, 早不联系."""
    unmoved: tuple[Text, ...] = ()
    """Words that say that nobody is sad: 谁难过了, 我不伤心."""
    steering: Mapping[Steer, tuple[Template, ...]] = field(default_factory=dict)
    """What residents say in place of pressing a button, by what it does; brackets expand."""
    softening: tuple[Text, ...] = ()
    """Polite words before and behind it: 麻烦再说一遍吧."""
    choosing: tuple[Text, ...] = ()
    """Words before the number of a button: 选2, 点第三个."""
    returning: tuple[Text, ...] = ()
    """Words that, before the name of a subject, return to it: 说回低保."""
    standing: tuple[Text, ...] = ()
    """Words before a subject that say what somebody is or gets, or not, and ask nothing of it: 俺不吃低保，也给来不."""
    standing_after: tuple[Text, ...] = ()
    """What, before such a word, makes it ask: 是不是低保户."""
    unwanted: tuple[Text, ...] = ()
    """Words before what was not asked for: 俺不是要办证."""
    blamed: tuple[Text, ...] = ()
    """First words of a blame for what was answered: 你推荐健康证干什么."""
    what_for: tuple[Text, ...] = ()
    """Last words of such a blame."""
    pointing: tuple[Text, ...] = ()
    """Words behind what is returned to, whatever it is called: 回到孩子那个."""
    former: tuple[Text, ...] = ()
    """Words for what was asked before the last question: 还说头一个."""
    correcting: tuple[Text, ...] = ()
    """Words that take back what was said before: 说错了."""
    denied: tuple[Text, ...] = ()
    """Words before what was not meant: 不是低保."""
    meant: tuple[Text, ...] = ()
    """Words before what was: 是特困."""
    wanting: tuple[Text, ...] = ()
    """Words of a message that wants something though it has no word of asking: 想办低保."""
    either: tuple[Text, ...] = ()
    """What stands between two things of which one is asked for: 先给还是盖好再给."""
    either_after: tuple[Text, ...] = ()
    """Characters before such a word with which it is none: 他还是不给."""
    either_before: tuple[Text, ...] = ()
    """Words behind such a word with which it is none."""
    at_a_loss: tuple[Text, ...] = ()
    """Words that only ask what to do: with nothing else in it, a clause asks of all that was told."""
    troubled: tuple[Text, ...] = ()
    """Words of a clause that tells what went wrong, and so is not to be passed over beside a question."""
    listing: tuple[Text, ...] = ()
    """Nouns of a message that, without a verb, says what to look up: 残疾补贴标准2026."""
    stating: tuple[Text, ...] = ()
    """Words that no such message has: they tell something."""
    witnessing: tuple[Text, ...] = ()
    """Words of who tells of danger that others are in: 隔壁, 楼上."""
    kin: tuple[Text, ...] = ()
    """Words for relatives, who are in danger where one of `dying` stands close behind: 我娘说不想活了."""
    oneself: tuple[Text, ...] = ()
    """Words for the resident himself: where one stands between a relative and `dying`, he is in danger."""
    not_oneself: tuple[Text, ...] = ()
    """Words by which it is said that not the resident himself is in danger: 不是我."""
    another: tuple[Text, ...] = ()
    """Words for somebody else: 他, 别人."""
    unsure: tuple[Text, ...] = ()
    """Words that ask whether all is well, and do not say so: 没事吧."""
    saying: tuple[Text, ...] = ()
    """Words before `dying` by which a relative says it: 说, 念叨."""
    dying: tuple[Text, ...] = ()
    """Words of who wants to die or has taken poison."""
    suffering: tuple[Text, ...] = ()
    """Words by which somebody who says `witnessing` words is in danger too: 打我, 我被."""
    concepts: Mapping[Key, Lines] = field(default_factory=dict)
    """What messages of danger, and those that sound like them, speak of: concept → words any of which tells of it."""
    empty: tuple[Text, ...] = ()
    """Small words that do not tell which part of an answer a message asks about."""
    heading: tuple[Text, ...] = ()
    """Words of a line that says what must be known of those below it; it is told with each of them."""
    steps: tuple[Text, ...] = ()
    """What is counted when a line of an answer is asked for by its number: 第三`步`."""
    paraphrases: Mapping[Text, Lines] = field(default_factory=dict)
    """Word of answers → what residents say for it; read only when a part of an answer is looked for."""
    about: Mapping[About, Aspect] = field(default_factory=dict)
    """What points of answers are about: names for admins, and the words that ask about each."""

    def tags(self) -> dict[str, About]:
        """Return what each name in brackets before a point stands for."""
        return {aspect.name: about for about, aspect in self.about.items()}
