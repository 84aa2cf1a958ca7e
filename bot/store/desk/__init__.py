"""What is kept for the people behind the bot: tickets, messages on their way, votes, unanswered questions."""
