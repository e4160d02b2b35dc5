"""Records tests that compare models and subgroups: scikit-learn, SciPy and statsmodels, beside the values that R's pROC publishes.

    git clone --depth 1 --branch master https://github.com/xrobin/pROC
    python tools/golden/record-comparisons.py pROC/data/aSAH.RData packages/pf1-metric/test/fixtures/comparisons.json

The data set aSAH (113 patients; Turck et al., Intensive Care Medicine 36, 2010) and the values below are those of pROC 1.19's own
tests: tests/testthat/test-var.R, test-roc.test.R and test-auc.R.
"""

import json
import sys

import numpy as np
import rdata
from scipy.stats import permutation_test, rankdata
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

asah = rdata.read_rda(sys.argv[1])["aSAH"]
targets = (asah.outcome.astype(str) == "Poor").astype(int)
scores = {"wfns": asah.wfns.astype(float), "s100b": asah.s100b, "ndka": asah.ndka}

rng = np.random.default_rng(15)
patients = np.repeat(np.arange(6), 2)
y = np.array([1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1])
first = np.round(rng.random(12) + 0.6 * y, 2)
second = np.round(rng.random(12) + 0.2 * y, 2)


def area(y, s):
    return roc_auc_score(y, s)


r1, r2 = rankdata(first), rankdata(second)
observed = area(y, r1) - area(y, r2)
swapped = []
for mask in range(2**6):
    swap = np.array([(mask >> p) & 1 for p in patients], bool)
    swapped.append(area(y, np.where(swap, r2, r1)) - area(y, np.where(swap, r1, r2)))
paired = float(np.mean(np.abs(swapped) >= abs(observed) - 1e-12))

# One breast a patient and two levels: SciPy enumerates every division of the patients.
found = np.array([1, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0])
level = np.array([0] * 6 + [1] * 6)
independent = permutation_test(
    (found[level == 0], found[level == 1]),
    lambda a, b, axis=-1: np.abs(np.mean(a, axis=axis) - np.mean(b, axis=axis)),
    permutation_type="independent", alternative="greater", vectorized=True, n_resamples=10**6,
)
p_values = [0.001, 0.2, 0.012, 0.04, 0.6, 0.012]

json.dump(
    {
        "aSAH": {"targets": targets.tolist(), **{name: values.tolist() for name, values in scores.items()}},
        "published": {
            "auc": {"wfns": 0.823678861788618, "ndka": 0.611957994579946},
            "variance": {"wfns": 0.00146991470882363, "ndka": 0.0031908105493913, "s100b": 0.00266868245717244},
            "tests": [
                {"models": ["wfns", "s100b"], "z": 2.20898359144091, "p": 0.0271757822291882, "low": 0.0104061769564846, "high": 0.174214419249478},
                {"models": ["wfns", "ndka"], "z": 2.79777591868904, "p": 0.00514557970691098, "low": 0.0634011709339876, "high": 0.3600405634833566},
                {"models": ["ndka", "s100b"], "z": -1.39077002573558, "p": 0.164295175223054, "low": -0.2876917446341914, "high": 0.0488706064228094},
            ],
            "partialAreaTo10": {"wfns": 0.0334417344173442, "ndka": 0.0107046070460705},
        },
        "mcClish": [
            {"model": name, "maxFpr": fpr, "value": float(roc_auc_score(targets, values, max_fpr=fpr))}
            for name, values in scores.items() for fpr in (0.05, 0.1, 0.33, 0.8, 1.0)
        ],
        "pairedPermutation": {
            "targets": y.tolist(), "first": first.tolist(), "second": second.tolist(), "patients": patients.tolist(),
            "value": float(area(y, first) - area(y, second)), "p": paired,
        },
        "independentPermutation": {"found": found.tolist(), "level": level.tolist(), "p": float(independent.pvalue)},
        "holm": {"pValues": p_values, "adjusted": multipletests(p_values, method="holm")[1].tolist()},
    },
    open(sys.argv[2], "w"),
    indent=1,
)
