"""What we know: the knowledge base, as YAML that admins edit and as types the bot reads."""
