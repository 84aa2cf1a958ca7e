"""What is said, as data that any channel can show; no channel, no clock, no I/O."""
