"""Methods made of methods: several together, one boosted, or one for each category of events."""

from __future__ import annotations

from umva.factory.composites.boost import Boost
from umva.factory.composites.category import Category
from umva.factory.composites.members import Composite
from umva.factory.composites.together import Stacking, Voting

__all__ = ["Boost", "Category", "Composite", "Stacking", "Voting"]
