"""Faults of content planted in a copy of the shipped knowledge are all found at once, each in its file and line."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from faq.checking.notices import line, upcoming
from faq.load import FaqError, load, validate
from faq.reading.folder import open_folder

TODAY = dt.date(2026, 11, 24)


@dataclass(frozen=True)
class Fault:
    """One line of a file changed for the worse."""

    file: str
    """File below faq/; a file that is not there is made."""
    old: str
    """Text that is replaced, once; '' puts `new` at the end."""
    new: str
    """What replaces it."""
    line: str
    """A part of the line that must be named; it stands in the file once."""
    message: str
    """What must be said of it."""


AMOUNT, PRICE, APPLY = "topics/dibao/amount.yaml", "topics/canteen/price.yaml", "topics/dibao/apply.yaml"
TIMELINE, BENEFITS, APPEAL = "topics/dibao/timeline.yaml", "topics/tekun/benefits.yaml", "topics/dibao/appeal.yaml"
NEXT = "supersedes: {before}\nanswer: |\n  请问窗口。\nreview_by: 2028-01-01\n"
NOWHERE = "stands in no fact of the cited sources"
NEAREST = "is not what the fact nearest in words says"

FAULTS = {
    "amount in no source": Fault(AMOUNT, "每月 580 元以上", "每月 581 元以上", "581", NOWHERE),
    "amounts exchanged": Fault(AMOUNT, "每月补 252 元", "每月补 210 元", "每月补 210 元", NEAREST),
    "amount of another year": Fault(BENEFITS, "每月 812 元，", "每月 6300 元，", "每月 6300 元，", NEAREST),
    "days for working days": Fault(TIMELINE, "一般 30 个工作日", "一般 30 天", "一般 30 天", NOWHERE),
    "chinese numeral": Fault(
        "topics/linshi/amount.yaml", "answer: |\n", "answer: |\n  最多九倍。\n", "最多九倍", NOWHERE
    ),
    "full-width digit": Fault(
        "topics/linshi/urgent.yaml", "answer: |\n", "answer: |\n  要 ９ 天。\n", "要 ９ 天", NOWHERE
    ),
    "document number": Fault(
        "topics/dibao/materials.yaml", "answer: |\n", "answer: |\n  依豫民〔2022〕5号办。\n", "豫民〔2022〕5号", NOWHERE
    ),
    "clause": Fault("topics/dibao/changes.yaml", "answer: |\n", "answer: |\n  第三十二条。\n", "第三十二条", NOWHERE),
    "percentage": Fault("topics/merging/fanpin.yaml", "占 21.81%", "占 44.94%", "占 44.94%；", NEAREST),
    "date": Fault("topics/people/children.yaml", "answer: |\n", "answer: |\n  2031 年 5 月起。\n", "2031", NOWHERE),
    "figure in a title": Fault("topics/food/training.yaml", "title: ", "title: 9期", "title: 9期", NOWHERE),
    "figure in details": Fault(APPEAL, "details: |\n", "details: |\n  17 日以内。\n", "17 日以内", NOWHERE),
    "hotlines exchanged": Fault("topics/chat/crisis.yaml", "拨 110；受伤", "拨 120；受伤", "拨 120；受伤", NEAREST),
    "figure in a phrase": Fault("phrases.yaml", "两小时不说话", "三小时不说话", "三小时不说话", NOWHERE),
    "figure in the name of a topic": Fault("topics.yaml", "title: 邻里与小区", "title: 邻里十大事", "十大事", NOWHERE),
    "steps miscounted": Fault(APPLY, "］2. ", "］3.  ", "］3.  ", "step 3 should be step 2"),
    "version overlaps": Fault(
        PRICE,
        "review_by:",
        "expires_on: 2027-07-15\nreview_by:",
        "expires_on: 2027-07-15",
        "overlaps with price@2027-07-01",
    ),
    "takes over from the wrong one": Fault(
        "topics/canteen/price@2027-07-01.yaml",
        "",
        NEXT.format(before="canteen.prize"),
        "supersedes",
        "is 'canteen.prize'",
    ),
    "gap between versions": Fault(
        "topics/canteen/hours.yaml",
        "review_by:",
        "expires_on: 2027-06-15\nreview_by:",
        "expires_on",
        "leaves a gap before",
    ),
    "version with questions": Fault(
        "topics/canteen/hours@2027-07-01.yaml",
        "",
        NEXT.format(before="canteen.hours") + "questions: [几点开门呀呀]\n",
        "questions",
        "belongs to the first file",
    ),
    "version of no day": Fault(
        "topics/canteen/where@2027-13-01.yaml",
        "",
        NEXT.format(before="canteen.where"),
        "supersedes",
        "is not a day of the calendar",
    ),
    "version of nothing": Fault(
        "topics/canteen/nothing@2027-07-01.yaml",
        "",
        NEXT.format(before="canteen.nothing"),
        "supersedes",
        "no such intent",
    ),
    "version before it begins": Fault(
        "topics/canteen/safety.yaml",
        "review_by:",
        "effective_from: 2027-08-01\nreview_by:",
        "effective_from",
        "is not before",
    ),
    "figure in a version": Fault(
        "topics/canteen/safety@2027-07-01.yaml",
        "",
        NEXT.format(before="canteen.safety").replace("请问窗口", "每餐 77 元"),
        "每餐 77 元",
        NOWHERE,
    ),
    "dangling office in a version": Fault(
        "topics/canteen/online@2027-07-01.yaml",
        "",
        NEXT.format(before="canteen.online") + "office: townships\n",
        "office: townships",
        "office 'townships' is not a kind",
    ),
    "phone without source": Fault(
        "offices.yaml",
        "淇县: {name: 淇县民政局, phone: null",
        '淇县: {name: 淇县民政局, phone: "0392-1111111"',
        "0392-1111111",
        "has no",
    ),
    "phone not in its source": Fault(
        "offices.yaml",
        "浚县: {name: 浚县民政局, phone: null, address: null, hours: null, verified_on: null",
        '浚县: {name: 浚县民政局, phone: "0392-2222222", address: null, hours: null, verified_on: 2026-11-01, source: bot-guide',
        "0392-2222222",
        "stands in no fact of bot-guide",
    ),
    "phone that is none": Fault(
        "offices.yaml",
        "山城区: {name: 山城区民政局, phone: null",
        '山城区: {name: 山城区民政局, phone: "零三九二"',
        "零三九二",
        "write it with the area code",
    ),
    "hours unreadable": Fault(
        "offices.yaml",
        "鹤壁市救助管理站, phone: null, address: null, hours: null",
        '鹤壁市救助管理站, phone: null, address: null, hours: "上午八点半"',
        "上午八点半",
        "write hours like 周一至周五 8:30-12:00",
    ),
    "district unknown": Fault(
        "offices.yaml",
        "\nschool:\n",
        "\nschool:\n  淇滨县: {name: 学校, phone: null, address: null, hours: null, verified_on: null}\n",
        "淇滨县",
        "is not a district",
    ),
    "landmark in no town": Fault(
        "places.yaml", "小河村: 小河镇", "小河村: 小河县", "小河村", "'小河县' is not a town of 浚县"
    ),
    "name of two places": Fault(
        "places.yaml", "[北阳乡, ", "[善堂镇, 北阳乡, ", "[善堂镇, 北", "'善堂镇' already means"
    ),
    "question of two intents": Fault(
        "topics/linshi/overview.yaml",
        "questions:\n",
        "questions:\n  - 低保怎么申请\n",
        "- 低保怎么申请",
        "is also a question of dibao.apply",
    ),
    "check trained on": Fault(
        "topics/linshi/apply.yaml",
        "checks:\n",
        "checks:\n  - 低保 怎么 申请 ！\n",
        "低保 怎么 申请 ！",
        "is also trained on",
    ),
    "question to be declined": Fault(
        "out_of_scope.yaml",
        "other_services:\n",
        "other_services:\n  - 低保怎么申请\n",
        "- 低保怎么申请",
        "is to be declined",
    ),
    "title of two intents": Fault(
        "topics/linshi/amount.yaml", "title: ", "title: 低保怎么申请\n# ", "title: 低保怎么申请", "is also the title of"
    ),
    "source dangling": Fault(
        "topics/special/housing.yaml", "sources: [", "sources: [sc-6499, ", "sc-6499", "is not a key of sources.yaml"
    ),
    "related dangling": Fault(
        "topics/special/education.yaml",
        "related: [",
        "related: [special.housig, ",
        "special.housig",
        "is not an intent",
    ),
    "slot of a phrase": Fault(
        "phrases.yaml", "sources: 依据：{value}", "sources: 依据：{velue}", "{velue}", "it must have {value}"
    ),
    "word of two words": Fault(
        "lexicon.yaml", "", "临时救急的钱: [特困]\n", "临时救急的钱", "is itself a canonical word"
    ),
    "word of two businesses": Fault(
        "referrals.yaml", "words: [公积金]", "words: [公积金, 营业执照]", "公积金, 营业执照", "already stands below"
    ),
    "word of one character": Fault(
        "referrals.yaml", "words: [上访, ", "words: [访, 上访, ", "[访, 上访", "is a single character"
    ),
    "source of a referral dangling": Fault(
        "referrals.yaml",
        "sources: [law-tax]",
        "sources: [law-taxx, law-tax]",
        "law-taxx",
        "is not a key of sources.yaml",
    ),
    "word twice in its class": Fault(
        "thesaurus.yaml", "treatment: [透析, ", "treatment: [透析, 透析, ", "treatment:", "stands twice in the class"
    ),
    "witness told a figure": Fault(
        "emergencies.yaml", "  witness_again:\n", "  witness_again:\n    - 先打 8 个电话。\n", "先打 8 个电话", NOWHERE
    ),
    "witness with an open bracket": Fault(
        "emergencies.yaml", "  of_others:\n", "  of_others:\n    - 他说(不想活了\n", "他说(不想活了", "is never closed"
    ),
}


def plant(folder: Path, faults: dict[str, Fault]) -> None:
    for name, fault in faults.items():
        path = folder / fault.file
        text = path.read_text("utf-8") if path.exists() else ""
        assert not fault.old or fault.old in text, f"{name}: {fault.old!r} is not in {fault.file}"
        changed = text.replace(fault.old, fault.new, 1) if fault.old else text + fault.new
        path.write_text(changed, encoding="utf-8")


def test_all_planted_faults_are_found_at_once_each_in_its_line(folder: Path) -> None:
    assert len(FAULTS) >= 30
    plant(folder, FAULTS)
    with pytest.raises(FaqError) as caught:
        load(folder)
    found = [(m.file.relative_to(folder).as_posix(), m.line, m.text) for m in caught.value.mistakes]
    for name, fault in FAULTS.items():
        lines = (folder / fault.file).read_text("utf-8").splitlines()
        (expected,) = [number for number, text in enumerate(lines, 1) if fault.line in text]
        said = [text for file, number, text in found if (file, number) == (fault.file, expected)]
        assert any(fault.message in text for text in said), (name, expected, said or "nothing said of this line")


@pytest.mark.parametrize("name", sorted(FAULTS)[::8])
def test_a_fault_alone_is_found_too_and_nothing_else(folder: Path, name: str) -> None:
    fault = FAULTS[name]
    plant(folder, {name: fault})
    with pytest.raises(FaqError) as caught:
        load(folder)
    assert {m.file.relative_to(folder).as_posix() for m in caught.value.mistakes} == {fault.file}
    assert re.search(re.escape(fault.message), str(caught.value))


SOON = {
    "expired": Fault(
        PRICE, "review_by:", "expires_on: 2026-11-23\nreview_by:", "expires_on", "its figures are withheld"
    ),
    "expires soon": Fault(
        "topics/canteen/hours.yaml",
        "review_by:",
        "expires_on: 2026-12-24\nreview_by:",
        "expires_on",
        "expires on 2026-12-24",
    ),
    "review overdue": Fault(
        "topics/canteen/where.yaml",
        "review_by: ",
        "review_by: 2026-11-01\n# ",
        "review_by",
        "should have been read again",
    ),
    "review due": Fault(
        "topics/canteen/safety.yaml", "review_by: ", "review_by: 2026-12-24\n# ", "review_by", "must be read again by"
    ),
    "takes over soon": Fault(
        "topics/canteen/online@2026-12-01.yaml",
        "",
        NEXT.format(before="canteen.online"),
        "supersedes",
        "takes over from",
    ),
    "contact grown old": Fault(
        "offices.yaml",
        "淇县民政局, phone: null, address: null, hours: null, verified_on: null",
        "淇县民政局, phone: null, address: null, hours: null, verified_on: 2026-05-27",
        "2026-05-27",
        "more than 180 days ago",
    ),
    "contact of tomorrow": Fault(
        "offices.yaml",
        "浚县民政局, phone: null, address: null, hours: null, verified_on: null",
        "浚县民政局, phone: null, address: null, hours: null, verified_on: 2026-11-25",
        "2026-11-25",
        "has not come yet",
    ),
}


def test_what_is_due_soon_is_a_warning_in_its_line_and_no_mistake(folder: Path) -> None:
    plant(folder, SOON)
    opened = open_folder(folder)
    found = {(n.file, line(n, opened), n.text) for n in upcoming(validate(opened), TODAY)}
    for name, fault in SOON.items():
        lines = (folder / fault.file).read_text("utf-8").splitlines()
        expected = next(number for number, text in enumerate(lines, 1) if fault.line in text)
        said = [text for file, number, text in found if (file, number) == (fault.file, expected)]
        assert any(fault.message in text for text in said), (name, found)
    assert len(found) == len(SOON)


def test_nothing_is_due_before_its_thirty_days(folder: Path) -> None:
    soon = {name: SOON[name] for name in ("expires soon", "review due")}
    plant(folder, soon)
    faq = load(folder)
    assert upcoming(faq, dt.date(2026, 11, 23)) == []
    assert len(upcoming(faq, dt.date(2026, 11, 24))) == 2
