"""The kinds of sentences and buttons, and those that only some channels have."""
