"""Look after the knowledge base."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from bot.commands.folders import chosen, folder_options
from faq.folder import Folder, open_folder
from faq.knowledge import Faq


@click.command("check")
@click.option("--contacts", is_flag=True, help="List what admins have still to fill in in offices.yaml.")
@click.option(
    "--mutate",
    is_flag=True,
    help="Test the check: change every figure of every text, one at a time (each digit and numeral, ±1, ×10, another "
    "unit, another figure of the same sources), and list with file and line the changes that the check overlooks.",
)
@folder_options
@click.pass_context
def check_command(context: click.Context, contacts: bool, mutate: bool, faq: Path | None, data: Path | None) -> None:
    """Check the whole knowledge base; print every mistake as file:line and exit with 1 if there is one.

    Warnings (answers that soon end or must be read again, contacts verified long ago) do not change the exit code.
    """
    from faq.load import understand

    folder = open_folder(chosen(context, faq, data).faq)
    knowledge = understand(folder)
    for warning in _warnings(knowledge, folder):
        click.echo(warning)
    if contacts:
        _list_contacts(knowledge)
    if mutate:
        _mutate(folder)
    questions = sum(len(wordings) for i in knowledge.intents.values() for wordings in i.wordings())
    checked = sum(len(i.checks) for i in knowledge.intents.values())
    click.echo(f"{folder.path}: {len(knowledge.intents)} intents, {questions} questions, {checked} checks: no mistakes")


def _warnings(faq: Faq, folder: Folder) -> Iterator[str]:
    from faq.notices import line, missing_contacts, upcoming

    for notice in upcoming(faq, dt.date.today()):
        yield f"{folder.path / notice.file}:{line(notice, folder)}: warning: {notice.text}"
    lacking = len(list(missing_contacts(faq)))
    if lacking:
        total = sum(map(len, faq.offices.values()))
        yield (
            f"{folder.path / 'offices.yaml'}: {lacking} of {total} offices lack a phone, an address or hours, to be "
            "filled in by the admin; list them with: python run_bot.py check --contacts"
        )


def _list_contacts(faq: Faq) -> None:
    from faq.notices import missing_contacts

    for office, lacking in missing_contacts(faq):
        click.echo(f"{office}: {', '.join(lacking)} to be filled in by the admin")


def _mutate(folder: Folder) -> None:
    """Print the mutation score; exit with 1 if a changed figure went unnoticed."""
    from faq.mutate import Score, mutate
    from faq.verify import facts_of, told_texts

    facts, score = facts_of(folder), Score()
    if facts is None:
        return  # understand() has refused such a folder
    with click.progressbar(list(told_texts(folder)), label="changing figures", file=sys.stderr) as bar:
        for told in bar:
            mutate(told, facts, score)
    for mutant in score.survivors:
        click.echo(f"{mutant} was not noticed")
    noticed = score.mutants - len(score.survivors)
    click.echo(
        f"{score.figures} figures and {score.others} other numerals, {score.mutants} changes, {noticed} noticed: "
        f"{score.percent:.2f} %"
    )
    if score.survivors:
        sys.exit(1)
