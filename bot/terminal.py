"""Talk with the dialogue by keyboard: numbers press buttons."""

from __future__ import annotations

import datetime as dt
import threading

import click

from bot.live import Live
from bot.reply import Press, Reply
from bot.session import Session
from faq.text import LONGEST


def talk(live: Live) -> None:
    """Talk until an empty line or the end of input; saved changes of the FAQ are taken over meanwhile."""
    stop = threading.Event()
    live.watch(stop)
    try:
        _turns(live)
    finally:
        stop.set()


def _turns(live: Live) -> None:
    phrases = live.dialogue.faq.phrases
    session = Session()
    reply = live.dialogue.say(phrases.welcome)
    click.echo(f"{phrases.terminal_hint}\n")
    _show(reply)
    while message := _read():
        now = dt.datetime.now()
        if press := _pressed(message, reply):
            reply, session = live.dialogue.press(press, session, now)
        else:
            reply, session = live.dialogue.hear(message, session, now)
        _show(reply)
    click.echo(phrases.terminal_bye)


def _read() -> str:
    try:
        return input("> ")[:LONGEST].strip()
    except (EOFError, RuntimeError):  # RuntimeError: started without standard input
        click.echo()
        return ""


def _pressed(message: str, reply: Reply) -> Press | None:
    number = int(message) if message.isascii() and message.isdigit() else 0
    return reply.choices[number - 1].press if 0 < number <= len(reply.choices) else None


def _show(reply: Reply) -> None:
    click.echo(reply.text)
    for number, choice in enumerate(reply.choices, 1):
        click.echo(f"  [{number}] {choice.label}")
    click.echo()
