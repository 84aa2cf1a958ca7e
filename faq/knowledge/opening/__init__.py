"""When counters are open: hours as an admin writes them, days off, and what holds at a moment."""
