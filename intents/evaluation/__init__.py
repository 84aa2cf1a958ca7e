"""How good a model is, and why it ranks as it does."""
