"""How are part row states written in SQL? As literals: cheaper to bind, and what lets the partial indexes be used."""

from typing import Any

from sqlalchemy import SmallInteger, literal_column
from sqlalchemy.sql.elements import ColumnClause

from digest.delivery import State


def written(state: State) -> "ColumnClause[Any]":
    return literal_column(str(int(state)), SmallInteger)


PENDING = written(State.PENDING)
SENDING = written(State.SENDING)
SENT = written(State.SENT)
UNKNOWN = written(State.UNKNOWN)
GONE = written(State.GONE)
SUSPENDED = written(State.SUSPENDED)
CANCELLED = written(State.CANCELLED)
DEAD = written(State.DEAD)
