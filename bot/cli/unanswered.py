"""Work off the questions that were not answered well: list them in groups, have one learned, see one no more."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.folders import Folders, chosen, folder_options, knowledge

if TYPE_CHECKING:
    from bot.desk.deeds import By
    from bot.desk.groups import Group
    from bot.desk.waiting import Waiting
    from bot.store.database import Database
    from bot.store.desk.acts import ByAdmin
    from bot.store.desk.opinions import Opinions

WHO = "command line"
"""Who did it, in the audit, where no admin of Telegram did."""

ROLE = "owner"
"""Role of who can run commands here."""


@click.command("unanswered")
@click.option("--answered", type=(int, str), metavar="GROUP INTENT", help="INTENT answers the group now.")
@click.option("--assign", type=(int, str), metavar="GROUP INTENT", help="Let INTENT learn the question of the group.")
@click.option("--decline", type=int, metavar="GROUP", help="Let the bot learn to decline it.")
@click.option("--wording", help="With --assign or --decline: the line to learn, in your own words.")
@click.option("--yes", is_flag=True, help="With --assign or --decline: do not ask.")
@click.option("--new", type=int, metavar="GROUP", help="Note that it needs an answer of its own.")
@click.option("--later", type=int, metavar="GROUP", help="Do not list it before tomorrow.")
@click.option("--ignore", type=int, metavar="GROUP", help="Never list it again, nor what is like it.")
@click.option("--all", "everything", is_flag=True, help="List those that were answered or noted since, too.")
@folder_options
@click.pass_context
def unanswered_command(  # noqa: PLR0913, PLR0917 - an option each
    context: click.Context,
    answered: tuple[int, str] | None,
    assign: tuple[int, str] | None,
    decline: int | None,
    wording: str | None,
    yes: bool,
    new: int | None,
    later: int | None,
    ignore: int | None,
    everything: bool,
    faq: Path | None,
    data: Path | None,
) -> None:
    """List the questions of the last 30 days that were not answered well, in groups, the most frequent first.

    Each line: how often, why, the likeliest intents, the last day, the number of the group, and a question, redacted.
    With --assign and --decline the running bot learns the line and says so in the audit; whoever asked to be told is
    told once.
    """
    with _desk(chosen(context, faq, data)) as desk:
        if assign or decline is not None:
            number, target = assign or (decline or 0, "")
            _learn(desk, desk.group(number), target, wording, yes=yes)
        elif answered:
            _answered(desk, *answered)
        elif new is not None or later is not None or ignore is not None:
            _note(desk, new, later, ignore)
        else:
            _list(desk, everything=everything)


@dataclass
class _Desk:
    """What the command works on."""

    folders: Folders
    database: Database
    opinions: Opinions
    waiting: Waiting

    def group(self, number: int) -> Group:
        """Return a group. Raises ClickException."""
        group = self.waiting.group(number)
        if group is None:
            raise click.ClickException(f"{number}: there is no such group; see: python run_bot.py unanswered")
        return group

    def write(self, *changes: ByAdmin) -> None:
        """Write changes; the running bot takes them over within a minute."""
        from bot.store.desk import audit

        with self.database.writing() as connection:
            for change in changes:
                audit.write(connection, change)


@contextmanager
def _desk(folders: Folders) -> Iterator[_Desk]:
    from bot.desk.waiting import Waiting
    from bot.settings import read_settings
    from bot.store.connect import open_database
    from bot.store.desk.opinions import Opinions
    from bot.store.inbox import Inbox
    from bot.store.pseudonyms import Pseudonyms

    with open_database(read_settings().database_url, folders.data) as database:
        opinions = Opinions()
        opinions.refresh(Inbox(database).desk())
        read = _reader(folders.data)
        waiting = Waiting(opinions, lambda: read, Pseudonyms(folders.data).digest)
        waiting.sort()
        yield _Desk(folders, database, opinions, waiting)


def _reader(data: Path):  # type: ignore[no-untyped-def]
    """Return what weighs questions: the model in use, or without one each wording by itself."""
    from bot.dialogue.dialogue import Dialogue
    from faq.knowledge.text import bare
    from intents.classifier.model import ModelError
    from intents.registry.registry import Registry

    class Alone:
        def vector(self, text: str) -> dict[str, float]:
            return {bare(text): 1.0}

    try:
        return Dialogue(Registry(data).open()).questions
    except ModelError:
        return Alone()


def _answered(desk: _Desk, number: int, intent: str) -> None:
    from bot.store.desk.acts import Answered

    if intent not in knowledge(desk.folders).intents:
        raise click.ClickException(f"{intent}: there is no such intent in {desk.folders.faq}/topics")
    group = desk.group(number)
    desk.write(Answered(group.numbers, intent))
    told = sum(one in group.numbers for one, _ in desk.opinions.notices)
    click.echo(f"{len(group.numbers)} answered by {intent}; {told} will be told")


def _note(desk: _Desk, new: int | None, later: int | None, ignore: int | None) -> None:
    from bot.desk import deeds

    if new is not None:
        group = desk.group(new)
        desk.write(*deeds.as_new(_by(), group))
    if later is not None:
        group = desk.group(later)
        desk.write(*deeds.later(group))
    if ignore is not None:
        group = desk.group(ignore)
        desk.write(*deeds.ignored(_by(), group, desk.waiting.traces(group)))
    click.echo(f"noted: {group.wordings[0]} ({len(group.questions)} questions)")


def _learn(desk: _Desk, group: Group, target: str, wording: str | None, *, yes: bool) -> None:
    """Show what is to be learned, check it, and save it for the running bot. Raises ClickException."""
    from bot.desk import deeds
    from bot.desk.lines import Line
    from bot.desk.publishing import Publisher
    from bot.desk.wording import kind_of, learnable, target_of
    from faq.said import SaidError

    known = knowledge(desk.folders)
    text = learnable(wording) if wording else deeds.line_of(group)
    if target and target not in known.intents:
        raise click.ClickException(f"{target}: there is no such intent in {desk.folders.faq}/topics")
    if not text:
        raise click.ClickException("nothing is left of the line once what is personal is taken out; see --wording")
    line = Line.of(target or target_of(kind_of(known, text)), text)
    publisher = Publisher(desk.folders.faq, desk.folders.data)
    try:
        click.echo(publisher.preview(line).diff)
        if wrong := publisher.wrong([line]):
            raise click.ClickException(wrong)
        if not (yes or click.confirm("save it, for the running bot to learn?")):
            return
        place = target or target_of(line.place)
        desk.write(deeds.learns(_by(), group, place, text)[0])
        publisher.save([line])
    except SaidError as error:
        raise click.ClickException(error.said.say()) from error
    click.echo("saved; the running bot learns it, or says why not: see python run_bot.py audit")


def _by() -> By:
    from bot.desk.deeds import By

    return By(int(time.time() * 1000), ROLE, WHO, rights=True)


def _list(desk: _Desk, *, everything: bool) -> None:
    waiting = {number for number, _ in desk.opinions.notices}
    groups = [*(desk.waiting.groups() or ()), *(desk.waiting.groups(noted=True) or ())]
    if everything:
        groups += desk.waiting.settled()
    for group in groups:
        _say(group, waiting)
    asked = {one.number for one in desk.opinions.unanswered()}
    for number, said in desk.opinions.questions.items():
        if number not in asked:
            click.echo(f"1×\t{said.why.value}\t-\t{said.day}\t{number}\t{said.text}")
    click.echo(f"{sum(len(one.questions) for one in groups)} questions, {len(groups)} groups", err=True)


def _say(group: Group, waiting: Iterable[int]) -> None:
    whys = Counter(question.why.value for question in group.questions)
    last = group.questions[-1]
    awaited = sum(question.number in waiting for question in group.questions)
    why = ", ".join(f"{name} {count}" for name, count in whys.most_common())
    marks = f" ({awaited} to be told)" if awaited else ""
    marks += f" [{last.note}]" if last.note else f" [{last.answered}]" if last.answered else ""
    intents = " ".join(group.likely) or "-"
    click.echo(f"{len(group.questions)}×\t{why}\t{intents}\t{last.day}\t{last.number}\t{group.wordings[0]}{marks}")
