"""What admins do, as functions that any channel can use: what was not answered, grouped, learned and published."""
