"""The one entry: start the bot, talk to it in the terminal, check and train its knowledge."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback for Ctrl-C while the program loads; `main` puts it back

from bot.cli.main import main

if __name__ == "__main__":
    main()
