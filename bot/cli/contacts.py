"""Hand out the list of offices to call, and take the answers back."""

from __future__ import annotations

import datetime as dt
import difflib
import shutil
import sys
import tempfile
from pathlib import Path

import click

from bot.cli.folders import Folders, chosen, folder_options, knowledge
from faq.knowledge.types import Faq
from faq.reading.folder import Folder, open_folder
from faq.said import Language, SaidError, command, said

FILES = ("sources.yaml", "offices.yaml")
"""Files that answers change, in the order they are written: a source may stand there before it is used."""


@click.command("contacts")
@click.argument("answers", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path), help="Write the list as a CSV table (Excel, WPS) to fill in.")
@click.option("--yes", is_flag=True, help="Enter the answers without asking.")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of what is said."
)
@folder_options
@click.pass_context
def contacts_command(
    context: click.Context,
    answers: Path | None,
    out: Path | None,
    yes: bool,
    lang: Language,
    faq: Path | None,
    data: Path | None,
) -> None:
    """List the offices whose phone, address or hours are missing or old, to be called; enter what was found out.

    ANSWERS is the filled-in table of `--out`. It is checked like every edit; the changes are shown before they are
    made, and comments in the YAML files stay.
    """
    from faq.checking.contacts import table

    folders = chosen(context, faq, data)
    if answers is not None:
        _take(answers, folders, lang, yes=yes)
        return
    known = knowledge(folders)
    if out is None:
        list_contacts(known, lang)
        return
    out.write_text("\ufeff" + table(known, dt.date.today(), lang), encoding="utf-8")  # Excel looks for the mark
    back = command("contacts", str(out), faq=folders.faq, data=folders.data)
    click.echo(said("table_written", file=str(out), command=back).say(lang))


def list_contacts(known: Faq, lang: Language) -> None:
    """Print the offices to call, each with room for what is found out."""
    from faq.checking.contacts import calls

    for call in calls(known, dt.date.today()):
        click.echo(said("contact_call", office=call.office, name=call.name, what=call.todo).say(lang))


def _take(answers: Path, folders: Folders, lang: Language, *, yes: bool) -> None:
    from faq.acceptance import accepted, mark
    from faq.checking import contacts
    from faq.load import validate
    from intents.registry.checksums import write_atomically

    good, folder = accepted(folders.data / "cache"), folders.faq
    read = open_folder(folder, lambda found: mark(found) == good)
    known = validate(read, good)
    try:
        given = contacts.answers(answers.read_bytes(), known, dt.date.today())
    except SaidError as error:
        click.echo(f"{answers}: {error.said.say(lang)}", err=True)
        sys.exit(1)
    if not given:
        click.echo(said("table_empty", file=str(answers)).say(lang))
        return
    before = {name: (folder / name).read_text(encoding="utf-8") for name in FILES}
    offices, sources = contacts.taken(before["offices.yaml"], before["sources.yaml"], given, known)
    after = {"sources.yaml": sources, "offices.yaml": offices}
    _check(read, after, lang)
    for name in FILES:
        lines = (before[name].splitlines(), after[name].splitlines())
        click.echo("\n".join(difflib.unified_diff(*lines, name, name, lineterm="", n=0)))
    if yes or click.confirm(said("table_confirm", count=len(given)).say(lang)):
        for name in FILES:
            write_atomically(folder / name, after[name].encode())
        click.echo(said("table_taken", count=len(given)).say(lang))


def _check(folder: Folder, after: dict[str, str], lang: Language) -> None:
    """Exit with 1 and say every mistake if `folder`, which is right, would be refused with the new texts."""
    from faq.load import FaqError, validate

    with tempfile.TemporaryDirectory() as draft:
        copy = Path(draft) / "faq"
        shutil.copytree(folder.path, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        for name, text in after.items():
            (copy / name).write_text(text, encoding="utf-8")
        try:
            validate(open_folder(copy, before=folder))
        except FaqError as error:
            click.echo(error.say(lang).replace(str(copy), str(folder.path)), err=True)
            sys.exit(1)
