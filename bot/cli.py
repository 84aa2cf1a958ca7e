"""The command line: each command reads its options here and does its work elsewhere."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from bot.logs import start_logging

HERE = Path(__file__).parent.parent
"""Folder of the project: the defaults work from whatever folder the bot is started in."""


@dataclass(frozen=True)
class Folders:
    """Where things are, for every command."""

    faq: Path
    """Knowledge base."""
    data: Path
    """Models and caches; made by the bot, never committed."""


def _folders(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command` the options --faq and --data, before or after its name."""
    faq = click.option("--faq", type=click.Path(path_type=Path), help="Folder of the knowledge base.  [default: faq/]")
    data = click.option("--data", type=click.Path(path_type=Path), help="Folder of models and caches.  [default: var/]")
    return faq(data(command))


def _chosen(context: click.Context, faq: Path | None, data: Path | None) -> Folders:
    outer = context.find_object(Folders) or Folders(HERE / "faq", HERE / "var")
    return Folders(faq or outer.faq, data or outer.data)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@_folders
@click.pass_context
def bot(context: click.Context, faq: Path | None, data: Path | None) -> None:
    """Answer residents' questions about assistance policies in Telegram.

    Without a command: serve Telegram if TELEGRAM_BOT_TOKEN is set, else talk in the terminal.
    """
    start_logging()
    context.obj = _chosen(context, faq, data)
    if context.invoked_subcommand is None:
        _start(context.obj)


def _start(folders: Folders) -> None:
    from bot.settings import read_settings

    settings = read_settings()
    if settings.telegram_bot_token is None:
        click.echo("TELEGRAM_BOT_TOKEN is not set: talking here in the terminal instead of Telegram.", err=True)
        _chat(folders)
        return
    from bot.live import Live
    from bot.telegram.app import TokenError, serve

    start_logging(secret=settings.telegram_bot_token.get_secret_value())
    try:
        serve(settings, Live(folders.faq, folders.data))
    except TokenError as error:
        raise click.ClickException(str(error)) from error


@bot.command("chat")
@_folders
@click.pass_context
def chat_command(context: click.Context, faq: Path | None, data: Path | None) -> None:
    """Talk with the bot in the terminal."""
    _chat(_chosen(context, faq, data))


def _chat(folders: Folders) -> None:
    from bot.live import Live
    from bot.terminal import talk

    start_logging(logging.WARNING)
    talk(Live(folders.faq, folders.data))


@bot.command("ask")
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a message.")
@_folders
@click.pass_context
def ask_command(
    context: click.Context, text: tuple[str, ...], as_json: bool, faq: Path | None, data: Path | None
) -> None:
    """Ask each TEXT in turn, as one conversation, and print the replies.

    With - the messages are read from standard input: one a line; a blank line begins a new conversation.
    """
    from bot.dialogue import Dialogue
    from bot.json_view import as_json as render
    from bot.live import open_model
    from bot.session import Session

    folders = _chosen(context, faq, data)
    dialogue = Dialogue(open_model(folders.faq, folders.data))
    session = Session()
    for message in _messages(text):
        if message is None:
            session = Session()
            continue
        reply, session = dialogue.hear(message, session, dt.datetime.now())
        click.echo(json.dumps(render(message, reply), ensure_ascii=False) if as_json else f"{reply.text}\n")


def _messages(text: Iterable[str]) -> Iterator[str | None]:
    """Yield the messages of `text`; None where a new conversation begins."""
    if tuple(text) != ("-",):
        yield from text
        return
    if sys.stdin is None:
        return
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace"):
        yield line.strip() or None


@bot.command("check")
@_folders
@click.pass_context
def check_command(context: click.Context, faq: Path | None, data: Path | None) -> None:
    """Check the whole knowledge base; print every mistake as file:line and exit with 1 if there is one."""
    from faq.load import load

    folders = _chosen(context, faq, data)
    knowledge = load(folders.faq)
    questions = sum(len(wordings) for i in knowledge.intents.values() for wordings in i.wordings())
    checked = sum(len(i.checks) for i in knowledge.intents.values())
    click.echo(f"{folders.faq}: {len(knowledge.intents)} intents, {questions} questions, {checked} checks: no mistakes")


@bot.command("train")
@_folders
@click.pass_context
def train_command(context: click.Context, faq: Path | None, data: Path | None) -> None:
    """Train the classifier on the knowledge base, say how good it is, and put it into use."""
    from bot.live import open_model
    from intents.evaluate import checks, evaluate
    from intents.report import summary
    from intents.train import train_and_publish

    folders = _chosen(context, faq, data)
    version = train_and_publish(folders.faq, folders.data, quiet=False)
    model = open_model(folders.faq, folders.data)
    click.echo(summary(evaluate(model, checks(model.faq))))
    click.echo(f"published {version} in {folders.data / 'models'}")


@bot.command("evaluate")
@click.option("--questions", type=click.Path(path_type=Path), help="File of lines: expected<TAB>question.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@_folders
@click.pass_context
def evaluate_command(
    context: click.Context, questions: Path | None, as_json: bool, faq: Path | None, data: Path | None
) -> None:
    """Put the checks of all intents, or the questions of a file, to the active model.

    In the file, `expected` is an id, several as id|id, or oos for a question to decline.
    """
    from bot.live import open_model
    from intents import evaluate as evaluation
    from intents.report import confusions, summary

    folders = _chosen(context, faq, data)
    model = open_model(folders.faq, folders.data)
    cases = evaluation.read_cases(questions, model.faq) if questions else evaluation.checks(model.faq)
    with click.progressbar(cases, label="evaluating", file=sys.stderr) as bar:
        result = evaluation.evaluate(model, bar)
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        click.echo(f"{summary(result)}\n{confusions(result)}")


def main() -> None:
    """Run the command line; known errors become one clear message and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese must not end the program
    try:
        _run()
    except BrokenPipeError:  # the reader of our output has gone; so nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run() -> None:
    from bot.live import TrainingError
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
        click.echo(str(error))
        count = f"{len(error.mistakes)} mistake{'s' * (len(error.mistakes) > 1)}"
        click.echo(f"{count}; mend and run: python run_bot.py check", err=True)
        sys.exit(1)
    except (TrainingError, CasesError, ModelError, OSError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(1)
