"""The bot's training process: train, hold the conversations too, and publish unless the gate refuses."""

from __future__ import annotations

from pathlib import Path

import click

from bot.delivery.rehearsal import rehearse
from intents.registry.publish import run


@click.command()
@click.argument("faq_folder", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--quiet", is_flag=True)
def main(faq_folder: Path, data: Path, quiet: bool) -> None:
    """Train in a process of its own, for the bot; admins use `run_bot.py train`."""
    run(faq_folder, data, quiet=quiet, talk=rehearse)


if __name__ == "__main__":
    main()
