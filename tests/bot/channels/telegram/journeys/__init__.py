"""Twelve journeys of residents through Telegram, from the first tap to what they came for."""
