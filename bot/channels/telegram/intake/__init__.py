"""From Telegram to the inbox: what is taken, from whom, and how much of it."""
