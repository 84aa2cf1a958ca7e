"""Invented personal data in the ways in which residents write it, and conversations that hold it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from stdnum import luhn
from stdnum.cn import ric

from faq.knowledge.text import normalise

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗梁宋郑谢韩唐冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾魏薛叶潘杜戴钟姜范姚谭"
GIVEN = "桂兰秀英玉珍淑贞凤霞春梅翠花爱莲建军卫东志强国庆海涛保全福来顺德金山铁柱新民长河"
SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
READ = dict(zip("0123456789", "〇一二三四五六七八九", strict=True))
WIDE = dict(zip("0123456789xX", "０１２３４５６７８９ＸＸ", strict=True))
QUESTIONS = (
    *("低保怎么申请", "低保要啥材料", "低保一个月多少钱", "低保几天批下来", "门口的路灯坏了找谁修", "公交卡在哪充值"),
    *("孩子想学画画去哪报名", "我家的电视没信号了", "手机流量为啥用得快", "这个事到底归谁管", "楼上天天吵能不能管管"),
)
DANGERS = ("他拿着刀要砍人快救救我", "我不想活了", "家里着火了人还在屋里")


@dataclass
class Conversation:
    """What one resident writes, and what of it must be in no file afterwards."""

    messages: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)


class Residents:
    """Makes up residents; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def conversations(self, count: int) -> Iterator[Conversation]:
        for _ in range(count):
            yield self._one()

    def _one(self) -> Conversation:
        told, pick = Conversation(), self._chance.choice
        kinds = [self.number, self.number, self.name, self.door, self.account, self.email, self.halves]
        for kind in self._chance.sample(kinds, 3):
            kind(told)
            told.messages[-1] += pick(["，", "。", " ", "，请问"]) + pick(QUESTIONS)
        told.messages.append(pick(QUESTIONS))
        told.messages.append(pick(["都不对", "谢谢", "没人管吗", "那咋办"]))
        return told

    def identity(self) -> str:
        born = (
            f"{self._chance.randrange(1930, 2012)}{self._chance.randrange(1, 13):02}{self._chance.randrange(1, 29):02}"
        )
        body = f"4106{self._chance.choice(['02', '03', '11', '21', '22'])}{born}{self._chance.randrange(1000):03}"
        return body + ric.calc_check_digit(f"{body}0")

    def phone(self) -> str:
        return f"1{self._chance.choice('3456789')}{self._chance.randrange(10**9):09}"

    def card(self) -> str:
        body = f"62{self._chance.randrange(10**16):016}"
        return body + luhn.calc_check_digit(body)

    def number(self, told: Conversation) -> None:
        """Tell a number of a card or telephone in one of the ways in which they are written."""
        kind = self._chance.randrange(4)
        cue, digits = (
            (self._chance.choice(["身份证号是", "我身份证", "证号：", ""]), self.identity()),
            (self._chance.choice(["我电话", "手机号：", "打我 ", "联系电话是", ""]), self.phone()),
            (self._chance.choice(["卡号", "银行卡：", "打到这张卡上 "]), self.card()),
            (self._chance.choice(["座机", "电话 "]), f"0392{self._chance.randrange(2_000_000, 9_000_000)}"),
        )[kind]
        sizes = ((6, 8, 4), (3, 4, 4), (4, 4, 4, 4, 4), (4, 7))[kind]
        written = self.written(digits, sizes)
        told.messages.append(f"{cue}{written}")
        told.secrets |= {written, normalise(written), digits, digits.lower(), digits[-8:]}

    def written(self, digits: str, sizes: tuple[int, ...]) -> str:
        """Return `digits` as somebody may type or say them."""
        way = self._chance.randrange(9)
        groups = list(_parts(digits, sizes))
        if way == 0:
            return self._chance.choice([" ", "-", " - ", ".", "—", "–", "·"]).join(groups)
        if way == 1:
            return "".join(WIDE.get(c, c) for c in digits)
        if way in (2, 3):
            said = SPOKEN if way == 2 else READ
            return self._chance.choice(["", " ", "，"]).join("".join(said.get(c, c) for c in group) for group in groups)
        if way == 4:
            return self._chance.choice(["，", "、", "/", "~", "。。", "_"]).join(groups) if way == 4 else digits
        if way == 5:
            return " ".join(digits)
        if way == 6 and len(digits) == 11 and digits[0] == "1":
            return self._chance.choice(["+86 ", "86-", "(+86)"]) + digits
        if way == 7:
            return "，然后".join(groups)
        return digits

    def halves(self, told: Conversation) -> None:
        """Tell a number in two messages."""
        digits = self.phone() if self._chance.random() < 0.5 else self.identity()
        middle = self._chance.choice([5, 6, 7]) if len(digits) == 11 else self._chance.choice([8, 10, 14])
        first, second = digits[:middle], digits[middle:]
        told.messages += [
            f"{self._chance.choice(['我的电话', '身份证', '号码是'])}{first}",
            self._chance.choice(["", "后面是", "剩下的"]) + second,
        ]
        told.secrets |= {first, *([second] if len(second) > 4 else [])}

    def name(self, told: Conversation) -> None:
        name = self._chance.choice(SURNAMES) + "".join(self._chance.sample(GIVEN, self._chance.choice([1, 2, 2, 2])))
        before, behind = self._chance.choice(
            [
                ("我叫", ""),
                ("我是", "，"),
                ("姓名：", ""),
                ("名字是", ""),
                ("户主", "，男，"),
                ("俺娘", "今年八十"),
                ("申请人", "，"),
            ]
        )
        told.messages.append(f"{before}{name}{behind}")
        told.secrets |= {name}

    def door(self, told: Conversation) -> None:
        a, b, c = (self._chance.randrange(1, 30) for _ in range(3))
        told.messages.append(
            self._chance.choice(
                [
                    f"住桃花源小区{a}号楼{b}单元{c}01",
                    f"黎阳路{a}{b}号",
                    f"小河村{a}组{b}号",
                    f"家属院{a}-{b}-{c}01",
                    f"桃花源小区{a}号楼{b}单元{c}楼东户",
                    f"兴鹤大街中段{a}{b}号",
                    f"向阳小区{a}栋{b}0{c % 10}",
                    f"门牌号{a}{b}",
                ]
            )
        )
        told.secrets |= {
            part
            for part in (
                f"{a}号楼",
                f"{b}单元",
                f"{a}{b}号",
                f"{a}组{b}号",
                f"{a}-{b}-{c}",
                f"{a}栋{b}0",
                f"门牌号{a}{b}",
            )
            if part in told.messages[-1]
        }

    def account(self, told: Conversation) -> None:
        own = (
            "".join(self._chance.choices("abcdefghjkmnpqrstuvwxyz", k=5))
            + self._chance.choice(["_", "", "-"])
            + str(self._chance.randrange(10, 9999))
        )
        number = str(self._chance.randrange(10**7, 10**10))
        message, secret = self._chance.choice(
            [
                (f"微信号{own}加我", own),
                (f"加我微信：{own}", own),
                (f"vx {own}", own),
                (f"薇信号是{own}", own),
                (f"我QQ{number}", number),
                (f"qq号码 {number}", number),
                (f"{own}是我的微信", own),
                (f"抖音号就是{own}", own),
                (f"支付宝账号{own}", own),
            ]
        )
        told.messages.append(message)
        told.secrets |= {secret}

    def email(self, told: Conversation) -> None:
        own = "".join(self._chance.choices("abcdefghjkmnpqrstuvwxyz", k=7)) + str(self._chance.randrange(100))
        host = self._chance.choice(["qq", "163", "126", "sina"])
        told.messages.append(
            self._chance.choice(
                [f"邮箱{own}@{host}.com", f"发到{own} @ {host}.com", f"{own}艾特{host}点com", f"{own}#{host}.com"]
            )
        )
        told.secrets |= {own}


def _parts(digits: str, sizes: tuple[int, ...]) -> Iterator[str]:
    at = 0
    for size in sizes:
        if at < len(digits):
            yield digits[at : at + size]
        at += size
    if at < len(digits):
        yield digits[at:]
