"""Which process of several answers which chats."""
