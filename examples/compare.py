"""From a ROOT file to the report: four methods on toy events, one of them from scikit-learn."""

from __future__ import annotations

from pathlib import Path

from sklearn.ensemble import HistGradientBoostingClassifier

import umva
from umva.toys import higgs_to_bb, write_root

signal, background = higgs_to_bb(3000, seed=7)
write_root(Path("events.root"), {"signal": signal, "background": background})

loader = umva.DataLoader("toy")
loader.add_variables(["m_bb", "pt_bb", "dr_bb", "btags := btag1 + btag2", "met/ht"])
loader.add_spectator("n_vertices")
loader.add_sample("events.root:signal", label="signal")
loader.add_sample("events.root:background", label="background")
loader.set_weight("weight")
loader.cut("pt_bb > 15")
loader.split(train=0.5, validation=0.1)

factory = umva.Factory("example", output="example-run", seed=1)
factory.book(loader, "Fisher")
factory.book(loader, "BDT", name="BDT200", options="NTrees=200:MaxDepth=3")
factory.book(loader, "Logistic", transform="G")
factory.book(loader, HistGradientBoostingClassifier(max_iter=50), name="HGB")

results = factory.run()
results.report("example-run/report.html")

print(results.verdict)
for name, each in results.methods.items():
    if each.auc is not None:
        print(f"{name:10} AUC {each.auc.test.value:.4f} ± {each.auc.test.error:.4f}")

model = umva.load("example-run/methods/HGB")
print("first scores:", model.predict("events.root:signal")[:3].round(3))
