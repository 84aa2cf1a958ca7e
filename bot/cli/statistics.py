"""Show how the bot fares: counts by day, in words and as a picture."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from bot.cli.folders import chosen, folder_options, knowledge

LONGEST = 366
"""Most days that are shown."""


@click.command("stats")
@click.option("--days", type=click.IntRange(1, LONGEST), default=7, show_default=True, help="How many days, to today.")
@click.option("--out", type=click.Path(path_type=Path), help="Write a picture too: FILE.png or FILE.svg.")
@folder_options
@click.pass_context
def stats_command(context: click.Context, days: int, out: Path | None, faq: Path | None, data: Path | None) -> None:
    """Print what was asked, answered, asked back and declined, and what residents thought of it.

    Counts alone; none below five is shown.
    """
    from bot.settings import read_settings
    from bot.statistics.figures import shown
    from bot.statistics.words import caption
    from bot.store.connect import open_database
    from bot.store.inbox import Inbox

    folders = chosen(context, faq, data)
    if out and out.suffix not in (".png", ".svg"):
        raise click.BadParameter("it must end in .png or .svg", param_hint="--out")
    today = dt.date.today()
    with open_database(read_settings().database_url, folders.data) as database:
        figures = shown(Inbox(database).tally(today - dt.timedelta(days=days - 1), today))
    click.echo(caption(figures, knowledge(folders)))
    if out:
        from bot.statistics import chart

        try:
            drawn = chart.png(figures) if out.suffix == ".png" else chart.svg(figures).encode()
        except chart.FontError as error:
            raise click.ClickException(str(error)) from error
        out.write_bytes(drawn)
        click.echo(str(out), err=True)
