"""What happens when somebody chooses how much of an issue a push shows? In company it is chosen for the place."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from digest.issue import item_label
from digest.measure import first_sentence, lead
from digest.page import Action, Button, Choice, Density, Option, Reply
from handlers.address import word
from handlers.request import Context, Request
from handlers.settings import HERE, overview
from handlers.views.push import lead_sentence
from handlers.views.say import answer

DENSITIES: Final[Sequence[Density]] = ("headlines", "brief", "full")
LONGEST = 60  # characters of a sample: one line of it is enough to choose by


async def density(request: Request, context: Context) -> Reply:
    """[How much]: the three densities, each on the newest issue's first item; then the one that was pressed."""
    chosen = next((one for one in DENSITIES if one == word(request)), None)
    if chosen is None:
        return await _offered(request, context)
    settings = replace(request.channel.settings, density=chosen)
    await context.store.audience.set_settings(request.channel.id, settings)
    changed = replace(request, channel=replace(request.channel, settings=settings))
    return await overview(changed, context, toast=context.texts("settings.saved"))


async def _offered(request: Request, context: Context) -> Reply:
    texts = context.texts
    present = request.channel.settings.density or "full"
    options = tuple(
        Option(texts(f"density.{one}"), Action("density", (one,)), is_on=one == present) for one in DENSITIES
    )
    question = texts("density.choose")
    return answer(
        texts,
        *await _samples(context),
        title=question,
        choices=(Choice(question, options, columns=3, is_single=True),),
        rows=((Button(texts("button.back_settings"), Action("settings", HERE)),),),
    )


async def _samples(context: Context) -> Iterable[str]:
    """What each density makes of the newest issue's first item; in general words before there is any."""
    texts = context.texts
    stored = await context.store.issues.latest()
    items = stored.issue.items if stored is not None else ()
    if not items:
        return [texts(f"density.{one}_means") for one in DENSITIES]
    first = next((item for item in items if lead_sentence(item)), items[0])
    title = first_sentence(item_label(first), LONGEST)
    return (
        texts("density.headlines_sample", title=title),
        texts("density.brief_sample", title=title, sentence=lead(lead_sentence(first), LONGEST)),
        texts("density.full_means"),
    )
