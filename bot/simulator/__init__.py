"""A strict local Bot API server with a chat page: the whole bot without a token and without a network."""
