"""What can be typed after `zhouzhi`? One file a command; each is imported only when it is called."""

from cyclopts import App

app = App(
    name="zhouzhi",
    help="Makes a curator's Markdown digest known to everyone, on Telegram and Discord.",
    version="0.1.0",
    version_flags=["--version"],
)
# a command's help stands here too, so that `zhouzhi --help` imports none of them
_COMMANDS = {
    "demo:demo": "The whole bot with sample issues on a loopback page, no token needed.",
    "run:run": "The bot.",
    "check:check": "Check the configuration and issue files: the structure found, every problem with its cure.",
    "preview:preview": "Exactly what would be sent.",
    "issues:issues": "The stored issues: list, show, import, publish, retract, set-date, set-number.",
    "search:search": "What /search finds.",
    "subscribers:subscribers": "Who is subscribed: list, import, export.",
    "send:send": "Open a campaign that sends an issue.",
    "campaigns:campaigns": "The ledger: list, show, pause, resume, cancel, retry, settle.",
    "schedule:schedule": "When the coming pushes fall: list, next.",
}
for _path, _help in _COMMANDS.items():
    app.command(f"bot.cli.{_path}", name=_path.partition(":")[0], help=_help)
