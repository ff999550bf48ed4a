"""TMVA's shuffle: the order in which ROOT's ``TRandom3`` puts events, bit for bit.

``TRandom3`` is the Mersenne twister MT19937. It turns each non-zero 32-bit word ``y`` into ``u = y * 2**-32`` and skips the
words that are zero; TMVA's integer below ``n`` is ``floor(n * u)``. The generator of numpy's legacy ``RandomState`` has the
same words for the same seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TmvaRandom"]


class TmvaRandom:
    """Shuffles events as TMVA does.

    Parameters
    ----------
    seed
        From 1 to ``2**32 - 1``. (0 makes TMVA's own generator depend on the time.)

    Examples
    --------
    >>> TmvaRandom(100).permutation(6).tolist()
    [0, 3, 5, 1, 2, 4]
    """

    def __init__(self, seed: int) -> None:
        self._words = np.random.RandomState(seed)  # the legacy generator: ROOT's very words are wanted

    def permutation(self, n: int) -> NDArray[np.int64]:
        """Return the numbers 0 to ``n - 1`` in the next random order, int64, shape ``(n,)``.

        The shuffle is Fisher and Yates's, from the front: number ``i = 1 ... n - 1`` changes places with the one at a
        random place from 0 to ``i``.
        """
        places = np.floor(np.arange(2, n + 1) * self._uniform(max(n - 1, 0))).astype(np.int64)
        order = list(range(n))  # a list, because Python reaches its elements several times faster than an array's
        for i, j in enumerate(places.tolist(), start=1):
            order[i], order[j] = order[j], order[i]
        return np.array(order, dtype=np.int64)

    def _uniform(self, n: int) -> NDArray[np.float64]:
        """Return the next ``n`` numbers between 0 and 1, both excluded."""
        words = np.empty(0, dtype=np.uint32)
        while len(words) < n:
            more = self._words.randint(0, 2**32, size=n - len(words), dtype=np.uint32)
            words = np.concatenate([words, more[more != 0]])
        return words.astype(np.float64) * 2.0**-32
