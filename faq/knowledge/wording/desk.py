"""The fixed sentences for residents who want a person, and for the staff who reply; see `desk` in phrases.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

from faq.knowledge.fields import STRICT_KEYS
from faq.knowledge.wording.kinds import (
    Button,
    ButtonWithValue,
    Description,
    Plain,
    Sentence,
    WithBoth,
    WithName,
    WithValue,
    slots,
)

Notice = Annotated[Sentence, slots(), StringConstraints(max_length=100)]
"""What is shown for a moment; Telegram takes 200 characters."""


@dataclass(frozen=True)
class DeskPhrases:
    """What is said where people stand behind the bot."""

    __pydantic_config__ = STRICT_KEYS

    command_human: Description
    """What /human does, in the command menu."""
    command_feedback: Description
    """What /feedback does, in the command menu."""
    feedback_asked: Plain
    """Asks for a word to the people behind the bot."""
    feedback_behind: Plain
    """Asks for it behind the command, where staff wait for what the resident says of something else."""
    feedback_passed: Plain
    """Said when it was passed on to staff."""
    feedback_kept: Plain
    """Said when it is kept for the admins."""
    feedback_cut: WithValue
    """Said in place of either when only the first {value} characters were taken."""
    feedback_full: Plain
    """Said to who has had many such words today, or where too many wait."""
    feedback_dropped: Plain
    """Said to who does not want to say it after all."""
    staff_feedback: WithValue
    """Such a word, {value}, as staff see it."""
    button_person: Button
    """Button: have the question passed on to staff."""
    button_end: Button
    """Button: end the ticket."""
    end_words: Plain
    """Words, parted by spaces, with which either side ends a ticket."""
    offer: Plain
    """Said, above the button to staff, to who speaks of a person in other words."""
    asked: Plain
    """Asks for the question that is to be passed on."""
    passed: WithBoth
    """Said when the first message was passed on; {name}: how long it may take, {value}: when staff are there."""
    wait_known: WithBoth
    """How many wait, {name}, and how long the latest have waited, {value}."""
    wait_unknown: WithName
    """How many wait, {name}, where it is not known how long that takes."""
    minutes: WithValue
    """{value} minutes."""
    hours: WithValue
    """{value} hours."""
    staff_hours: WithValue
    """When staff are there; {value} is written as in offices.yaml."""
    staff_hours_unknown: Plain
    """Said where it is not known when staff are there."""
    already: WithBoth
    """Said to who wants a person and has a ticket; the slots are those of `passed`."""
    passed_more: Plain
    """Said when a further message was passed on before anybody replied."""
    full: Plain
    """Said to a message beyond what is passed on for one ticket."""
    crowded: Plain
    """Said where too many wait for staff already."""
    too_often: Plain
    """Said to who has opened as many tickets as one may in a day."""
    only_words: Plain
    """Said to a picture or a voice while a ticket is open."""
    only_alone: WithName
    """Said in a group to who wants a person; {name}: the bot's name."""
    answer: WithValue
    """What a staff member, {value}, says to the resident."""
    ended: Plain
    """Said to the resident who has ended the ticket."""
    ended_by_staff: Plain
    """Said to the resident when staff have ended it."""
    ended_silent: Plain
    """Said when it ends after a day of silence."""
    ended_unanswered: Plain
    """The same, where nobody has replied."""
    alerted: Plain
    """Said below the numbers for danger: staff were told too, and may not see it soon."""
    staff_ticket: WithBoth
    """A ticket as staff see it, below its number: {name}: topic and district; {value}: the redacted words."""
    staff_topic_unknown: Plain
    """In place of topic and district where neither is known."""
    staff_more: WithValue
    """A further message of the resident's, {value}."""
    staff_alert: WithBoth
    """A message that tells of danger, {value}, of a resident whom staff can reply to; {name}: topic and district."""
    staff_alert_group: WithValue
    """The same from a group, where staff cannot reply."""
    staff_closed: Plain
    """Said to staff who reply to a ticket that is over."""
    staff_undelivered: Plain
    """Said to staff whose reply the resident's blocked chat did not take."""
    staff_only_words: Plain
    """Said to staff who reply with anything but words."""
    staff_ended: Plain
    """Said to staff when they have ended a ticket."""
    staff_ended_by_resident: Plain
    """Said to staff when the resident has ended it."""
    staff_ended_silent: Plain
    """Said to staff when it ends after a day of silence."""
    staff_forgotten: Plain
    """Said to staff when the resident wants to be forgotten."""
    staff_greeting: Plain
    """Said in the staff's group when the bot has joined it."""
    button_up: Button
    """Button: the answer is good."""
    button_down: Button
    """Button: the answer is bad."""
    reason_other: Button
    """Button: it answers another question."""
    reason_unclear: Button
    """Button: it cannot be understood."""
    reason_wrong: Button
    """Button: it is wrong."""
    reason_missing: Button
    """Button: it leaves out what was asked."""
    button_notice: Button
    """Button: be told when the question is answered."""
    vote_thanks: Notice
    """Shown for a moment after a vote."""
    vote_why: Notice
    """Shown for a moment after 👎: why?"""
    reason_thanks: Notice
    """Shown for a moment when it was said why."""
    vote_late: Notice
    """Shown for a moment where a vote can no longer be counted."""
    notice_taken: Notice
    """Shown for a moment to who will be told."""
    notice_late: Notice
    """Shown for a moment where the question is no longer kept."""
    notice_alone: Notice
    """Shown for a moment to who wants to be told in a group."""
    notice_full: Notice
    """Shown for a moment to who waits for too many answers already."""
    notice: WithValue
    """Tells who has asked for it that the question {value} is answered now; the button to the answer follows."""
    button_contact: ButtonWithValue
    """Button: be sent the contact card of the hotline {value}."""
    button_share: Button
    """Button: send the answer to somebody else by inline mode."""
    button_open: Button
    """Button below an answer that was sent to another chat: open it in the bot."""
    inline_button: Button
    """Button above the results of an inline query: open the bot."""
    inline_danger: Plain
    """Title of the result offered to somebody in danger."""
    broadcast: WithValue
    """A message of the owners to many residents, {value}, with how to get no more of them."""
    paused: Plain
    """Said to every question while an owner has paused the bot, unless he has worded it himself."""
    paused_foot: Plain
    """Said below either: whom to turn to meanwhile, and in danger."""
    group_greeting: WithName
    """Said once in a group that the bot was added to; {name}: the bot's name."""
