"""Admins in Telegram: what was not answered as cards, what becomes of it by buttons; nobody else sees any of it."""
