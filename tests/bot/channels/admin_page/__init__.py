"""The page for admins."""
