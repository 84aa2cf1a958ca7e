"""What keeps the bot serving, whatever the channel: live reload, floods, outages, operations."""
