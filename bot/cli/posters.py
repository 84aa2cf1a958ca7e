"""Print QR codes for posters, each of which opens the chat with something in mind."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.folders import Folders, chosen, folder_options, knowledge

_BORDER = 4
"""Modules of white around a code, as its standard asks."""

_SCALE = 20
"""Pixels or points of a module: sharp on a sheet of A4."""


@click.command("qr")
@click.argument("target", required=False)
@click.option("--name", help="Username of the bot; default: asked of Telegram by TELEGRAM_BOT_TOKEN.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to FILE.svg, .png or .pdf too.")
@folder_options
@click.pass_context
def qr_command(
    context: click.Context, target: str | None, name: str | None, out: Path | None, faq: Path | None, data: Path | None
) -> None:
    """Print the QR code of a link that opens TARGET: an intent, a topic, a district, or district/intent.

    Examples: dibao.apply, dibao, 浚县, xunxian/dibao.apply. Without TARGET the link opens the chat.
    """
    import segno

    opened = _address(target, name, chosen(context, faq, data))
    code = segno.make(opened, error="q", micro=False)
    if out is not None:
        if out.suffix not in (".svg", ".png", ".pdf"):
            raise click.UsageError(f"--out: {out.name} ends neither in .svg nor in .png nor in .pdf")
        try:
            code.save(str(out), scale=_SCALE, border=_BORDER)
        except OSError as error:
            raise click.ClickException(f"{out}: cannot be written: {error.strerror}") from error
    code.terminal(border=_BORDER, compact=True)
    click.echo(opened)


def _address(target: str | None, name: str | None, folders: Folders) -> str:
    """Return the link to `target`. Raises click's errors."""
    from bot.channels.telegram.commands.links import address, link

    carried = link(target, knowledge(folders)) if target else None
    if target and carried is None:
        raise click.UsageError(
            f"{target} is no intent, topic or district of {folders.faq}; see: topics.yaml, places.yaml"
        )
    return address((name or _username()).removeprefix("@"), carried)


def _username() -> str:
    """Ask Telegram what the bot is called. Raises click.ClickException."""
    from bot.channels.telegram.commands.links import UnnamedError, username
    from bot.settings import read_settings

    settings = read_settings()
    if settings.telegram_bot_token is None:
        raise click.ClickException("TELEGRAM_BOT_TOKEN is not set, so the bot's name is not known; give it by --name")
    try:
        return username(settings.telegram_bot_token.get_secret_value(), settings.telegram_base_url, settings.proxy)
    except UnnamedError as error:
        raise click.ClickException(f"{error}; give it by --name") from error
