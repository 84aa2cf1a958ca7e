"""Talk with the dialogue by keyboard: numbers press buttons, and a few words are commands."""

from __future__ import annotations

import datetime as dt
import io
import re
import sys
import threading
import unicodedata

import click

from bot.delivery.live import Live
from bot.dialogue.dialogue import Dialogue
from bot.dialogue.reply import Press, Reply
from bot.dialogue.session import Session, Turn
from faq.knowledge.text import LONGEST

_ASK = "/ask "
_COMMAND = re.compile(r"/[a-z_]+")
_NUMBER = re.compile(r"([+-]?)([0-9]+)")
_SHOWN = 12
"""Most digits of a wrong number that are repeated."""


def talk(live: Live) -> None:
    """Talk until told to stop, an empty line, Ctrl-C or the end of input; saved changes of the FAQ are taken over."""
    stop = threading.Event()
    live.watch(stop)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a line in another encoding is no reason to end
    try:
        _turns(live)
    except KeyboardInterrupt:
        click.echo(f"\n{live.dialogue.faq.phrases.terminal_bye}")
        raise  # the exit code tells what ended it
    finally:
        stop.set()
    click.echo(live.dialogue.faq.phrases.terminal_bye)


def _turns(live: Live) -> None:
    phrases = live.dialogue.faq.phrases
    session = Session()
    reply = live.dialogue.say(phrases.welcome)
    click.echo(f"{phrases.terminal_hint}\n")
    _show(reply)
    while (message := _read()) and not _is_one_of(message, phrases.terminal_leave):
        now = dt.datetime.now()
        number = _NUMBER.fullmatch(unicodedata.normalize("NFKC", message))
        press = _pressed(number, reply) if number else None
        if number and not press:
            click.echo(f"{phrases.terminal_no_button.format(value=number[0][:_SHOWN])}\n")
            continue
        if press:
            reply, session = live.dialogue.press(press, session, now)
        else:
            said = _command(message, live.dialogue, session)
            reply, session = said or live.dialogue.hear(message.removeprefix(_ASK), session, now)
        _show(reply)


def _read() -> str:
    try:
        return input("> ")[:LONGEST].strip()
    except (EOFError, RuntimeError):  # RuntimeError: started without standard input
        click.echo()
        return ""


def _pressed(number: re.Match[str], reply: Reply) -> Press | None:
    """Return the press on the button of that number, None if there is none; it may have any number of digits."""
    digits = number[2].lstrip("0")
    if number[1] == "-" or not digits or len(digits) > len(str(len(reply.choices))):
        return None
    place = int(digits)
    return reply.choices[place - 1].press if place <= len(reply.choices) else None


def _command(message: str, dialogue: Dialogue, session: Session) -> Turn | None:
    """Return the reply to a command and what is remembered afterwards; None: `message` is none."""
    phrases, word = dialogue.faq.phrases, message.casefold()
    if _is_one_of(message, phrases.terminal_help):
        return dialogue.say(f"{phrases.help}\n{phrases.terminal_hint}"), session
    if word == "/district" or _is_one_of(message, phrases.terminal_menu):
        return dialogue.districts() if word == "/district" else dialogue.menu(), session
    if not _COMMAND.fullmatch(word):
        return None
    said = {"/start": phrases.welcome, "/privacy": phrases.privacy, "/forget": phrases.forgotten}
    return dialogue.say(said.get(word, phrases.unknown_command)), Session() if word == "/forget" else session


def _is_one_of(message: str, words: str) -> bool:
    word = unicodedata.normalize("NFKC", message).casefold().removeprefix("/")
    return word in words.split()


def _show(reply: Reply) -> None:
    click.echo(reply.text)
    for number, choice in enumerate(reply.choices, 1):
        click.echo(f"  [{number}] {choice.label}")
    click.echo()
