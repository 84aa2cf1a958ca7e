"""What the people behind the bot are shown of how it fares: counts by day, as words and as a picture."""
