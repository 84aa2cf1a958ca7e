"""Look after published models: list them, look at one, go back to one."""

from __future__ import annotations

import time
from pathlib import Path

import click

from bot.cli.folders import Folders, as_started, chosen, folder_options


@click.group("models", invoke_without_command=True)
@folder_options
@click.pass_context
def models_command(context: click.Context, faq: Path | None, data: Path | None) -> None:
    """List the published models, look at one, or go back to one."""
    context.obj = chosen(context, faq, data)
    if context.invoked_subcommand is None:
        _list(context.obj)


@models_command.command("list")
@folder_options
@click.pass_context
def list_command(context: click.Context, faq: Path | None, data: Path | None) -> None:
    """List the published models, oldest first; * marks the one in use."""
    _list(chosen(context, faq, data))


@models_command.command("show")
@click.argument("version", required=False)
@folder_options
@click.pass_context
def show_command(context: click.Context, version: str | None, faq: Path | None, data: Path | None) -> None:
    """Show VERSION, by default the one in use: when, how good, and which files it changed."""
    from intents.registry.registry import Registry
    from intents.registry.rollback import compare

    folders = chosen(context, faq, data)
    registry = Registry(folders.data)
    model = registry.open(version)
    version = version or registry.active() or ""
    publication = registry.publication(version)
    click.echo(f"{version}{' (in use)' if version == registry.active() else ''}: published {publication.published_at}")
    if publication.forced:
        click.echo("published by force, against the gate")
    click.echo(
        f"knowledge {model.faq.fingerprint[:12]}: {len(model.faq.intents)} intents, every file as it was published"
    )
    click.echo("measured when it was published, on questions it had not seen:")
    for name, share in publication.figures.items():
        click.echo(f"{share:8.1%}  {name.replace('_', ' ')}")
    thresholds = model.thresholds
    click.echo(f"answers from {thresholds.accept:.3f}, asks back from {thresholds.clarify:.3f}")
    if publication.replaces in registry.versions():
        changes = compare(registry.knowledge(str(publication.replaces)), registry.knowledge(version))
        click.echo(f"knowledge changed since {publication.replaces}: {', '.join(changes.files) or 'nothing'}")
    differing = compare(registry.knowledge(version), folders.faq)
    click.echo(f"{folders.faq} differs from it in: {', '.join(differing.files) or 'nothing'}")


@models_command.command("rollback")
@click.argument("version", required=False)
@click.option("--why", default="", help="The reason, for the audit and the commit.")
@folder_options
@click.pass_context
def rollback_command(
    context: click.Context, version: str | None, why: str, faq: Path | None, data: Path | None
) -> None:
    """Undo the last edit, or go back to VERSION: its model serves again and its files stand in faq/ again.

    What stood in faq/ is kept below the data folder. A running bot takes the change over by itself. In a git checkout
    the files are committed, so that git and the files are never at odds.
    """
    from bot.desk.publishing import Publisher

    folders, role = chosen(context, faq, data), "owner"
    restored = Publisher(folders.faq, folders.data).go_back(version, role, why)
    _note(folders, restored.version, role, why)
    if restored.before == restored.version:
        click.echo(f"{restored.version} stays in use; {folders.faq} is as it was when it was published")
    else:
        click.echo(f"{restored.version} is in use instead of {restored.before}, with the answers of its day")
    for name in restored.changed:
        click.echo(f"  restored {folders.faq / name}")
    if restored.set_aside:
        click.echo(f"what stood there before is kept in {restored.set_aside}")
    if restored.before != restored.version:
        click.echo(as_started(f"to take this back: python run_bot.py models rollback {restored.before}", folders))


def _note(folders: Folders, version: str, role: str, why: str) -> None:
    """Write a rollback into the audit; it stands even if that cannot be written."""
    from bot.settings import read_settings
    from bot.store.connect import open_database
    from bot.store.desk import audit
    from bot.store.desk.acts import Act, Deed
    from bot.store.errors import StoreError

    now = time.time()
    act = Act(int(now * 1000), now, role, "command line", Deed.ROLLBACK, version, "", why, version)
    try:
        with open_database(read_settings().database_url, folders.data) as database, database.writing() as connection:
            audit.write(connection, act)
    except StoreError as error:
        click.echo(f"the rollback is not in the audit: {error}", err=True)


def _list(folders: Folders) -> None:
    from intents.registry.registry import Registry

    registry = Registry(folders.data)
    if not registry.versions():
        none = f"no model has been published in {registry.folder}; run: python run_bot.py train"
        click.echo(as_started(none, folders))
    for version in registry.versions():
        publication = registry.publication(version)
        right = publication.figures.get("answered_right")
        notes = [
            f"{right:.1%} right answer at once" if right is not None else "",
            f"instead of {publication.replaces}" if publication.replaces else "",
            "by force" if publication.forced else "",
            "other answers, same model" if publication.texts else "",
        ]
        mark = "*" if version == registry.active() else " "
        click.echo(f"{mark} {version}  {publication.published_at}  {', '.join(filter(None, notes))}")
