"""The bot against parts by other hands."""
