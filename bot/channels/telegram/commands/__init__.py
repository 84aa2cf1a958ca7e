"""What commands and links mean, and how the bot introduces itself."""
