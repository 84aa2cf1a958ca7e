"""Fixed sentences and buttons that only Telegram has; the wording stands in phrases.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from faq.knowledge.fields import STRICT_KEYS
from faq.knowledge.wording.kinds import Button, ButtonWithName, ButtonWithValue, Plain, WithBoth, WithName, WithValue


@dataclass(frozen=True)
class TelegramPhrases:
    """Words for keyboards, commands and what each resident may set; `{…}` slots are filled in by the program."""

    __pydantic_config__ = STRICT_KEYS

    alarm_numbers: WithValue
    """First line of an alarm: the numbers {value} to call."""
    button_copy: ButtonWithValue
    """Button: copy the telephone number {value}, one of several."""
    button_copy_one: Button
    """Button: copy the only telephone number."""
    key_menu: Button
    """Key: all questions."""
    key_office: Button
    """Key: the office for what was asked last."""
    key_district: Button
    """Key: choose another district."""
    key_human: Button
    """Key: a person."""
    key_location: Button
    """Key: send the place where one is, which proposes a district."""
    key_hide: Button
    """Key: take the keys away."""
    key_hint: Button
    """Shown in the empty input field while the keys are there."""
    keyboard_shown: Plain
    """Said with the keys."""
    keyboard_hidden: Plain
    """Said when they are taken away."""
    linked: Plain
    """First words to who came by a link, above what it leads to."""
    unknown_link: Plain
    """Said above the welcome to who came by a link that leads nowhere."""
    stopped: Plain
    """Answer to /stop."""
    near: WithName
    """Asked of who sent a place: whether it is in the district {name}."""
    near_outside: WithName
    """Said to who sent a place in {name}, beside the city."""
    near_yes: ButtonWithName
    """Button: it is in the district {name}."""
    near_no: Button
    """Button: it is not, show the districts."""
    which_district: Plain
    """Asked over the districts that one message names."""
    district_unknown: Plain
    """Said over all districts to a place that is not known."""
    district_outside: WithName
    """Said over all districts to the name of a place of another city, {name}."""
    settings: Plain
    """Heading over what a resident may set."""
    setting_spacious: Button
    """Button: lines are short and spaced out."""
    setting_compact: Button
    """Button: they are not."""
    setting_script_written: Button
    """Button: answers are in the script of the questions."""
    setting_script_traditional: Button
    """Button: in traditional characters."""
    setting_script_simplified: Button
    """Button: in simplified ones."""
    setting_notices: Button
    """Button: the bot may write first."""
    setting_quiet: Button
    """Button: it may not."""
    mydata: Plain
    """Heading over what is remembered of a resident."""
    mydata_district: WithValue
    """The district {value}."""
    mydata_asked: WithValue
    """A question {value} that was asked."""
    mydata_danger: Plain
    """That a danger was told of."""
    mydata_story: WithValue
    """That {value} pieces of a story were told."""
    mydata_offered: WithValue
    """That {value} buttons of the last reply are remembered."""
    mydata_traditional: Plain
    """That the resident writes in traditional characters."""
    mydata_simplified: Plain
    """That the resident writes in simplified ones."""
    mydata_turns: WithBoth
    """How many messages and presses were counted, {name}, and when the last one came, {value}."""
    mydata_settings: WithValue
    """What was set, {value}."""
    mydata_comma: Plain
    """Between two settings."""
    mydata_ticket: WithValue
    """That a ticket is open with {value} messages passed on."""
    mydata_waiting: WithValue
    """That {value} messages are on their way to the chat."""
    mydata_set_aside: WithValue
    """That {value} messages failed and wait for an admin."""
    mydata_recent: WithValue
    """That {value} questions, redacted, are remembered in memory."""
    mydata_votes: WithValue
    """That it is remembered in memory of {value} votes whose they are."""
    mydata_subscribed: Plain
    """That the bot may write to the resident first, and so keeps the number of the chat."""
    mydata_subscribed_district: WithValue
    """The same where the district {value} is kept with it."""
    mydata_notice: WithValue
    """That the resident waits for the answer to the question {value}."""
    mydata_end: Plain
    """How to be forgotten, and what is not listed."""
    mydata_nothing: Plain
    """Said where nothing is remembered."""
    mydata_alone: WithName
    """Said in a group, where everybody would read it; {name}: the bot's name."""
    forgotten_all: Plain
    """Heading over what was forgotten."""
    forgotten_not: Plain
    """What cannot be deleted."""
