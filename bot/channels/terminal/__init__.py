"""The dialogue by keyboard, and as JSON for scripts."""
