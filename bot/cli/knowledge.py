"""Look after the knowledge base."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.contacts import list_contacts
from bot.cli.folders import Folders, chosen, folder_options
from faq.knowledge.types import Faq
from faq.reading.folder import Folder, open_folder
from faq.said import Language, Said, command, said

if TYPE_CHECKING:
    from faq.checking.losses import Published
    from intents.registry.registry import Registry


@click.command("check")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of what is said."
)
@click.option("--accept", multiple=True, metavar="DIGEST", help="Let one file lose the lines that a check refused.")
@click.option(
    "--contacts", is_flag=True, help="List the offices to call: what is missing, what was verified too long ago."
)
@click.option(
    "--mutate",
    is_flag=True,
    help="Test the check: change every figure of every text, one at a time (each digit and numeral, ±1, ×10, another "
    "unit, another figure of the same sources), and list with file and line the changes that the check overlooks.",
)
@folder_options
@click.pass_context
def check_command(
    context: click.Context,
    lang: Language,
    accept: tuple[str, ...],
    contacts: bool,
    mutate: bool,
    faq: Path | None,
    data: Path | None,
) -> None:
    """Check the whole knowledge base; print every mistake as file:line and exit with 1 if there is one.

    Files that have lost more than a tenth of their lines against the version in use are refused; the refusal names a
    digest, and `--accept DIGEST` releases just that change, for `train` and a running bot too. Warnings (answers that
    soon end or must be read again, contacts verified long ago) do not change the exit code.
    """
    from faq.load import FaqError, validate
    from intents.registry.registry import Registry

    folders = chosen(context, faq, data)
    folder = open_folder(folders.faq)
    registry = Registry(folders.data)
    if accept:
        _accept(folder, registry, folders, accept, lang)
    published = registry.published()
    try:
        knowledge = validate(folder, published=published)
    except FaqError as error:
        if any(mistake.file == folders.faq for mistake in error.mistakes):
            raise  # the folder itself cannot be read: wrong use of the command, no mistake in the knowledge
        click.echo(error.say(lang, command("check", faq=folders.faq, data=folders.data)))
        sys.exit(1)
    for warning in _warnings(knowledge, folder, folders, published):
        click.echo(warning.say(lang))
    if contacts:
        list_contacts(knowledge, lang)
    if mutate:
        _mutate(folder)
    questions = sum(len(wordings) for i in knowledge.intents.values() for wordings in i.wordings())
    checked = sum(len(i.checks) for i in knowledge.intents.values())
    counts = {"intents": len(knowledge.intents), "questions": questions, "checks": checked}
    click.echo(said("no_mistakes", folder=str(folder.path), **counts).say(lang))


def _accept(folder: Folder, registry: Registry, folders: Folders, digests: tuple[str, ...], lang: Language) -> None:
    """Release the losses with `digests`; exit with 2 if one of them names no loss of the folder as it stands."""
    from faq.checking.losses import losses

    published = registry.published()
    found = {loss.digest: loss for loss in losses(folder, published)} if published else {}
    for digest in digests:
        if digest not in found:
            checking = command("check", faq=folders.faq, data=folders.data)
            click.echo(said("not_released", digest=digest, command=checking).say(lang), err=True)
            sys.exit(2)
        registry.release(digest)
        click.echo(said("released", file=str(found[digest].file)).say(lang))


def _warnings(faq: Faq, folder: Folder, folders: Folders, published: Published | None) -> Iterator[Said]:
    from faq.checking.notices import line, missing_contacts, upcoming
    from faq.checking.sweep import new_hits

    for notice in upcoming(faq, dt.date.today()):
        yield said("warning", where=f"{folder.path / notice.file}:{line(notice, folder)}", what=notice.said)
    for file, number, what in new_hits(folder, published.folder) if published else ():
        yield said("warning", where=f"{file}:{number}", what=what)
    lacking = len(list(missing_contacts(faq)))
    if lacking:
        total = sum(map(len, faq.offices.values()))
        listing = command("check", "--contacts", faq=folders.faq, data=folders.data)
        what = said("contacts_lacking", lacking=lacking, total=total, command=listing)
        yield said("warning", where=str(folder.path / "offices.yaml"), what=what)


def _mutate(folder: Folder) -> None:
    """Print the mutation score; exit with 1 if a changed figure went unnoticed."""
    from faq.figures.mutate import Score, mutate
    from faq.figures.verify import facts_of, told_texts

    facts, score = facts_of(folder), Score()
    if facts is None:
        return  # validate() has refused such a folder
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


@click.command("evidence")
@click.option("--out", type=click.Path(path_type=Path), help="Write the tables to a file; default: print them.")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of what is said."
)
@folder_options
@click.pass_context
def evidence_command(
    context: click.Context, out: Path | None, lang: Language, faq: Path | None, data: Path | None
) -> None:
    """Show for every sentence of every answer the fact it rests on, as Markdown tables: for whoever verifies them.

    The fact named is the one of the answer's sources that shares most words with the sentence; a reader judges whether
    it bears the sentence out.
    """
    from faq.figures.evidence import evidence, table
    from faq.load import validate

    folder = open_folder(chosen(context, faq, data).faq)
    validate(folder)
    lines = "\n".join((*table(folder, evidence(folder), lang), ""))
    if out is None:
        click.echo(lines, nl=False)
    else:
        out.write_text(lines, encoding="utf-8")
