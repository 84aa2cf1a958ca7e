"""Answer admins: commands and presses on cards become changes of the store; nothing is sent or edited here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from cachetools import TTLCache
from telegram import Message

from bot.channels.telegram.admin import broadcasts, buttons, cards, pauses
from bot.channels.telegram.admin.broadcasts import Broadcasts
from bot.channels.telegram.admin.buttons import AdminPress, Does
from bot.channels.telegram.admin.figures import Statistics
from bot.channels.telegram.admin.pages import edit_of, in_place, new_page, stamp_of
from bot.channels.telegram.admin.pauses import Pauses
from bot.channels.telegram.admin.roles import Role, Roles
from bot.channels.telegram.admin.telling import Telling
from bot.channels.telegram.answer import Answer
from bot.channels.telegram.desk.keys import DeskPress, Verb
from bot.channels.telegram.intake.addressing import Call, is_private
from bot.channels.telegram.intake.incoming import Incoming
from bot.desk import deeds
from bot.desk.deeds import By
from bot.desk.groups import Group
from bot.desk.lines import Line
from bot.desk.publishing import Publisher
from bot.desk.waiting import Waiting
from bot.desk.wording import kind_of, learnable, target_of
from bot.dialogue.dialogue import Dialogue
from bot.store.desk.acts import NEW, ByAdmin
from bot.store.store import Store
from faq.knowledge.text import bare, normalise
from faq.knowledge.types import Intent
from faq.said import Said, SaidError, said

Invites = Callable[[int, Role], Said]
"""Return the sentence with a link by which a user with a role comes to the page."""

_PATIENCE = 600.0
"""Seconds for which it is remembered that an admin's next words are a search or a wording."""

_MOST = 1_000
"""Most of what is remembered so."""

_OFFERED = 6
"""Most intents offered for a group."""


class _Asked(NamedTuple):
    """What an admin's next words are."""

    group: int
    """Number of the group that they are about."""
    target: str
    """Where the line goes that they word; empty: they are a search."""


def own_number(call: Call) -> Answer | None:
    """Answer anybody who asks for his own number in a chat with the bot alone; None: it is not asked for."""
    if call.command != "id" or not is_private(call.message):
        return None
    return new_page(call.message.chat.id, cards.plain(said("desk_id", number=str(call.resident[1]))))


