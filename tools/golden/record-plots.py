"""Records what scikit-learn draws of 400 breasts, for the report's plots: ROC, precision and recall, calibration.

    python tools/golden/record-plots.py apps/evaluator/test/report/fixtures/plots.json
"""

import json
import sys

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_recall_curve, roc_curve

draw = np.random.default_rng(17)
targets = (np.arange(400) % 8 == 0).astype(int)
probabilities = np.round(1 / (1 + np.exp(1.5 - 1.6 * targets - draw.normal(size=400))), 3)
false_positives, found, _ = roc_curve(targets, probabilities, drop_intermediate=False)
precision, recall, _ = precision_recall_curve(targets, probabilities)
observed, given = calibration_curve(targets, probabilities, n_bins=10)
recorded = {
    "targets": targets.tolist(),
    "probabilities": probabilities.tolist(),
    "roc": np.column_stack([false_positives, found]).round(12).tolist(),
    # The last point, precision 1 at recall 0, is a convention and no threshold.
    "precisionRecall": np.column_stack([recall[:-1], precision[:-1]]).round(12).tolist(),
    "calibration": np.column_stack([given, observed]).round(12).tolist(),
}
with open(sys.argv[1], "w") as file:
    json.dump(recorded, file, separators=(",", ":"))
    file.write("\n")
