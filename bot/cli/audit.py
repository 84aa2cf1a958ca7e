"""Say who has changed what the bot knows, and why."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from bot.cli.folders import chosen, folder_options


@click.command("audit")
@click.option("--most", type=click.IntRange(1, 10_000), default=200, show_default=True, help="Most lines.")
@folder_options
@click.pass_context
def audit_command(context: click.Context, most: int, faq: Path | None, data: Path | None) -> None:
    """List what admins did, the newest last: when, role, who, what, with what, the line learned, why, the version.

    Who it was stands there as a pseudonym: the same admin, the same one. A version - was not published, -- was stopped
    by the gate alone, … is under way.
    """
    from bot.settings import read_settings
    from bot.store.connect import open_database
    from bot.store.desk import audit

    folders = chosen(context, faq, data)
    with open_database(read_settings().database_url, folders.data) as database, database.reading() as connection:
        acts = audit.read_acts(connection, most)
    for act in acts:
        when = dt.datetime.fromtimestamp(act.at).isoformat(" ", "seconds")
        version = "…" if act.version is None else act.version
        click.echo("\t".join([when, act.role, act.who, act.deed.value, act.target, act.wording, act.why, version]))
