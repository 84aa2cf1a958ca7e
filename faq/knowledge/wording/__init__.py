"""The kinds of fixed sentences, and those that belong to the people behind the bot."""
