"""``TMVA.root``: a run written in the layout of TMVA's output file, for the scripts that read TMVA's.

Names, classes, titles and binnings of the objects are those of TMVA 4.2 to 6.x; ``docs/tmva-root.md`` lists what is not
there. :func:`write_tmva_root` takes the material of a comparison and what a run knows besides (:class:`Details`), so that
it can be used without a run.
"""

from __future__ import annotations

from umva.reports.tmva_root.details import Details, Inputs, MethodDetails
from umva.reports.tmva_root.file import write_tmva_root

__all__ = ["Details", "Inputs", "MethodDetails", "write_tmva_root"]
