"""Inline mode of the simulated Telegram: queries in any chat, their results, and what is sent of them."""
