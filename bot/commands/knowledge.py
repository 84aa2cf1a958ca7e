"""Look after the knowledge base."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.folders import chosen, folder_options


@click.command("check")
@folder_options
@click.pass_context
def check_command(context: click.Context, faq: Path | None, data: Path | None) -> None:
    """Check the whole knowledge base; print every mistake as file:line and exit with 1 if there is one."""
    from faq.load import load

    folders = chosen(context, faq, data)
    knowledge = load(folders.faq)
    questions = sum(len(wordings) for i in knowledge.intents.values() for wordings in i.wordings())
    checked = sum(len(i.checks) for i in knowledge.intents.values())
    click.echo(f"{folders.faq}: {len(knowledge.intents)} intents, {questions} questions, {checked} checks: no mistakes")
