"""Look after the bot: what is wrong with it, updates that failed, and copies of the database."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.cli.folders import chosen, folder_options
from faq.said import Language


@click.command("letters")
@click.argument("action", type=click.Choice(["list", "retry", "drop"]), default="list")
@click.argument("number", type=int, nargs=-1)
@folder_options
@click.pass_context
def letters_command(
    context: click.Context, action: str, number: tuple[int, ...], faq: Path | None, data: Path | None
) -> None:
    """List the updates that failed three times (without a resident's words), retry them or drop them.

    Without a NUMBER all of them are meant. A running bot takes up what is retried within a minute.
    """
    from bot.settings import read_settings
    from bot.store.connect import open_database
    from bot.store.inbox import Inbox

    with open_database(read_settings().database_url, chosen(context, faq, data).data) as database:
        inbox = Inbox(database)
        letters = inbox.dead()
        if action == "list":
            for letter in letters:
                click.echo(f"{letter.update_id}\t{letter.received_at:%Y-%m-%d %H:%M}\t{letter.tries}×\t{letter.error}")
            click.echo(f"{len(letters)} set aside, {len(inbox.open())} waiting", err=True)
            return
        unknown = set(number) - {letter.update_id for letter in letters}
        if unknown:
            raise click.ClickException(f"not set aside: {', '.join(map(str, sorted(unknown)))}; see: letters list")
        count = getattr(inbox, action)(number or [letter.update_id for letter in letters])
        click.echo(f"{count} will be tried again" if action == "retry" else f"{count} dropped")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@folder_options
@click.pass_context
def backup_command(context: click.Context, file: Path, faq: Path | None, data: Path | None) -> None:
    """Copy the database to FILE; the bot may run meanwhile."""
    from bot.settings import read_settings
    from bot.store.backup import backup
    from bot.store.connect import open_database

    with open_database(read_settings().database_url, chosen(context, faq, data).data) as database:
        click.echo(f"{file}: {backup(database, file)} rows of {database.name}")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@folder_options
@click.pass_context
def restore_command(context: click.Context, file: Path, faq: Path | None, data: Path | None) -> None:
    """Put the backup FILE in place of the database; the bot must not run."""
    from bot.settings import read_settings
    from bot.store.backup import restore
    from bot.store.connect import alone, open_database

    folder = chosen(context, faq, data).data
    with alone(folder), open_database(read_settings().database_url, folder) as database:
        click.echo(f"{database.name}: {restore(database, file)} rows of {file}")


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of what is said."
)
@folder_options
@click.pass_context
def doctor_command(context: click.Context, as_json: bool, lang: Language, faq: Path | None, data: Path | None) -> None:
    """Say what is wrong with the bot here, each with what to do about it; exit with 1 if anything is.

    Settings, disk, permissions, knowledge, model, database, holidays, ports, and the way to Telegram: names, proxy,
    server, clock, token, webhook, certificate. Nothing is changed, the bot may run meanwhile, no secret is printed,
    and it ends within two minutes.
    """
    from bot.doctor.examination import examine, healthy, in_json, in_words

    folders = chosen(context, faq, data)
    findings = examine(folders.faq, folders.data)
    click.echo((in_json if as_json else in_words)(findings, lang))
    if not healthy(findings):
        sys.exit(1)
