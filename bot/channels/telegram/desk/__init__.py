"""Residents and the people behind the bot: handing over to staff, votes, notices."""
