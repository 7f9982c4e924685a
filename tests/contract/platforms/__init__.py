"""Do readers get the same on every platform? One set of cases, run on Telegram, Discord and the web."""
