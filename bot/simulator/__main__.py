"""Run the server as a program of its own: `python -m bot.simulator --port 0` prints its address."""

from __future__ import annotations

import asyncio
import signal

import click

from bot.simulator.server import PortError, serving
from bot.simulator.simulator import TOKEN


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any free port.")
def main(port: int) -> None:
    """Serve a simulated Telegram on this machine until stopped; no bot is started."""
    try:
        asyncio.run(_serve(port))
    except PortError as error:
        raise click.ClickException(str(error)) from error


async def _serve(port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(port) as simulator:
        click.echo(simulator.url)
        click.echo(f"TELEGRAM_BASE_URL={simulator.url} TELEGRAM_BOT_TOKEN={TOKEN}")
        await stop.wait()


if __name__ == "__main__":
    main()
