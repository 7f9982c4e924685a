"""What does the web platform's page show of a payload? Its HTML, choices and buttons, as the chat page draws them."""

from bot.platforms.base import Budget, Message, Readback
from bot.platforms.web.meter import meter
from bot.platforms.web.readback import readback
from bot.stage.look import Drawn


class WebLook:
    """The web platform's side of a preview; it has no limits, so there is nothing to refuse or measure."""

    def check(self, message: Message) -> list[str]:
        del message
        return []

    def readback(self, message: Message) -> Readback:
        return readback(message)

    def draw(self, message: Message) -> Drawn:
        return message.payload

    def meter(self, message: Message) -> tuple[Budget, ...]:
        return meter(message)
