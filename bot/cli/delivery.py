"""Look after what the bot keeps: updates that failed, and copies of the database."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.folders import chosen, folder_options


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
