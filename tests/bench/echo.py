"""The measure: a bot of the library's own parts that sends back what it gets. Run by tests.bench.delivery."""

from __future__ import annotations

import os
import sys
from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, CallbackContext, MessageHandler, filters


async def echo(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """Send the text back."""
    if update.message:
        await update.message.reply_text(update.message.text or "")


def main() -> None:
    """Serve as the library does by default; a number as argument: so many updates at once."""
    builder = ApplicationBuilder().token(os.environ["TELEGRAM_BOT_TOKEN"])
    builder = builder.base_url(f"{os.environ['TELEGRAM_BASE_URL']}/bot")
    if len(sys.argv) > 1:
        builder = builder.concurrent_updates(int(sys.argv[1]))
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
