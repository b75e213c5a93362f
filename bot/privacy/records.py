"""Records of the privacy slice."""

from __future__ import annotations

from collections.abc import Mapping

Holding = Mapping[str, object]
"""One thing that is kept of a person, under names that the person can read."""
