"""Three tasks of one Factory on toys: here three classes, with inputs that are missing, and a regression of two targets.

Classification of signal and background is in ``compare.py``.
"""

from __future__ import annotations

import numpy as np

import umva

rng = np.random.default_rng(1)
n_events = 800


def decays(life: float, mass: float) -> dict[str, np.ndarray]:
    """Decays of a particle: how far it flew, a mass, and an energy that the detector misses one time in ten."""
    energy = np.where(rng.random(n_events) < 0.1, -999.0, rng.gamma(4.0, mass, n_events))
    return {"flight": rng.exponential(life, n_events), "mass": rng.normal(mass, 0.4, n_events), "energy": energy}


classes = umva.DataLoader("decays", task="multiclass").add_variables(["mass", "log_flight := log(flight)", "energy"])
classes.add_sample(decays(0.5, 1.9), label="prompt")
classes.add_sample(decays(1.5, 2.2), label="feed-down")
classes.add_sample(decays(0.3, 2.8), label="background")
classes.missing(-999)

factory = umva.Factory("three classes", output="three-tasks/classes")
factory.book(classes, "NaiveBayes")
factory.book(classes, "HistGradientBoosting", n_trees=20)
factory.book(classes, "Voting", methods=["NaiveBayes", "HistGradientBoosting"])
results = factory.run()
results.report("three-tasks/classes/report.html")
for name, method in results.methods.items():
    if method.auc is not None:
        print(f"{name:20} mean AUC {method.auc.test.value:.3f} ± {method.auc.test.error:.3f}")

energy, angle = rng.uniform(5, 100, n_events), rng.uniform(-1, 1, n_events)
layers = {f"e{k}": energy * share * rng.normal(1, 0.1, n_events) for k, share in enumerate((0.5, 0.3, 0.2))}
hits = {"energy": energy, "angle": angle, "slope": angle**3 + rng.normal(0, 0.02, n_events), **layers}

showers = umva.DataLoader("showers").add_variables(["e0", "e1", "e2", "slope"]).add_targets(["energy", "angle"])
showers.add_sample(hits)

factory = umva.Factory("a regression", output="three-tasks/regression")
factory.book(showers, "LD")
factory.book(showers, "KNN", transform="N")
factory.run().report("three-tasks/regression/report.html")

model = umva.load("three-tasks/regression/methods/KNN")
print(model.columns, model.predict({name: values[:2] for name, values in hits.items()}))
