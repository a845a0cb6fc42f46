"""The day of reading, as pages and answers take it; a test that needs another day replaces it where it is used."""

from __future__ import annotations

from indicators.day import HANOI, today

__all__ = ["HANOI", "today"]
