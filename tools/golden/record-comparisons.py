"""Records tests that compare models and subgroups: R's pROC (1.18.0 with R 4.2.2, Debian's r-cran-proc), scikit-learn, SciPy and statsmodels.

    python tools/golden/record-comparisons.py packages/pf1-metric/test/fixtures/comparisons.json
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.stats import permutation_test, rankdata
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

# 120 breasts, 40 with cancer: a grade from 1 to 5 with many ties, a score like it, a weak one.
draw = np.random.default_rng(113)
targets = np.array([1] * 40 + [0] * 80)
severity = 1.3 * targets + draw.normal(size=120)
scores = {
    "grade": np.clip(np.round(severity + 0.3 * draw.normal(size=120) + 2), 1, 5),
    "score": np.round(0.6 * severity + draw.normal(size=120), 3),
    "weak": np.round(0.4 * targets + draw.normal(size=120), 2),
}

with tempfile.TemporaryDirectory() as folder:
    sample, found = Path(folder, "sample.csv"), Path(folder, "found.csv")
    with open(sample, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["target", *scores])
        writer.writerows(zip(targets, *scores.values()))
    subprocess.run(["Rscript", Path(__file__).with_suffix(".R"), sample, found], check=True)
    proc = [(row["kind"], row["first"], row["second"], float(row["value"])) for row in csv.DictReader(open(found))]


def of_kind(kind):
    return {first: value for name, first, _, value in proc if name == kind}


pairs = sorted({(first, second) for _, first, second, _ in proc if second})

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
        "sample": {"targets": targets.tolist(), **{name: values.tolist() for name, values in scores.items()}},
        "pROC": {
            **{kind: of_kind(kind) for kind in ("auc", "variance", "partialAreaTo10")},
            "tests": [
                {"models": pair, **{kind: value for kind, *models, value in proc if tuple(models) == pair}} for pair in pairs
            ],
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
    open(sys.argv[1], "w"),
    indent=1,
)
