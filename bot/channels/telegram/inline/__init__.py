"""Inline mode: the bot's answers in any chat, by its name and a few words."""
