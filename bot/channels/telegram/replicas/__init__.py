"""Several processes that serve one bot: each chat is answered by one of them."""
