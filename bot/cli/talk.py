"""Talk with the bot: in Telegram, in the terminal, or by one question a line."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import io
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.cli.folders import Folders, as_started, chosen, folder_options
from bot.logs import start_logging

if TYPE_CHECKING:
    from bot.dialogue.reply import Reply
    from bot.settings import Settings
    from intents.classifier.model import Model
    from intents.evaluation.reasons import Reasons

LONGEST_LINE = 4_096
"""Characters taken of a line of standard input: as many as Telegram lets a message have."""


_SIMULATED = """\
TELEGRAM_BOT_TOKEN is not set: a simulated Telegram on this machine stands in.
The address of its chat page stands in the last line once the bot answers."""

log = logging.getLogger(__name__)


def start(folders: Folders, port: int | None = None) -> None:
    """Serve Telegram if a token is set, else a simulated Telegram whose chat page is at `port` of this machine."""
    signal.signal(signal.SIGTERM, _end)  # until serving has its own: the first training takes a minute
    from bot.settings import read_settings

    settings = read_settings()
    _look_at(folders)
    if settings.telegram_bot_token is not None:
        _serve(settings, folders)
        return
    from bot.simulator.server import PortError, serving_in_thread
    from bot.simulator.simulator import TOKEN

    try:
        with serving_in_thread(settings.simulator_port if port is None else port) as simulator:
            simulator.gathers()
            click.echo(_SIMULATED, err=True)
            there = f"Talk with the bot at {simulator.url} (Ctrl-C ends both)"
            simulated = settings.simulated(simulator.url, TOKEN, simulator.staff)
            _serve(simulated, folders, lambda: click.echo(there, err=True))
    except PortError as error:
        raise click.ClickException(str(error)) from error


def _look_at(folders: Folders) -> None:
    """Raise what is wrong with the folders themselves, before anything is promised."""
    from faq.load import FaqError
    from faq.reading.files import misplaced

    if wrong := [mistake for mistake in misplaced(folders.faq) if mistake.file == folders.faq]:
        raise FaqError(wrong)
    folders.data.mkdir(parents=True, exist_ok=True)


def _end(_number: int, _frame: object) -> NoReturn:
    """End in order. Without a handler a training would go on alone, and a container's first process hear no SIGTERM."""
    sys.exit(0)


def _serve(settings: Settings, folders: Folders, ready: Callable[[], None] = lambda: None) -> None:
    gc.disable()  # what is loaded now stays; looking through it again and again takes a tenth of the start
    from bot.channels.telegram.app import TokenError, serve
    from bot.channels.telegram.intake.heartbeat import WedgedError
    from bot.channels.telegram.serving import StartError
    from bot.delivery.live import Live
    from bot.store.connect import open_store

    start_logging(secrets=settings.secrets, worded=lambda line: as_started(line, folders), form=settings.log_format)
    try:
        with open_store(settings, folders.data) as store:
            log.info("reading and checking the knowledge in %s", folders.faq)
            live = Live(folders.faq, folders.data)
            gc.set_threshold(10_000, 20, 20)  # at the default, 700, looking for cycles takes 7 % of an update's time
            gc.enable()
            serve(settings, live, store, ready)
    except (TokenError, StartError, WedgedError) as error:
        raise click.ClickException(str(error)) from error


@click.command("chat")
@folder_options
@click.pass_context
def chat_command(context: click.Context, faq: Path | None, data: Path | None) -> None:
    """Talk with the bot in the terminal."""
    _chat(chosen(context, faq, data))


def _chat(folders: Folders) -> None:
    from bot.channels.terminal.terminal import talk
    from bot.delivery.live import Live

    _look_at(folders)
    start_logging(logging.WARNING, worded=lambda line: as_started(line, folders))
    talk(Live(folders.faq, folders.data))


@click.command("ask")
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a message.")
@click.option("--why", is_flag=True, help="Say why: what each word added, and the nearest training questions.")
@click.option(
    "--draft",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Answer as this folder of knowledge would be answered, training if needed; nothing is published.",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Answer as on this day: 2027-07-01.  [default: today]")
@folder_options
@click.pass_context
def ask_command(  # noqa: PLR0913, PLR0917 - an option each
    context: click.Context,
    text: tuple[str, ...],
    as_json: bool,
    why: bool,
    draft: Path | None,
    on: dt.datetime | None,
    faq: Path | None,
    data: Path | None,
) -> None:
    """Ask each TEXT in turn, as one conversation, and print the replies.

    With - the messages are read from standard input: one a line; a blank line begins a new conversation.
    """
    gc.disable()  # what is loaded now stays; looking through it again and again takes a tenth of the start
    from bot.channels.terminal.json_view import as_json as render
    from bot.delivery.live import RefusedError, serving_model
    from bot.dialogue.dialogue import Dialogue
    from bot.dialogue.session import Session
    from faq.load import FaqError
    from faq.said import command

    folders = chosen(context, faq, data)
    if draft is None:
        model = serving_model(folders.faq, folders.data, despite=(RefusedError,))
    else:
        with _scratch(folders.data) as scratch:
            try:
                model = serving_model(draft, scratch, despite=(RefusedError,))
            except FaqError as error:
                wrong = error.say(checking=command("check", faq=draft, data=folders.data))
                click.echo(wrong.replace(str(scratch), str(folders.data)), err=True)
                sys.exit(1)
    dialogue = Dialogue(model)
    gc.enable()
    reasons = _reasons(model) if why else None
    session = Session()
    for message in messages(text):
        if message is None:
            session = Session()
            continue
        now = dt.datetime.now()
        reply, session = dialogue.hear(message, session, dt.datetime.combine(on, now.time()) if on else now)
        if as_json:
            reason = {"why": reasons.as_json(message)} if reasons else {}
            click.echo(json.dumps({**render(message, reply), **reason}, ensure_ascii=False))
        else:
            click.echo("\n".join([reply.text, *_asked_back(reply)]) + "\n")
            click.echo(f"{reasons.in_words(message)}\n" if reasons else "", nl=False)


@contextlib.contextmanager
def _scratch(data: Path) -> Iterator[Path]:
    """Yield a data folder with a copy of the version in use, to be published in without touching what serves."""
    from intents.registry.registry import Registry

    registry = Registry(data)
    active = registry.active()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if active:
            copy = Registry(scratch)
            shutil.copytree(registry.folder / active, copy.folder / active)
            (copy.folder / "active").write_text(active, encoding="utf-8")
            for digest in registry.released():
                copy.release(digest)
        if (data / "cache").is_dir():
            shutil.copytree(data / "cache", scratch / "cache")
        yield scratch


def _asked_back(reply: Reply) -> list[str]:
    """Return the buttons of a question asked back, without which it says nothing; other buttons are left out."""
    from bot.dialogue.reply import Decision

    return [f"  [{choice.label}]" for choice in reply.choices] if reply.decision == Decision.CLARIFY else []


def _reasons(model: Model) -> Reasons:
    from intents.evaluation.reasons import Reasons

    return Reasons(model)


def messages(text: Iterable[str]) -> Iterator[str | None]:
    """Yield the messages of `text`; None where a new conversation begins.

    Of a line longer than `LONGEST_LINE` the beginning is taken.
    """
    if tuple(text) != ("-",):
        yield from (os.fsencode(message).decode(errors="replace") for message in text)  # bytes that are no text
        return
    if sys.stdin is None:
        return
    stdin = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace")
    while line := stdin.readline(LONGEST_LINE):
        rest = line
        while rest and not rest.endswith("\n"):
            rest = stdin.readline(LONGEST_LINE)  # to its end in pieces, whatever its length
        yield line.strip() or None
