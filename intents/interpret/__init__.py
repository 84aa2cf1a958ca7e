"""What a whole message means: its questions, and what they lean on."""
