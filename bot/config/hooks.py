"""Who may push issues by HTTP? The table `[hooks]` (content.md §7.3)."""

from typing import Annotated

from pydantic import BaseModel, Field, SecretStr

from bot.config.fields import STRICT


class HooksTable(BaseModel):
    """Signed pushes from CI; off while there is no secret."""

    model_config = STRICT

    secret: SecretStr | None = None
    """What signatures are made with; without one the hooks are off."""
    listen: str = "127.0.0.1"
    """Address the hooks listen on."""
    port: Annotated[int, Field(ge=0, le=65_535)] = 8422
    """Their port; 0 picks a free one."""

    @property
    def signing_secret(self) -> str:
        """Empty while the hooks are off."""
        return self.secret.get_secret_value() if self.secret is not None else ""

    @property
    def is_on(self) -> bool:
        return bool(self.signing_secret)
