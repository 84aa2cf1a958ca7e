"""List the questions that were not answered well, and note which answer one has got since."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.folders import chosen, folder_options

if TYPE_CHECKING:
    from bot.store.desk.records import Question


@click.command("unanswered")
@click.option("--answered", type=(int, str), metavar="NUMBER INTENT", help="INTENT answers question NUMBER now.")
@click.option("--all", "everything", is_flag=True, help="List those that were answered since, too.")
@folder_options
@click.pass_context
def unanswered_command(
    context: click.Context,
    answered: tuple[int, str] | None,
    everything: bool,
    faq: Path | None,
    data: Path | None,
) -> None:
    """List the questions of the last 30 days that were not answered well, the most frequent first.

    Each line: how often, why, the likeliest intents, the last day, a number of it, and the question, redacted. Whoever
    asked to be told is told once by the running bot within two minutes after --answered.
    """
    from bot.settings import read_settings
    from bot.store.connect import open_database
    from bot.store.desk import feedback

    folders = chosen(context, faq, data)
    with open_database(read_settings().database_url, folders.data) as database:
        with database.reading() as connection:
            questions, waiting = feedback.read_questions(connection), feedback.read_notices(connection)
        if answered is None:
            _list([one for one in questions if everything or not one.answered], {one.number for one in waiting})
            return
        number, intent = answered
        _check(folders.faq, intent)
        numbers = _same(questions, number)
        with database.writing() as connection:
            count = feedback.mark_answered(connection, numbers, intent)
        told = sum(notice.number in numbers for notice in waiting)
        click.echo(f"{count} answered by {intent}; {told} will be told")


def _check(folder: Path, intent: str) -> None:
    """Raise ClickException if no answer has this id."""
    from faq.load import load

    if intent not in load(folder).intents:
        raise click.ClickException(f"{intent}: there is no such intent in {folder}/topics")


def _same(questions: Iterable[Question], number: int) -> list[int]:
    """Return the numbers of the questions that read as question `number` does."""
    from faq.knowledge.text import bare

    wording = {one.number: bare(one.text) for one in questions}
    if number not in wording:
        raise click.ClickException(f"{number}: there is no such question; see: python run_bot.py unanswered")
    return [one for one, text in wording.items() if text == wording[number]]


def _list(questions: Iterable[Question], waiting: set[int]) -> None:
    from faq.knowledge.text import bare

    groups: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        groups[bare(question.text)].append(question)
    for group in sorted(groups.values(), key=lambda one: (-len(one), -one[-1].number)):
        whys = Counter(question.why.value for question in group)
        last = max(group, key=lambda one: (one.day, one.number))
        awaited = sum(question.number in waiting for question in group)
        why = ", ".join(f"{name} {count}" for name, count in whys.most_common())
        told = f" ({awaited} to be told)" if awaited else ""
        intents = " ".join(last.intents) or "-"
        click.echo(f"{len(group)}×\t{why}\t{intents}\t{last.day}\t{last.number}\t{last.text}{told}")
    click.echo(f"{sum(map(len, groups.values()))} questions, {len(groups)} wordings", err=True)
