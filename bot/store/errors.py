"""What can go wrong with the store; apart, so that the command line knows it without loading a database."""


class StoreError(Exception):
    """Raised when the database, its key or a backup cannot be opened, read or written; says which, why, what to do."""


class LostError(StoreError):
    """Raised when the database's files are not those any more that were opened: deleted, replaced, cut or broken."""
