"""What buttons lead to, and what a resident sets for himself."""
