"""What can be typed after `zhouzhi`? One file a command; each is imported only when it is called."""

from cyclopts import App

app = App(
    name="zhouzhi",
    help="Makes a curator's Markdown digest known to everyone, on Telegram and Discord.",
    version="0.1.0",
    version_flags=["--version"],
)
app.command("bot.cli.demo:demo", name="demo")
app.command("bot.cli.run:run", name="run")
app.command("bot.cli.check:check", name="check")
app.command("bot.cli.preview:preview", name="preview")
app.command("bot.cli.issues:issues", name="issues")
app.command("bot.cli.search:search", name="search")
app.command("bot.cli.subscribers:subscribers", name="subscribers")
app.command("bot.cli.send:send", name="send")
app.command("bot.cli.campaigns:campaigns", name="campaigns")
app.command("bot.cli.schedule:schedule", name="schedule")
