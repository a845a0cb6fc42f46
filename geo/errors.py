"""What can be wrong with a request or with data, as exceptions that carry enough to be mended.

They live in the lowest package so that every layer can raise them; `webapp/errors.py` alone turns them into HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class DomainError(Exception):
    """Base of all errors that say what is wrong, where, what is allowed and the remedy."""


class UnknownName(DomainError):
    """A name or code that does not exist; `nearest` offers existing ones and is never taken silently."""

    def __init__(self, kind: str, value: str, nearest: Sequence[str] = ()) -> None:
        self.kind, self.value, self.nearest = kind, value, tuple(nearest)
        hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
        super().__init__(f"There is no {kind} {value!r}.{hint}")


class BadParameter(DomainError):
    """A parameter that is missing or malformed; says which, what was given and what is allowed."""

    def __init__(self, name: str, value: str | None, allowed: Iterable[str]) -> None:
        self.name, self.value, self.allowed = name, value, tuple(allowed)
        given = "is required" if value is None else f"cannot be {value!r}"
        super().__init__(f"Parameter {name!r} {given}. Allowed: {', '.join(self.allowed)}.")


class JoinFailed(DomainError):
    """Areas and shapes that do not match one to one; lists both sides."""

    def __init__(self, what: str, missing: Sequence[str], surplus: Sequence[str]) -> None:
        self.missing, self.surplus = tuple(missing), tuple(surplus)
        super().__init__(
            f"{what}: {len(missing)} without a shape ({', '.join(missing[:5])}), {len(surplus)} shapes without "
            f"an area ({', '.join(surplus[:5])}). Compile the layer from the same edition."
        )
