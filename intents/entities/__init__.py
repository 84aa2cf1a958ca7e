"""What a message names: places, and the subjects residents speak of."""