class Admin:
    """Knows the cards, and what each button brings about."""

    def __init__(self, store: Store, roles: Roles, waiting: Waiting, publisher: Publisher, telling: Telling) -> None:
        """Take the store, who has a role, the groups that wait, what previews edits, and where acts are told of."""
        self._statistics, self._pauses = Statistics(store, roles), Pauses(store)
        self.broadcasts = Broadcasts(store)
        """Lets owners write to everybody."""
        self._opinions, self._name = store.desk.opinions, store.pseudonym
        self._roles, self._waiting, self._publisher, self._telling = roles, waiting, publisher, telling
        self.invites: Invites | None = None
        """Gives an admin a link to the page; None: there is no page here."""
        self._asked: TTLCache[int, _Asked] = TTLCache(_MOST, _PATIENCE)
        self._worded: TTLCache[tuple[int, int, str], str] = TTLCache(_MOST, _PATIENCE)

    def knows(self, incoming: Incoming) -> bool:
        """Tell whether an update comes from an admin in a chat with the bot alone."""
        return incoming.chat == incoming.user and self._roles.of(incoming.user) is not None

    def heard(self, dialogue: Dialogue, call: Call) -> Answer | None:
        """Answer what an admin writes in a chat with the bot alone; None: it is answered like anybody's."""
        user = call.resident[1]
        if not is_private(call.message):
            return None
        if own := own_number(call):
            return own
        role = self._roles.of(user)
        if role is None:
            return None
        return (self._commanded if call.command else self._answered)(dialogue, call, role, user)

    def _answered(self, dialogue: Dialogue, call: Call, role: Role, user: int) -> Answer | None:
        """Answer what an admin was asked for; None: nothing was, or it tells of danger."""
        if role == Role.OWNER and (own := self.broadcasts.told(dialogue, call)):
            return own
        asked = self._asked.get(user)
        if asked is None or not bare(call.words) or dialogue.urgent(call.words):
            return None
        del self._asked[user]
        return self._told(dialogue, asked, call.words, user)

    def _commanded(self, dialogue: Dialogue, call: Call, role: Role, user: int) -> Answer | None:
        self._asked.pop(user, None)
        self.broadcasts.dropped(user)
        if call.command == "unanswered":
            return self._noted(user) if call.words.strip().lower() == NEW else self._next(dialogue, user)
        if call.command == "admin" and self.invites is not None:
            return new_page(user, cards.plain(self.invites(user, role)))
        if call.command == "audit" and role == Role.OWNER:
            return new_page(user, cards.acts(dialogue.faq, self._opinions.acts.values()))
        if call.command == broadcasts.COMMAND and role == Role.OWNER:
            return self.broadcasts.heard(dialogue, call)
        if call.command in (pauses.PAUSE, pauses.RESUME) and role == Role.OWNER:
            return self._pauses.heard(dialogue, call)
        return self._statistics.heard(dialogue, call)

    def _told(self, dialogue: Dialogue, asked: _Asked, words: str, user: int) -> Answer:
        """Answer what an admin was asked for: a wording, or words to look for."""
        group = self._waiting.group(asked.group)
        if group is None:
            return new_page(user, cards.plain(said("desk_gone")), [[buttons.next_key()]])
        if asked.target:
            self._worded[user, group.number, asked.target] = learnable(normalise(words))
            return self._preview(dialogue, group, asked.target, user)
        return self._offers(group, deeds.found(dialogue, words), user)

    def pressed(
        self, dialogue: Dialogue, message: Message, pressed: DeskPress, number: int, resident: tuple[int, int]
    ) -> Answer | None:
        """Answer a press of an admin on a card; None: it is nobody's who may, or no button of today."""
        user, role = resident[1], self._roles.of(resident[1])
        if role is None or not is_private(message):
            return None
        if pressed.verb == Verb.BROADCAST:
            mine = role == Role.OWNER
            return self.broadcasts.pressed(dialogue, message, pressed.target, number, user) if mine else None
        press = AdminPress.read(pressed.target)
        return self._pressed(dialogue, message, press, number, role, user) if press else None

    def _pressed(
        self, dialogue: Dialogue, message: Message, press: AdminPress, number: int, role: Role, user: int
    ) -> Answer:
        self._asked.pop(user, None)
        self.broadcasts.dropped(user)
        if press.does == Does.NEXT:
            return self._next(dialogue, user)
        if press.does == Does.UNDO:
            return self._undo(press.number, self._by(number, role, user), message, user)
        if press.does == Does.INSIST:
            return self._insist(press.number, self._by(number, role, user), message, user)
        group = self._waiting.group(press.number)
        if group is None or not deeds.is_place(dialogue.faq, press.target):
            return in_place(message, cards.plain(said("desk_gone")), [[buttons.next_key()]])
        answer = self._about(dialogue, group, press, user)
        if answer is not None:
            return replace(answer, edit=edit_of(message, answer.posts[0]))
        return self._done(dialogue, group, press, message, self._by(number, role, user))

    def _about(self, dialogue: Dialogue, group: Group, press: AdminPress, user: int) -> Answer | None:  # noqa: PLR0911
        """Return the page that a button leads to; None: it changes something."""
        match press.does:
            case Does.CARD:
                return self._card(dialogue, group, user)
            case Does.CHOOSE:
                likely = [*group.likely, *dialogue.questions.likely(group.wordings[0])]
                return self._offers(group, buttons.named(dialogue.faq, dict.fromkeys(likely)), user)
            case Does.SEARCH:
                self._asked[user] = _Asked(group.number, "")
                return new_page(user, cards.plain(said("desk_search")), buttons.of_intents(group, ()))
            case Does.WORDING:
                self._asked[user] = _Asked(group.number, press.target)
                return new_page(user, cards.plain(said("desk_word")), buttons.of_intents(group, ()))
            case Does.INTENT:
                return self._preview(dialogue, group, press.target, user)
            case Does.DECLINE:
                line = self._line(user, group, "") or group.wordings[0]
                return self._preview(dialogue, group, target_of(kind_of(dialogue.faq, line)), user)
            case Does.ACCEPT if (changed := self._changed(group, press, user)) is not None:
                return self._preview(dialogue, group, press.target, user, changed)
        return None

    def _done(self, dialogue: Dialogue, group: Group, press: AdminPress, message: Message, by: By) -> Answer:
        """Return what a button changes, and the next card or, where something is to be published, where it is told."""
        changes: tuple[ByAdmin, ...] = ()
        match press.does:
            case Does.ACCEPT:
                return self._accepted(dialogue, group, press, message, by)
            case Does.NEW:
                changes = deeds.as_new(by, group)
            case Does.IGNORE:
                changes = deeds.ignored(by, group, self._waiting.traces(group))
            case Does.LATER:
                changes = deeds.later(group)
        following = [one for one in self._waiting.groups() or () if one.number != group.number]
        notice = said(_NOTICES[press.does]).say()
        if not following:
            return replace(in_place(message, cards.plain(said("desk_empty")), [], changes), notice=notice)
        shown = cards.card(dialogue.faq, following[0], len(following))
        return replace(in_place(message, shown, buttons.of_card(following[0]), changes), notice=notice)

    def _accepted(self, dialogue: Dialogue, group: Group, press: AdminPress, message: Message, by: By) -> Answer:
        line = self._line(message.chat.id, group, press.target)
        changes = deeds.learns(by, group, press.target, line, dialogue.faq, self._publisher.registry.active())
        if len(changes) > 1:
            return in_place(message, cards.plain(said("desk_known")), [[buttons.next_key()]], changes)
        self._telling.note(by.number, message)
        return in_place(message, cards.plain(said("desk_queued", line=line)), [[buttons.next_key()]], changes)

    def _by(self, number: int, role: Role, user: int) -> By:
        return By(number, role.value, self._name(user), role == Role.OWNER)

    def _undo(self, act: int, by: By, message: Message, user: int) -> Answer:
        change = deeds.undoes(by, self._opinions.acts, act)
        if isinstance(change, Said):
            keys = [] if change.key == "desk_undo_not_yours" else [[buttons.next_key()]]
            return new_page(user, cards.plain(change), keys)
        self._telling.note(by.number, message)
        return in_place(message, cards.plain(said("desk_undoing")), [], (change,))

    def _insist(self, act: int, by: By, message: Message, user: int) -> Answer:
        changes = deeds.insists(by, self._opinions.acts, act, said("desk_insist_chance").say())
        if isinstance(changes, Said):
            return new_page(user, cards.plain(changes))
        self._telling.note(act, message)
        queued = said("desk_queued", line=changes[0].wording)
        return in_place(message, cards.plain(queued), [[buttons.next_key()]], changes)

    def _next(self, dialogue: Dialogue, user: int) -> Answer:
        """Return the first card that waits, as a new message."""
        groups = self._waiting.groups()
        if groups is None:
            return new_page(user, cards.plain(said("desk_sorting")), [[buttons.next_key()]])
        if not groups:
            return new_page(user, cards.plain(said("desk_empty")))
        return self._card(dialogue, groups[0], user)

    def _noted(self, user: int) -> Answer:
        groups = self._waiting.groups(noted=True) or []
        rows = [[buttons.key(one.wordings[0][:20], AdminPress(Does.CARD, one.number))] for one in groups[:_OFFERED]]
        return new_page(user, cards.listing(said("desk_new_head", count=len(groups)), groups), rows)

    def _card(self, dialogue: Dialogue, group: Group, user: int) -> Answer:
        waiting = len(self._waiting.groups() or ())
        return new_page(user, cards.card(dialogue.faq, group, waiting), buttons.of_card(group))

    def _offers(self, group: Group, intents: Sequence[Intent], user: int) -> Answer:
        head = said("desk_choose" if intents else "desk_found_none", question=group.wordings[0])
        return new_page(user, cards.plain(head), buttons.of_intents(group, intents[:_OFFERED]))

    def _preview(self, dialogue: Dialogue, group: Group, target: str, user: int, changed: str | None = None) -> Answer:
        """Show what would be changed; `changed`: what another has changed of the file since it was shown."""
        back = [[buttons.key(said("desk_button_back").say(), AdminPress(Does.CARD, group.number))]]
        text = self._line(user, group, target)
        if not text:
            return new_page(user, cards.plain(said("desk_nothing_left")), buttons.of_preview(group, target, "")[1:])
        line = Line.of(target, text)
        try:
            found = self._publisher.preview(line)
        except (SaidError, OSError) as error:
            why: Said | str = error.said if isinstance(error, SaidError) else type(error).__name__
            return new_page(user, cards.plain(said("desk_no_preview", why=why)), back)
        where = (
            said("desk_preview_decline")
            if line.place != "questions"
            else said(
                "desk_preview", title=dialogue.faq.intents[target].title if target in dialogue.faq.intents else target
            )
        )
        shown = cards.preview(where.say(), found.diff)
        if changed is not None:
            shown = f"{cards.preview(said('desk_changed').say(), changed)}\n{shown}"
        return new_page(user, shown, buttons.of_preview(group, target, found.stamp + stamp_of(text)))

    def _changed(self, group: Group, press: AdminPress, user: int) -> str | None:
        """Return what another has changed of the file since the edit was shown; None: it may be made as shown."""
        text, length = self._line(user, group, press.target), len(stamp_of(""))
        stamp, words = press.stamp[:-length], press.stamp[-length:]
        try:
            changed = self._publisher.changed_since(Line.of(press.target, text), stamp)
        except OSError:
            return ""
        return changed if changed is not None else None if stamp_of(text) == words else ""

    def _line(self, user: int, group: Group, target: str) -> str:
        """Return the line that is learned of a group: as an admin has worded it, else its most frequent wording."""
        return self._worded.get((user, group.number, target)) or deeds.line_of(group)


_NOTICES = {
    Does.NEW: "desk_noted_new",
    Does.IGNORE: "desk_noted_ignored",
    Does.LATER: "desk_noted_later",
}
