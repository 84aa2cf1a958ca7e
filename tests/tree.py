"""The tree of rooms and modules as docs/architecture.md shows it; `python -m tests.tree` writes it anew."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
_TREE = re.compile(r"(?<=<!-- tree -->\n```\n).*?(?=```\n<!-- end of the tree -->)", re.DOTALL)
_WIDTH = 26
"""Columns of the names, before what each is for."""


def tree() -> str:
    """Return each room and module of the three floors, with the first line of its docstring."""
    return "".join(line for floor in ("faq", "intents", "bot") for line in _room(ROOT / floor, 0))


def shown() -> str:
    """Return the tree that the page shows."""
    found = _TREE.search(PAGE.read_text("utf-8"))
    return found[0] if found else ""


def _room(room: Path, depth: int) -> Iterator[str]:
    yield _line(f"{room.name}/", room / "__init__.py", depth)
    for module in sorted(room.glob("*.py")):
        if module.name != "__init__.py":
            yield _line(module.name, module, depth + 1)
    for inner in sorted(room.iterdir()):
        if (inner / "__init__.py").exists():
            yield from _room(inner, depth + 1)


def _line(name: str, module: Path, depth: int) -> str:
    said = (ast.get_docstring(ast.parse(module.read_text("utf-8"))) or "").partition("\n")[0]
    return f"{'  ' * depth}{name}".ljust(_WIDTH) + f"  {said}\n"


if __name__ == "__main__":
    PAGE.write_text(_TREE.sub(lambda _: tree(), PAGE.read_text("utf-8")), encoding="utf-8")
