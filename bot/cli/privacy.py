"""Show what would be kept of a resident's words."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.folders import chosen, folder_options, knowledge
from bot.cli.talk import messages


@click.command("redact")
@click.argument("text", nargs=-1, required=True)
@folder_options
@click.pass_context
def redact_command(context: click.Context, text: tuple[str, ...], faq: Path | None, data: Path | None) -> None:
    """Print each TEXT as it would be stored: numbers, names and addresses of people replaced by marks.

    With - the messages are read from standard input, one a line.
    """
    from bot.dialogue.privacy import Redactor

    redactor = Redactor(knowledge(chosen(context, faq, data)).personal)
    for message in messages(text):
        click.echo(redactor.redact(message or ""))
