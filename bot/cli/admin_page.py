"""Serve the page for admins beside a running bot."""

from __future__ import annotations

import contextlib
import signal
import sys
from pathlib import Path

import click

from bot.cli.folders import Folders, chosen, folder_options
from bot.cli.unanswered import ROLE, WHO

PORT = 8083
"""Port where none is given."""


@click.command("admin")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="Port on this machine.")
@folder_options
@click.pass_context
def admin_command(context: click.Context, port: int, faq: Path | None, data: Path | None) -> None:
    """Serve the page for admins on this machine and print a link that logs in once; Enter prints another.

    What is published there is learned by the running bot. A bot with ADMIN_PAGE set has the page itself.
    """
    import asyncio

    asyncio.run(_serve(chosen(context, faq, data), port))


async def _serve(folders: Folders, port: int) -> None:
    import asyncio

    from bot.channels.admin_page.ground import Beside
    from bot.channels.admin_page.login import Person
    from bot.channels.admin_page.server import Door, serving
    from bot.settings import Address, read_settings
    from bot.store.connect import open_database

    stop, door = asyncio.Event(), Door()

    def invite() -> None:
        click.echo(door.invitation(Person(None, ROLE, WHO)).say())

    def asked() -> None:
        if not sys.stdin.readline():
            loop.remove_reader(sys.stdin)
            return
        invite()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    settings = read_settings()
    with open_database(settings.database_url, folders.data, settings.database_connections) as database:
        ground = Beside(database, folders.faq, folders.data)
        async with contextlib.AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(serving(ground, door, Address("127.0.0.1", port)))
            except OSError as error:
                raise click.ClickException(f"port {port} cannot be had; choose another one with --port") from error
            invite()
            if sys.stdin is not None and sys.stdin.isatty():
                loop.add_reader(sys.stdin, asked)
            await stop.wait()
