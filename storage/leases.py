"""Who may send? One lease row a token, with a fencing number that only grows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite as well
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement, FunctionElement

from storage.delivery_schema import lease as leases
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send for a token. `fence` goes into every intent."""

    name: str
    owner: str
    fence: int


class DatabaseNow(FunctionElement[int]):
    """Milliseconds since 1970 by the database's own clock, which all processes share."""

    type = BigInteger()
    inherit_cache = True


@compiles(DatabaseNow, "sqlite")
def _sqlite_now(_element: DatabaseNow, _compiler: SQLCompiler, **_options: Any) -> str:
    return "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"


@compiles(DatabaseNow, "postgresql")
def _postgresql_now(_element: DatabaseNow, _compiler: SQLCompiler, **_options: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"


class LeasesRoom:
    """Expiry is by the database's clock; the holder keeps its own deadline by a monotonic one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, owner: str, term_s: float, *, by_force: bool = False) -> Lease | None:
        """The lease when it was free or expired (`fence + 1`), else None. `by_force`: the holder is known to be dead.

        None also when two takers met; one of them has it, or it is free to be asked for again.
        """

        def write(connection: Connection) -> Lease | None:
            fence = connection.execute(NEXT_FENCE).scalar_one()
            held = {"owner": owner, "fence": fence, "expires_at": _until(term_s)}
            is_free = or_(leases.c.expires_at <= DatabaseNow(), literal(by_force))
            takeover = update(leases).where(leases.c.name == name, is_free).values(held)
            first = insert(leases).values(name=name, **held).on_conflict_do_nothing()
            taken = connection.execute(takeover).rowcount or connection.execute(first).rowcount
            return Lease(name, owner, fence) if taken else None

        try:
            return await self._database.write(write)
        except IntegrityError:  # another process took the same fence for another lease at this instant
            return None

    async def renew(self, lease: Lease, term_s: float) -> bool:
        """False when another holds it now."""
        statement = update(leases).where(holds(lease)).values(expires_at=_until(term_s))
        return bool(await self._database.write(lambda connection: connection.execute(statement).rowcount))

    async def release(self, lease: Lease) -> None:
        statement = update(leases).where(holds(lease)).values(expires_at=DatabaseNow())
        await self._database.write(lambda connection: connection.execute(statement))

    async def holder(self, name: str) -> Lease | None:
        """Who holds it, unless it expired."""
        statement = select(leases.c.name, leases.c.owner, leases.c.fence).where(
            leases.c.name == name, leases.c.expires_at > DatabaseNow()
        )
        row = await self._database.read(lambda connection: connection.execute(statement).one_or_none())
        return None if row is None else Lease(row.name, row.owner, row.fence)


# One number for all leases, so that a fence alone tells whether the holding it was written under still holds.
NEXT_FENCE = select(func.coalesce(func.max(leases.c.fence), 0) + 1)


def holds(held: Lease) -> ColumnElement[bool]:
    """The lease's row still says so."""
    return and_(leases.c.name == held.name, leases.c.owner == held.owner, leases.c.fence == held.fence)


def _until(term_s: float) -> ColumnElement[int]:
    return DatabaseNow() + literal(round(term_s * 1000), BigInteger)
