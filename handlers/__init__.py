"""What can people do? Every command and every button press, in one tuple: read this first.

A command is typed (`/latest`) and stands in menus and help; an action is pressed and carries an address
(`Action("item", ("3f",))`). A command can be pressed too. Menus, help and the docs' table are made from here
(`handlers/table.py`); `handlers/dispatch.py` finds the route, checks who and where, and calls the handler.
"""

from handlers.browse import issues, item, pictures, section, sections, view
from handlers.density import density
from handlers.desk import broadcast as desk
from handlers.desk import campaign as running
from handlers.desk import merge as merging
from handlers.desk import upload as uploading
from handlers.help import help_
from handlers.latest import issue, latest
from handlers.rich import plain, rich
from handlers.route import Argument, Route, Where
from handlers.search import search, turn
from handlers.settings import language, languages, resume, settings, stop, zone, zone_ask, zones
from handlers.start import everything, joined, start
from handlers.subscribe import category, done, join, pick, subscribe, subscriptions, toggle
from handlers.times import times, times_ask, times_day, times_set
from handlers.unsubscribe import keep, leave, pause, unsubscribe

EVERYWHERE: frozenset[Where] = frozenset(("private", "group", "channel", "server", "dm"))
TALK: frozenset[Where] = frozenset(("private", "group", "server", "dm"))
ALONE: frozenset[Where] = frozenset(("private", "dm"))


