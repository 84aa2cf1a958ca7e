"""Put messages, files, answers and faults of the machine that mean harm to a running bot, and count what hurts."""
