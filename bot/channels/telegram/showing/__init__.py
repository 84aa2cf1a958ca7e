"""How a reply looks in Telegram: HTML, keyboards, and what each resident wants of them."""
