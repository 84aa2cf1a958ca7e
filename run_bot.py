"""The one entry: start the bot, talk to it in the terminal, check and train its knowledge."""

from bot.cli.main import main

if __name__ == "__main__":
    main()
