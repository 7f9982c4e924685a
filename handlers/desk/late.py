"""What is a publisher asked when a push was missed for too long? Whether it is to go out now, or not at all."""

from digest.page import Action, Button, Page
from handlers.address import short
from handlers.texts import Texts
from handlers.views.say import say


def late_page(texts: Texts, campaign_id: int, title: str) -> Page:
    """The question; its buttons are those of the desk's last step, which refuse what was decided meanwhile."""
    campaign = short(campaign_id)
    rows = (
        (
            Button(texts("button.send_now"), Action("broadcast_send", (campaign,)), style="primary"),
            Button(texts("button.do_not_send"), Action("broadcast_cancel", (campaign,))),
        ),
    )
    return say(texts, texts("desk.late", title=title), rows=rows)
