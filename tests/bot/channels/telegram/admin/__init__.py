"""Admins in Telegram."""
