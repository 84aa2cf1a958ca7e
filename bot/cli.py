"""The command line: which commands there are, and what becomes of their errors."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import click

from bot.commands import delivery, knowledge, models, privacy, talk, training
from bot.commands.folders import chosen, folder_options
from bot.logs import start_logging
from bot.settings import keep_city_time


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@folder_options
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the chat page; default: SIMULATOR_PORT or 8080.")
@click.pass_context
def bot(context: click.Context, faq: Path | None, data: Path | None, port: int | None) -> None:
    """Answer residents' questions about assistance policies in Telegram.

    Without a command: serve Telegram if TELEGRAM_BOT_TOKEN is set, else a chat page on this machine.
    """
    start_logging()
    context.obj = chosen(context, faq, data)
    if context.invoked_subcommand is None:
        talk.start(context.obj, port)


for command in (
    talk.chat_command,
    talk.ask_command,
    knowledge.check_command,
    training.train_command,
    training.evaluate_command,
    training.report_command,
    models.models_command,
    delivery.inbox_command,
    delivery.backup_command,
    delivery.restore_command,
    privacy.redact_command,
):
    bot.add_command(command)


def main() -> None:
    """Run the command line; known errors become one clear message and exit code 1."""
    keep_city_time()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese must not end the program
    try:
        _run()
    except BrokenPipeError:  # the reader of our output has gone; so nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run() -> None:
    from bot.live import RefusedError, TrainingError
    from bot.store.errors import StoreError
    from faq.load import FaqError
    from intents.evaluate import CasesError
    from intents.model import ModelError

    try:
        bot.main(prog_name="run_bot.py", standalone_mode=False)
    except BrokenPipeError:
        raise
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("", err=True)
        sys.exit(130)
    except FaqError as error:
        click.echo(error.say())
        sys.exit(1)
    except (TrainingError, RefusedError, CasesError, ModelError, StoreError, OSError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(1)
