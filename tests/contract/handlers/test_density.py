"""Is it chosen by looking, kept for the place, and said in the settings?"""

from digest.page import Action
from storage.store import Store
from tests.contract.handlers.house import Person, words


async def test_how_much_is_chosen_by_a_sample(store: Store, reader: Person) -> None:
    """Each density is shown on the newest issue; the choice is kept and told."""
    assert "样式：完整" in words(await reader.types("/settings"))
    offered = words(await reader.presses("样式"))
    assert "标题：模型消息 1" in offered
    assert "摘要：模型消息 1 " in offered
    assert "完整：全部文字、链接和图片" in offered
    assert len(offered.splitlines()) <= 4
    chosen = await reader.presses("摘要")
    assert chosen.toast == "已保存"
    assert "样式：摘要" in words(chosen)
    assert (await store.audience.get(reader.channel.id)).settings.density == "brief"


async def test_nonsense_offers_the_three(reader: Person) -> None:
    """A button nobody made changes nothing."""
    reply = await reader.sends(Action("density", ("everything",)))
    assert "推送里放多少？" in words(reply)
    assert "样式：完整" in words(await reader.types("/settings"))
