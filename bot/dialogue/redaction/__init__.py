"""How residents write what names a person: numbers, accounts, doors, names."""
