"""Peer of the `evaluate` benchmark: the figures of breasts from two prediction files, in pandas and scikit-learn, as evaluations are written.

usage: python evaluate.py PREDICTIONS OTHERS RESAMPLES      prints `ready`, then seconds for each line read
"""
import sys
import time

import numpy as np
import pandas as pd
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)


def breasts_of(path):
    rows = pd.read_csv(path, dtype={"image_id": str, "patient_id": str})
    means = {"cancer": "max", "probability": "mean"}
    return rows.groupby(["patient_id", "laterality"], sort=False).agg(means).reset_index()


def sensitivity_at(targets, scores, specificity):
    false_positives, found, _ = roc_curve(targets, scores)
    return found[1 - false_positives >= specificity].max()


def evaluate(path, other, resamples):
    breasts, others = breasts_of(path), breasts_of(other)
    targets = breasts.cancer.to_numpy()
    scores, second = breasts.probability.to_numpy(), others.probability.to_numpy()
    precision, recall, thresholds = precision_recall_curve(targets, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    figures = [
        thresholds[f1[:-1].argmax()],
        average_precision_score(targets, scores),
        brier_score_loss(targets, scores),
        log_loss(targets, scores),
        roc_auc_score(targets, scores) - roc_auc_score(targets, second),
    ]
    members = list(breasts.groupby("patient_id", sort=False).indices.values())
    rng = np.random.default_rng(13)
    differences, sensitivities = [], []
    for _ in range(resamples):
        drawn = np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        y = targets[drawn]
        differences.append(roc_auc_score(y, scores[drawn]) - roc_auc_score(y, second[drawn]))
        sensitivities.append(sensitivity_at(y, scores[drawn], 0.9))
    return figures, np.percentile(differences, [2.5, 97.5]), np.percentile(sensitivities, [2.5, 97.5])


def main():
    path, other, resamples = sys.argv[1], sys.argv[2], int(sys.argv[3])
    evaluate(path, other, 1)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        evaluate(path, other, resamples)
        print(time.perf_counter() - start, flush=True)


main()