def _words(hans: str, hant: str = "") -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Chinese aliases by script, the traditional ones only where they differ. English words would swallow searches."""
    pairs = (("zh-Hans", hans), ("zh-Hant", hant))
    return tuple((language_, tuple(words.split())) for language_, words in pairs if words)


ROUTES: tuple[Route, ...] = (
    # --- typed by everybody
    Route("start", start, where=TALK, aliases=_words("开始", "開始")),
    Route("latest", latest, arguments=(Argument("series", completes="series"),), where=TALK, group="read",
          aliases=_words("最新")),
    Route("issue", issue, arguments=(Argument("n", completes="issue"),), where=TALK, group="read",
          aliases=_words("期")),
    Route("issues", issues, where=TALK, group="read", aliases=_words("往期")),
    Route("sections", sections, arguments=(Argument("issue", completes="issue"),), where=TALK, group="read",
          aliases=_words("栏目", "欄目")),
    Route("search", search, arguments=(Argument("query", is_required=True, completes="title"),), where=TALK,
          group="find", aliases=_words("搜索 搜", "搜尋")),
    Route("subscribe", subscribe, arguments=(Argument("category", completes="category"),), who="place admin",
          where=EVERYWHERE, group="follow", aliases=_words("订阅", "訂閱")),
    Route("unsubscribe", unsubscribe, arguments=(Argument("category", completes="category"),), who="place admin",
          where=EVERYWHERE, group="follow", aliases=_words("退订", "退訂")),
    Route("subscriptions", subscriptions, who="place admin", where=EVERYWHERE, group="follow",
          aliases=_words("我的订阅", "我的訂閱")),
    Route("settings", settings, who="place admin", where=EVERYWHERE, group="mine",
          aliases=_words("设置", "設定")),
    Route("help", help_, arguments=(Argument("command"),), where=TALK, group="mine",
          aliases=_words("帮助", "幫助")),
    # --- typed by curators
    Route("broadcast", desk.broadcast, arguments=(Argument("issue", completes="issue"),), who="editor", where=ALONE,
          group="desk", aliases=_words("广播", "廣播")),
    Route("upload", uploading.upload, arguments=(Argument("file", kind="file"),), who="editor", where=ALONE,
          group="desk", aliases=_words("上传", "上傳")),
    # --- pressed while reading
    Route("section", section, kind="action", where=TALK),
    Route("view", view, kind="action", where=TALK),
    Route("item", item, kind="action", where=TALK),
    Route("pictures", pictures, kind="action", where=EVERYWHERE),
    Route("search", turn, kind="action", where=TALK),
    # --- pressed while choosing what to be sent
    Route("joined", joined, kind="action", where=EVERYWHERE),
    Route("everything", everything, kind="action", who="place admin", where=EVERYWHERE),
    Route("toggle", toggle, kind="action", who="place admin", where=EVERYWHERE),
    Route("pick", pick, kind="action", who="place admin", where=EVERYWHERE),
    Route("done", done, kind="action", who="place admin", where=EVERYWHERE),
    Route("category", category, kind="action", where=EVERYWHERE),
    Route("join", join, kind="action", who="place admin", where=EVERYWHERE),
    Route("leave", leave, kind="action", who="place admin", where=EVERYWHERE),
    Route("pause", pause, kind="action", who="place admin", where=EVERYWHERE),
    Route("keep", keep, kind="action", where=EVERYWHERE),
    # --- pressed in the settings
    Route("languages", languages, kind="action", who="place admin", where=EVERYWHERE),
    Route("language", language, kind="action", who="place admin", where=EVERYWHERE),
    Route("zones", zones, kind="action", where=TALK),
    Route("zone", zone, kind="action", where=TALK),
    Route("zone_ask", zone_ask, kind="action", where=TALK),
    Route("times", times, kind="action", who="place admin", where=EVERYWHERE),
    Route("times_day", times_day, kind="action", who="place admin", where=EVERYWHERE),
    Route("times_set", times_set, kind="action", who="place admin", where=EVERYWHERE),
    Route("times_ask", times_ask, kind="action", who="place admin", where=EVERYWHERE),
    Route("density", density, kind="action", who="place admin", where=EVERYWHERE),
    Route("rich", rich, kind="action", where=ALONE),
    Route("plain", plain, kind="action", where=ALONE),
    Route("stop", stop, kind="action", who="place admin", where=EVERYWHERE),
    Route("resume", resume, kind="action", who="place admin", where=EVERYWHERE),
    # --- pressed at the desk
    Route("broadcast_issues", desk.broadcast_issues, kind="action", who="editor", where=ALONE),
    Route("broadcast_to", desk.broadcast_to, kind="action", who="editor", where=ALONE),
    Route("broadcast_channels", desk.broadcast_channels, kind="action", who="editor", where=ALONE),
    Route("broadcast_preview", desk.broadcast_preview, kind="action", who="editor", where=ALONE),
    Route("broadcast_check", desk.broadcast_check, kind="action", who="editor", where=ALONE),
    Route("broadcast_send", desk.broadcast_send, kind="action", who="publisher", where=ALONE),
    Route("broadcast_cancel", desk.broadcast_cancel, kind="action", who="editor", where=ALONE),
    Route("upload_look", uploading.upload_look, kind="action", who="editor", where=ALONE),
    Route("upload_one", uploading.upload_one, kind="action", who="editor", where=ALONE),
    Route("upload_lint", uploading.upload_lint, kind="action", who="editor", where=ALONE),
    Route("upload_show", uploading.upload_show, kind="action", who="editor", where=ALONE),
    Route("upload_take", uploading.upload_take, kind="action", who="editor", where=ALONE),
    Route("upload_drop", uploading.upload_drop, kind="action", who="editor", where=ALONE),
    Route("campaign", running.campaign, kind="action", who="editor", where=ALONE),
    Route("campaign_pause", running.campaign_pause, kind="action", who="publisher", where=ALONE),
    Route("campaign_resume", running.campaign_resume, kind="action", who="publisher", where=ALONE),
    Route("campaign_stop", running.campaign_stop, kind="action", who="publisher", where=ALONE),
    Route("campaign_retry", running.campaign_retry, kind="action", who="publisher", where=ALONE),
    Route("campaign_unknown", running.campaign_unknown, kind="action", who="publisher", where=ALONE),
    Route("campaign_details", running.campaign_details, kind="action", who="editor", where=ALONE),
    Route("settle", running.settle, kind="action", who="publisher", where=ALONE),
    Route("merge", merging.merge, kind="action", who="publisher", where=ALONE),
    Route("merge_choices", merging.merge_choices, kind="action", who="publisher", where=ALONE),
    Route("merge_into", merging.merge_into, kind="action", who="publisher", where=ALONE),
    Route("merge_keep", merging.merge_keep, kind="action", who="publisher", where=ALONE),
)  # fmt: skip
