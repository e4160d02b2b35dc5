"""Records scikit-learn's StratifiedGroupKFold and GroupShuffleSplit for packages/data-split.

    python tools/golden/record-splits.py > packages/data-split/test/fixtures/scikit-learn.json
"""
import json
import sys

import numpy as np
import sklearn
from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold

random = np.random.default_rng(13)
folds_cases = []
for rows, groups, shares, folds in [
    (8, 4, [0.5, 0.5], 2),
    (60, 20, [0.7, 0.3], 3),
    (300, 80, [0.9, 0.1], 5),
    (400, 90, [0.6, 0.3, 0.1], 4),
    (2000, 500, [0.98, 0.02], 5),
]:
    labels = random.choice(len(shares), rows, p=shares)
    group = random.integers(0, groups, rows)
    fold_of_row = np.zeros(rows, int)
    for fold, (_, test) in enumerate(StratifiedGroupKFold(folds).split(labels, labels, group)):
        fold_of_row[test] = fold
    folds_cases.append(
        {"folds": folds, "labels": labels.tolist(), "groups": group.tolist(), "foldOfRow": fold_of_row.tolist()}
    )

shuffle_cases = []
for groups in [2, 3, 10, 101, 1000]:
    for test, train in [(0.2, None), (0.33, None), (0.1, 0.5), (0.5, 0.5)]:
        try:
            split = GroupShuffleSplit(1, test_size=test, train_size=train, random_state=0)
            rest, held = next(split.split(np.zeros(groups), groups=np.arange(groups)))
            counts = {"train": len(rest), "test": len(held)}
        except ValueError:
            counts = None
        shuffle_cases.append({"groups": groups, "testFraction": test, "trainFraction": train, "counts": counts})

json.dump(
    {"sklearn": sklearn.__version__, "stratifiedGroupKFold": folds_cases, "groupShuffleSplit": shuffle_cases},
    sys.stdout,
)
