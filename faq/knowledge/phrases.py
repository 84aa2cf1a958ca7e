"""Every fixed sentence and button the bot says, by name; the wording stands in phrases.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from faq.knowledge.fields import STRICT_KEYS
from faq.knowledge.wording.desk import DeskPhrases
from faq.knowledge.wording.kinds import (
    Button,
    Description,
    Plain,
    Sentence,
    WithBoth,
    WithName,
    WithValue,
    Wordings,
    WordingsWithName,
    WordingsWithValue,
    slots,
)
from faq.knowledge.wording.telegram import TelegramPhrases


@dataclass(frozen=True)
class Phrases(TelegramPhrases):
    """The bot's fixed words; `{…}` slots are filled in by the program."""

    __pydantic_config__ = STRICT_KEYS

    cited: Annotated[tuple[str, ...], Field(min_length=1)]
    """Keys of sources.yaml for the figures in these sentences."""
    welcome: Plain
    """First message of a chat and answer to /start."""
    help: Plain
    """Answer to /help."""
    privacy: Plain
    """Answer to /privacy: what is kept and for how long."""
    forgotten: Plain
    """Answer to /forget."""
    menu: Plain
    """Heading over the buttons of the topics."""
    topic: WithName
    """Heading over the questions of the topic {name}."""
    danger_stays: Plain
    """Said beside a farewell or thanks while a danger told of is not known to be over."""
    danger_over: Plain
    """Said when a resident who was in danger writes that it is over."""
    go_on: Plain
    """Said to a message that only says that the resident has read: 嗯."""
    clarify: Plain
    """Asked over up to three possible questions."""
    clarify_one: WithName
    """Asks back where a single question may have been meant: its title."""
    clarify_none: Plain
    """Said when none of the offered questions was meant."""
    fallback: Plain
    """Said when nothing is safe to say."""
    referred: WithValue
    """Said of other offices' business: {value}, whose it is."""
    hotline_unknown: WithName
    """Said of a hotline, `{name}`, that no answer knows."""
    outside: WithName
    """Said when the resident asks about {name}, a place of another city."""
    household_outside: WithName
    """Added to an answer when the resident's household is registered in {name}, a place of another city."""
    nothing_readable: Plain
    """Said to a message without a single readable word."""
    numbers_seen: Plain
    """Added when a message holds the number of an identity card, a telephone or a bank card; not in an emergency."""
    part_unclear: WithName
    """Said of the part {name} of a message whose other parts were answered."""
    expired: Plain
    """Told instead of an answer that no longer holds."""
    not_yet: WithValue
    """Told instead of an answer that holds only from the day {value} on."""
    source_site: WithValue
    """Behind a source: the official site {value} where it can be looked up."""
    term: WithBoth
    """What a word {name} means: {value}."""
    point_unknown: Wordings
    """Said in several wordings where an answer does not say what was asked of it; the office follows."""
    point_nearest: WordingsWithValue
    """The same, with the point {value} that comes nearest."""
    sources: WithValue
    """Line under an answer; {value}: titles, numbers and dates."""
    office: WithName
    """Line under an answer; {name}: the office to turn to."""
    town: WithName
    """Added to the office when the resident named the town or street {name}."""
    office_district: WithName
    """Added to an office that is that of the district {name}."""
    office_for: WithName
    """Said above the office for {name}, which was asked last."""
    phone: WithValue
    """Verified telephone number of the office."""
    address: WithValue
    """Verified address of the office."""
    hours: WithValue
    """Verified opening hours of the office."""
    open_now: WithValue
    """Said while the office is open; it closes at {value}."""
    opens_today: WithValue
    """Said before the office opens for the first time today; it opens at {value}."""
    lunch_break: WithValue
    """Said between two openings of a day; it opens again at {value}."""
    closed_now: WithValue
    """Said after the last opening of a day; it opens next at {value}."""
    day_off: WithValue
    """Said on a day without opening; it opens next at {value}."""
    holidays_unknown: Plain
    """Added where it is not known how an office keeps a public holiday or make-up workday."""
    plan_unknown: Plain
    """Added around a holiday of a year whose bridging days and make-up workdays are not known yet."""
    verified: WithValue
    """Added to a contact that was verified long ago, on the day {value}."""
    when_today: WithValue
    """The time {value} of today."""
    when_tomorrow: WithValue
    """The time {value} of tomorrow."""
    when_this_week: WithBoth
    """The time {value} of a day of the week {name}, within six days."""
    when_later: WithBoth
    """The time {value} of the day {name} (10-08), further away."""
    weekdays: Annotated[Sentence, slots(), StringConstraints(pattern=r"^\S+( \S+){6}$")]
    """Names of the days of the week from Monday on, parted by spaces."""
    phone_unknown: Plain
    """Said when no number of the office is verified."""
    choose_district: Plain
    """Heading over the buttons of the districts."""
    district_here: WithName
    """Said above an answer that is shown again for the district {name}."""
    district_set: WithName
    """Said when the resident chose the district {name}."""
    voice: Plain
    """Answer to a voice message."""
    picture: Plain
    """Answer to a photo, video, story or document without words."""
    sticker: Plain
    """Answer to a sticker, animation or dice."""
    location: Plain
    """Answer to a place on the map."""
    contact: Plain
    """Answer to a shared contact."""
    poll: Plain
    """Answer to a poll or checklist."""
    gift: Plain
    """Answer to a gift."""
    other: Plain
    """Answer to any other kind of message, also those that Telegram has yet to invent."""
    ask_alone: Plain
    """Answer to /ask without a question, in a private chat."""
    ask_in_group: WithName
    """Answer in a group to who calls the bot, @{name}, and asks nothing."""
    unknown_command: Plain
    """Answer to a command that does not exist."""
    sorry: Plain
    """Said when the bot itself failed."""
    too_fast: Plain
    """Said once when a resident writes faster than anyone can read the answers; further messages are dropped."""
    too_fast_group: Plain
    """Said once in a group where more is asked than may be answered there; further messages are dropped."""
    danger_repeated: Plain
    """Said once after many cries for help of one resident; further ones are dropped until there was a pause."""
    old_button: Plain
    """Said when a button belongs to knowledge that has been removed since."""
    button_details: Button
    """Button: the long form of the answer."""
    button_less: Button
    """Button: the short form of the answer again."""
    button_back: Button
    """Button: the answer again, where its sources or the districts were shown in its place."""
    button_sources: Button
    """Button: all sources of the answer."""
    button_whole: Button
    """Button: the whole answer, where only a part of it was given."""
    button_none: Button
    """Button under offered questions: none of these."""
    button_menu: Button
    """Button: back to the topics."""
    button_district: Button
    """Button: choose one's district."""
    button_change_district: Button
    """Button: choose another district."""
    button_forget_district: Button
    """Button: do not say."""
    terminal_hint: Plain
    """First lines of the terminal chat."""
    terminal_help: Plain
    """Words, parted by spaces, that ask for help in the terminal chat."""
    terminal_menu: Plain
    """Words, parted by spaces, that show the topics in the terminal chat."""
    terminal_leave: Plain
    """Words, parted by spaces, that end the terminal chat."""
    terminal_no_button: WithValue
    """Said in the terminal chat when the number {value} stands before no button."""
    terminal_bye: Plain
    """Last line of the terminal chat."""
    command_start: Description
    """What /start does, in the command menu."""
    command_menu: Description
    """What /menu does."""
    command_district: Description
    """What /district does."""
    command_help: Description
    """What /help does."""
    command_ask: Description
    """What /ask does."""
    command_privacy: Description
    """What /privacy does."""
    command_settings: Description
    """What /settings does."""
    command_mydata: Description
    """What /mydata does."""
    command_stop: Description
    """What /stop does."""
    command_forget: Description
    """What /forget does."""
    bot_name: Annotated[Sentence, slots(), StringConstraints(max_length=64)]
    """How Telegram names the bot."""
    about: Annotated[Sentence, slots(), StringConstraints(max_length=512)]
    """Shown by Telegram in an empty chat."""
    about_short: Annotated[Sentence, slots(), StringConstraints(max_length=120)]
    """Shown by Telegram on the bot's profile."""
    listening: Wordings
    """Said to a piece of a story that asks nothing yet."""
    listening_offering: Wordings
    """The same, over questions that may be meant."""
    listening_strange: Wordings
    """The same, to what is probably another office's business: who it is that hears such things."""
    listening_long: Wordings
    """The same, after several pieces: what can be asked here, and who hears the rest."""
    noted: Wordings
    """Said to what is told, and asks nothing, once something was asked."""
    beside: WithName
    """Said below an answer of what else the message speaks of, {name}, which is offered."""
    answered_again: WordingsWithValue
    """Said in place of an answer that was just given; {value}: its first sentence."""
    chat_again: Wordings
    """Said in place of small talk that was just said."""
    fallback_again: Wordings
    """Said when, once more, nothing is safe to say."""
    clarify_again: Wordings
    """Asked over possible questions when the bot has just asked back."""
    alarm_again: Wordings
    """Said before the numbers for danger when they were said just now."""
    after_alarm: Wordings
    """Said after an alarm to what is not understood."""
    danger_asks: Plain
    """Said to a word that steers while somebody is in danger."""
    repeated: Plain
    """Said before an answer that is repeated on request."""
    shortened: WordingsWithValue
    """The first sentence {value} of an answer that was too long."""
    no_more: Wordings
    """Said when asked what else there is, and there is nothing."""
    nothing_yet: Wordings
    """Said to a word that steers when nothing was asked yet."""
    missed: Wordings
    """Said when the answer was not to the question."""
    missed_offering: Wordings
    """The same, over other questions that may have been meant."""
    restarted: Wordings
    """Said when the resident wants to begin again."""
    going_on: WordingsWithName
    """Said on going on with what was asked about, {name}."""
    human: Plain
    """Said to who wants a person, where no answer says how."""
    taken_back: Wordings
    """Said to a resident who takes back what was said and does not yet say what was meant."""
    district_kept: Plain
    """Said to who does not choose a district."""
    district_now: WithName
    """Heading over the buttons of the districts once {name} was chosen."""
    desk: DeskPhrases
    """What is said where people stand behind the bot: handing over, votes, notices, inline answers."""
