"""Find the doors of addresses: house, entrance, flat; how many storeys a house has is no door."""

from __future__ import annotations

import re

from bot.dialogue.redaction.patterns import Step, run
from faq.knowledge.personal import Personal
from faq.knowledge.text import any_of


def step(personal: Personal) -> Step:
    """Return what is looked for: units with numbers, which one alone, several together or a road before it give away.

    一层一层 says how, 两栋 how many, 五层楼 and 三室两厅 of what kind.
    """
    spelled = "".join(sorted({*personal.digits, *personal.digits_too, *personal.tens} - set(personal.amounts)))
    count = f"(?:{run('0-9a-z')}|{run(spelled)})"
    floors, units = any_of(personal.floors), any_of({*personal.doors, *personal.rooms})
    rooms, measures = any_of(set(personal.rooms) - set(personal.measures)), any_of(personal.measures)
    roads, sides = personal.roads, personal.sides
    road = f"(?:(?<=[{roads}])|(?<=[{roads}][{sides}])|(?<=[{sides}][{personal.stretches}]))"
    counting = "".join(sorted({unit[-1] for unit in (*personal.floors, *personal.measures)}))
    built = f"(?!(?:{any_of(personal.kinds_of_house)})?{any_of(personal.built)})"
    built = f"(?:(?<![{counting}])|{built})"
    pattern = (
        rf"(?P<again>(?P<once>{count} ?{units})(?:[ ,]?(?P=once))+)(?![{spelled}0-9a-z])(?!{units})"
        rf"|(?:{count} ?{units}[ ,-]{{0,3}}){{2,}}{count}?(?:{units})?{built}"
        rf"|{count} ?{rooms}(?: ?\d{{2,4}}(?!\d))?"
        rf"|{count} ?{measures} ?\d{{2,4}}(?!\d)|(?<!\d)\d{{2,4}} ?{measures}{built}"
        rf"|{road} ?{count} ?{any_of({*personal.doors} - {*personal.floors})}"
        rf"|(?<=[{roads}]) ?\d{{1,6}}(?:-\d{{1,6}}){{1,6}}"
        rf"|(?P<cue>{any_of(personal.door_cues)})(?P<gap>[ :{personal.to_be}]{{0,4}}){count}(?:{units})?"
    )
    storeys = re.compile(rf"(?:{count} ?{floors}[ ,-]{{0,3}})+")

    def replaced(found: re.Match[str]) -> str:
        if found["again"] or storeys.fullmatch(found[0]):
            return found[0]
        return f"{found['cue'] or ''}{found['gap'] or ''}{personal.marks.address}"

    return re.compile(pattern), replaced
