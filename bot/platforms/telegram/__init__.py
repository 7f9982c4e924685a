"""How does the bot live on Telegram? `render`, `pack` and `readback` are pure; only `client` and `events` are the door."""
