"""What was meant: from a resident's message to ranked intents, and the training of the model that does it."""
