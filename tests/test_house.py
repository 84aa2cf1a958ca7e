"""The rules of the house."""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.cli.main import bot
from bot.settings import Settings
from faq.knowledge.types import Faq
from tests.conftest import ROOT
from tests.tree import shown
from tests.tree import tree as rooms_and_modules

CODE = [path for floor in ("faq", "intents", "bot") for path in sorted((ROOT / floor).rglob("*.py"))]
FLOORS = {"faq": {"faq"}, "intents": {"faq", "intents"}, "bot": {"faq", "intents", "bot"}}
LINES = 250
ENVIRONMENT = ("bot/settings.py", "bot/city_time.py", "intents/features/pinyin.py")
"""What may read or set the environment."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def docstrings(module: ast.Module) -> set[int]:
    """Return ids of the string nodes that are docstrings, of fields too."""
    found = set()
    for node in ast.walk(module):
        body = getattr(node, "body", [])
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                found.add(id(statement.value))
    return found


def wrong(rule: Callable[[Path], object]) -> dict[str, object]:
    """Return what `rule` finds in each module that breaks it, by the module's name."""
    return {name(path): found for path in CODE if (found := rule(path))}


def test_each_floor_imports_only_floors_below() -> None:
    def above(path: Path) -> set[str]:
        ours = {module.partition(".")[0] for module in imports(path)} & set(FLOORS)
        return ours - FLOORS[path.relative_to(ROOT).parts[0]]

    assert wrong(above) == {}


def test_scikit_learn_telegram_and_the_database_are_imported_in_one_place() -> None:
    rooms = {
        "intents/training/learn.py": {"sklearn"},
        "bot/channels/telegram/": {"telegram"},
        "bot/store/": {"sqlalchemy", "alembic", "psycopg"},
    }

    def elsewhere(path: Path) -> set[str]:
        packages = {module.partition(".")[0] for module in imports(path)}
        return {one for room, own in rooms.items() if not name(path).startswith(room) for one in packages & own}

    assert wrong(elsewhere) == {}


def test_residents_words_live_in_yaml_and_not_in_code() -> None:
    of_figures = {f"faq/figures/{name}.py" for name in ("numerals", "figures", "mutate")}
    numerals = {*of_figures, "faq/knowledge/opening/hours.py"}

    def chinese(path: Path) -> list[str]:
        described = docstrings(tree(path))
        return [
            node.value
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described
            if re.search(r"[\u4e00-\u9fff]{2}", node.value) and name(path) not in numerals
        ]

    assert wrong(chinese) == {}


FORBIDDEN = {"pickle", "joblib", "marshal", "shelve", "dill"}


def test_nothing_is_unpickled_evaluated_or_read_from_the_environment_at_random() -> None:
    def used(path: Path) -> set[str]:
        nodes = list(ast.walk(tree(path)))
        named = {node.id for node in nodes if isinstance(node, ast.Name)}
        calls = {
            f"{node.value.id}.{node.attr}"
            for node in nodes
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        packages = {module.partition(".")[0] for module in imports(path)}
        environment = set() if name(path) in ENVIRONMENT else {"os.environ"}
        return (
            packages & FORBIDDEN
            | named & {"eval", "exec"}
            | calls & {"yaml.load", "yaml.unsafe_load", "os.getenv", *environment}
        )

    assert wrong(used) == {}


def test_files_are_short_and_every_public_thing_is_described() -> None:
    def faults(path: Path) -> list[str]:
        lines = len(path.read_text("utf-8").splitlines())
        found = [f"{lines} lines"] if lines > LINES * 1.2 else []
        found += [] if ast.get_docstring(tree(path)) else ["a module says what it is for"]
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                for index, statement in enumerate(node.body):
                    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                        follows = node.body[index + 1 : index + 2]
                        if not (follows and isinstance(follows[0], ast.Expr)):
                            found.append(f"{node.name}.{statement.target.id}: say what it is")
        return found

    assert wrong(faults) == {}


def test_the_tree_in_the_docs_is_true() -> None:
    assert shown() == rooms_and_modules(), "write it anew: python -m tests.tree"


MOST = 15
"""Modules of a room."""


def test_no_room_outgrows_itself() -> None:
    sizes = Counter(path.parent.relative_to(ROOT).as_posix() for path in CODE if path.name != "__init__.py")
    large = {"bot/simulator": 21}  # still to be divided
    assert {room: size for room, size in sizes.items() if size > large.get(room, MOST)} == {}


def test_every_intent_has_questions_checks_and_an_office_in_every_district(faq: Faq) -> None:
    for intent in faq.intents.values():
        few, checks = (8, 3) if intent.after else (15, 4)
        assert len(intent.questions) >= few, intent.id
        assert len(intent.checks) >= checks, intent.id
        for district in (None, *faq.places.districts):
            assert faq.office(intent.office, district)


def test_the_contract_of_83_intents_is_kept(faq: Faq) -> None:
    contract = (ROOT / "tests" / "data" / "intents.txt").read_text("utf-8").split()
    assert len(contract) == 83
    assert set(contract) <= set(faq.intents)


def test_enough_questions_to_decline_of_every_kind(faq: Faq) -> None:
    assert sum(map(len, faq.out_of_scope.values())) >= 150


def test_a_phone_number_has_a_source_and_a_day_of_verification_unless_it_is_a_hotline(faq: Faq) -> None:
    for kind, by_district in faq.offices.items():
        for district, office in by_district.items():
            if office.phone is not None:
                assert office.source in faq.sources, (kind, district)
                assert len(office.phone) <= 5 or office.verified_on, (kind, district)


def test_every_command_and_setting_is_documented() -> None:
    commands, settings = ((ROOT / "docs" / name).read_text("utf-8") for name in ("commands.md", "settings.md"))
    for command in {command.name for command in bot.commands.values()}:  # an alias is the same command
        assert f"run_bot.py {command}" in commands, command
    for setting in Settings.model_fields:
        assert f"`{setting.upper()}`" in settings, setting


def test_every_dependency_is_pinned_and_explained() -> None:
    explained = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "dependencies.md").read_text("utf-8"), re.MULTILINE)
    packages = {package for cell in explained for package in cell.split(", ")}
    for file in ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt"):
        for line in (ROOT / file).read_text("utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                package, pinned, _ = line.partition("==")
                assert pinned, line
                assert package in packages, package


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.split()) <= 800
    for paper in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", paper.read_text("utf-8")):
            assert "://" in target or (paper.parent / target).exists(), (paper, target)
