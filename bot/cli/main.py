"""The command line: which commands there are, and what becomes of their errors."""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from bot.city_time import keep_city_time
from bot.cli import (
    admin_page,
    audit,
    contacts,
    delivery,
    knowledge,
    models,
    posters,
    privacy,
    statistics,
    talk,
    training,
    unanswered,
)
from bot.cli.failures import told
from bot.cli.folders import USUAL, as_started, chosen, chosen_before, folder_options
from bot.logs import start_logging
from faq.said import command as as_pasted


class Program(click.Group):
    """The group of all commands; says each known error in one sentence, whoever runs it."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the options of the program itself; a wrong one becomes a message and an exit code."""
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            raise click.exceptions.Exit(told(error, USUAL) or error.exit_code) from error

    def invoke(self, context: click.Context) -> Any:
        """Run the command; a known error becomes a message and an exit code."""
        from faq.load import FaqError

        try:
            return super().invoke(context)
        except (BrokenPipeError, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            folders = chosen_before(context)
            code = told(error, folders)
            if code is None and isinstance(error, FaqError):
                click.echo(error.say(checking=as_pasted("check", faq=folders.faq, data=folders.data)))
                code = 1
            if code is None:
                raise
            context.exit(code)


@click.group(cls=Program, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@folder_options
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the chat page; default: SIMULATOR_PORT or 8080.")
@click.pass_context
def bot(context: click.Context, faq: Path | None, data: Path | None, port: int | None) -> None:
    """Answer residents' questions about assistance policies in Telegram.

    Without a command: serve Telegram if TELEGRAM_BOT_TOKEN is set, else a chat page on this machine.
    """
    context.obj = chosen(context, faq, data)
    start_logging(worded=lambda line: as_started(line, chosen_before(context)))
    if context.invoked_subcommand is None:
        talk.start(context.obj, port)


for command in (
    talk.chat_command,
    talk.ask_command,
    knowledge.check_command,
    knowledge.evidence_command,
    contacts.contacts_command,
    training.train_command,
    training.evaluate_command,
    training.report_command,
    models.models_command,
    delivery.doctor_command,
    delivery.letters_command,
    delivery.backup_command,
    delivery.restore_command,
    posters.qr_command,
    privacy.redact_command,
    unanswered.unanswered_command,
    audit.audit_command,
    admin_page.admin_command,
    statistics.stats_command,
):
    bot.add_command(command)
bot.add_command(delivery.letters_command, "inbox")  # its name until 0.3


def main() -> None:
    """Run the command line; known errors become one clear message and an exit code."""
    keep_city_time()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese must not end the program
    try:
        try:
            _run()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where it can still be said that nobody reads it or the disk is full
    except BrokenPipeError:  # the reader of our output has gone; so nobody is left to tell
        _leave_stdout()
        sys.exit(1)
    except OSError as error:
        _leave_stdout()
        click.echo(f"error: the output cannot be written: {error.strerror}", err=True)
        sys.exit(1)


def _leave_stdout() -> None:
    """Let what is still to be written go nowhere, so that the end of the program does not fail on it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run() -> None:
    try:
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # as run_bot.py leaves it
            signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.exit(bot.main(prog_name="run_bot.py", standalone_mode=False))
    except (click.Abort, KeyboardInterrupt):
        click.echo("", err=True)
        sys.exit(130)
