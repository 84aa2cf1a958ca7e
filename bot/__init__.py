"""What is said: the dialogue, and the channels that carry it."""
