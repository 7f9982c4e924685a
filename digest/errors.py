"""What can go wrong that a person should be told?

ZhouzhiError
├── Refused          what was asked cannot be done; the person can do something about it
│   ├── NotFound     the thing named is not there
│   └── NotAllowed   the person may not do this
├── ConfigurationError   the installation is set up wrongly (exit 78); holds every mistake found
├── Temporary        not now, try again (exit 75)
├── Unavailable      a platform cannot be reached (exit 69)
├── FutureDatabase   the database was written by a newer program (exit 78)
└── Superseded       another process holds the lease: stop writing

Each carries a text key and its arguments; `handlers.texts` renders it in the reader's language.
"""


class ZhouzhiError(Exception):
    """Root of all errors that may reach a person. `key` names the text, `arguments` fill it."""

    def __init__(self, key: str, **arguments: object) -> None:
        super().__init__(key)
        self.key = key
        self.arguments = arguments

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.key}({details})" if details else self.key


class Refused(ZhouzhiError):
    """What was asked cannot be done as asked."""


class NotFound(Refused):
    """The thing named is not there."""


class NotAllowed(Refused):
    """The person may not do this."""


class ConfigurationError(ZhouzhiError):
    """The installation is set up wrongly."""


class Temporary(ZhouzhiError):
    """Not now; trying again later may work."""


class Unavailable(ZhouzhiError):
    """A platform cannot be reached."""


class FutureDatabase(ConfigurationError):
    """The database was written by a newer version of this program."""


class Superseded(ZhouzhiError):
    """Another process holds the lease of this token now."""
