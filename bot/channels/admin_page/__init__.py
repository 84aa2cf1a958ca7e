"""The page for admins in a browser: the same acts as in Telegram, and what needs more room than a chat has."""
