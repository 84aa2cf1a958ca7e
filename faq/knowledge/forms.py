"""Forms of written values, shared by the schema and by its messages."""

KEY = r"^[a-z0-9_.-]+$"
"""Names that files refer to each other by."""

DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
"""Year, month or day of a document."""

PHONE = r"^(\d{3,5}|0\d{2,3}-\d{7,8}(-\d{1,4})?|1\d{10}|[48]00-?\d{3}-?\d{4})$"
"""A hotline, a number with its area code, a mobile, a 400 number."""

URL = r"^https://[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._~/%?=&-]*)?$"
"""A public page; plain http may be changed on its way."""
