"""What is wrong with how the bot is set up and runs, each with what to do about it; nothing is changed."""
