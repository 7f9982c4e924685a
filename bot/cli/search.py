"""`zhouzhi search`: what /search finds."""

from pathlib import Path

from rich.text import Text

from bot.cli.language import words
from bot.cli.opened import opened, today_of
from bot.cli.output import OK, console, emit
from bot.cli.values import Limit
from digest.words import snippet, spans

SNIPPET = 80  # characters


async def search(query: str, *, limit: Limit = 10, config: Path | None = None, json: bool = False) -> int:
    """Search the stored issues as a reader would.

    Parameters
    ----------
    query
        The words, with filters as /search takes them.
    limit
        How many results at the most.
    config
        The TOML file (default: zhouzhi.toml here).
    json
        One JSON object.
    """
    async with opened(config) as (configuration, store):
        found = await store.search.find(query, today=today_of(configuration), limit=limit)
    results = []
    for hit in found.hits:
        cut = snippet(hit.text, spans(hit.text, found.plan), SNIPPET)
        results.append(
            {
                "title": hit.title,
                "key": hit.key,
                "issue": f"{hit.series}/{hit.issue_key}",
                "section": hit.section,
                "published_on": hit.published_on,
                "score": round(hit.score, 4),
                "approx": hit.is_approximate,
                "snippet": cut.text,
            }
        )
    if json:
        emit({"query": query, "state": found.state, "results": results})
        return OK
    console.print(words()(f"cli.search_{found.state}", query=query, n=found.count))
    for number, result in enumerate(results, 1):
        console.print(Text(f"{number}. {result['title']}", style="bold"))
        console.print(
            Text(f"   {result['issue']} · {result['section']} · {result['published_on'] or '–'}", style="dim")
        )
        if result["snippet"]:
            console.print(Text(f"   {result['snippet']}"))
    return OK
