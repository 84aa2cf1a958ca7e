"""Where residents talk with the bot, one room each."""
