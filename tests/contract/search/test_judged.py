"""Do readers find what they look for in real issues? Queries judged by hand: what must be among the first five hits."""

import pytest

from storage.store import Store
from tests.contract.search.archive import ask, titles

pytestmark = pytest.mark.corpus

# query -> what a title among the first five must hold
FINDS = {
    "two-character words": {
        "千问": "千问发布通义Deep Research",
        "蒸馏": "蒸馏 vs 版权",
        "开源": "开源",
        "推理": "推理",
        "智能": "智能",
        "版权": "蒸馏 vs 版权",
        "安防": "安防场景",
    },
    "longer Chinese": {
        "大模型": "大模型",
        "蒸馏攻击": "蒸馏攻击",
        "工业革命": "工业革命",
        "蒸馏与版权": "蒸馏 vs 版权",
    },
    "mixed script": {
        "千问Deep Research": "千问发布通义Deep Research",
        "阿里Qwen3.5": "阿里发布 Qwen3.5 Medium",
        "OpenAI模型": "OpenAI",
        "蒸馏 DeepSeek": "蒸馏大战",
    },
    "versions and names": {
        "Qwen3.5": "Qwen3.5",
        "qwen 3.5": "Qwen3.5",
        "GPT-5.3-Codex": "GPT‑5.3‑Codex",
        "gpt 5.3 codex": "GPT‑5.3‑Codex",
        "GPT-5-Codex": "GPT-5-Codex",
        "Grok 4 Fast": "Grok 4 Fast",
        "llama.cpp": "llama.cpp",
        "vllm": "vLLM",
    },
    "full-width": {"ＧＰＴ－５．３": "GPT‑5.3", "Ｑｗｅｎ３．５": "Qwen3.5", "ｖＬＬＭ": "vLLM"},
    "Traditional": {"蒸餾": "蒸馏", "開源": "开源", "千問": "千问", "版權": "版权", "騰訊": "腾讯"},
    "inflection": {"model": "Models", "routers": "Router"},
    "synonyms": {"通义千问": "千问", "distillation": "蒸馏", "阿里巴巴 Qwen": "千问", "Tencent": "腾讯"},
    "exclusion and phrases": {
        '"蒸馏攻击"': "蒸馏攻击",
        "“Grok 4”": "Grok 4 Fast",
        "蒸馏 -版权": "蒸馏大战",
        "「千问」": "千问发布通义Deep Research",
    },
    "filters": {
        "section:技术研究 千问": "千问发布通义Deep Research",
        "栏目：技术研究 千问": "千问发布通义Deep Research",
        "from:2026-02 蒸馏": "蒸馏",
        "从：2026-02-25 到：02-25 Qwen3.5": "Qwen3.5",
        "issue:2026-02-25 蒸馏": "蒸馏",
        "期:1 千问": "千问",
    },
}
JUDGED = [(kind, query, title) for kind, queries in FINDS.items() for query, title in queries.items()]
NEAR = {"Anthropc": "Anthropic", "qwne": "Qwen", "Antropic": "Anthropic"}
NOTHING = [
    "量子纠缠火锅",
    "xyzzyplugh",
    "Qwen9.7",
    "GPT-7.4",
    "麻婆豆腐",
    "蒸馏 麻婆豆腐",
    '"版权 vs 蒸馏"',
    "from:2019 to:2019 蒸馏",
    "https://example.invalid/nowhere",
    "zzzz qqqq",
]


@pytest.mark.parametrize(("kind", "query", "title"), JUDGED, ids=[query for _, query, _ in JUDGED])
async def test_the_right_item_is_on_the_first_page(archive: Store, kind: str, query: str, title: str) -> None:
    """A judged query finds its item exactly, among the first five."""
    found = await ask(archive, query)
    assert found.state == "hits", kind
    assert any(title in hit for hit in titles(found)), (kind, titles(found))
    assert found.count >= len(found.hits)


@pytest.mark.parametrize(("query", "title"), NEAR.items())
async def test_a_slip_is_repaired_and_named(archive: Store, query: str, title: str) -> None:
    """A misspelt name finds the right one, shown as near and with the word it was taken for."""
    found = await ask(archive, query)
    assert found.state == "nearest"
    assert found.repaired == title.lower()
    assert any(title in hit for hit in titles(found))
    assert all(hit.is_approximate for hit in found.hits)


@pytest.mark.parametrize("query", NOTHING)
async def test_what_is_not_there_is_not_found(archive: Store, query: str) -> None:
    """A query about something else finds nothing rather than anything."""
    found = await ask(archive, query)
    assert found.state == "nothing"
    assert (found.count, list(found.hits)) == (0, [])


async def test_the_neighbour_of_an_unknown_word_is_suggested(archive: Store) -> None:
    """One wrong character suggests words that do find something."""
    assert (await ask(archive, "千文")).suggestions[0] == "千问"
    assert (await ask(archive, "大模形")).suggestions == ("大模型",)
    assert "蒸馏" in (await ask(archive, "蒸馏 麻婆豆腐")).suggestions


async def test_an_address_finds_its_item_in_every_variant(archive: Store) -> None:
    """Scheme, www, tracking and fragments do not matter; the item that links there comes first."""
    url = "https://www.aibase.com/zh/news/20183"
    first = (await ask(archive, url)).hits[0]
    for variant in ("aibase.com/zh/news/20183/", "http://AIBASE.com/zh/news/20183?utm_source=x#top"):
        found = await ask(archive, variant)
        assert found.hits[0] == first


async def test_pages_hold_every_hit_once(archive: Store) -> None:
    """Turning the pages shows as many different hits as were counted, best first, and nothing after the last."""
    whole = await ask(archive, "模型", limit=1000)
    assert whole.count == len(whole.hits) > 20
    paged = [
        hit.item_id
        for offset in range(0, whole.count, 5)
        for hit in (await ask(archive, "模型", offset=offset)).hits
    ]
    assert paged == [hit.item_id for hit in whole.hits]
    assert len(set(paged)) == whole.count
    assert (await ask(archive, "模型", offset=whole.count)).hits == ()
