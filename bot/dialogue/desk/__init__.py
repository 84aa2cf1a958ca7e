"""What the people behind the bot are shown of residents' messages."""
