"""What is kept on disk: the inbox, sessions and blocked chats; the only package that imports SQLAlchemy."""
