"""Forms of written values, shared by the schema and by its messages."""

KEY = r"^[a-z0-9_.-]+$"
"""Names that files refer to each other by."""

DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
"""Year, month or day of a document."""
