"""What does the bot serve besides its platforms? Hooks by which other machines tell it something."""
