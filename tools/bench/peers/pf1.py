"""Peer of the `pf1` benchmark: the best threshold of 54,706 predictions over a grid, in NumPy, one pF1 per threshold.

usage: python pf1.py PREDICTIONS THRESHOLDS      prints `ready`, then seconds for each line read
"""
import sys
import time

import numpy as np


def pf1(targets, probabilities):
    true_positive = probabilities[targets == 1].sum()
    false_positive = probabilities[targets == 0].sum()
    if true_positive == 0:
        return 0.0
    precision = true_positive / (true_positive + false_positive)
    recall = true_positive / targets.sum()
    return 2 * precision * recall / (precision + recall)


def main():
    count, thresholds = int(sys.argv[1]), int(sys.argv[2])
    rng = np.random.default_rng(13)
    targets = (rng.random(count) < 0.021).astype(np.float64)
    probabilities = np.clip(rng.normal(0.2 + 0.3 * targets, 0.15), 0, 1)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        max((pf1(targets, (probabilities >= t).astype(np.float64)), t) for t in np.linspace(0, 1, thresholds))
        print(time.perf_counter() - start, flush=True)


main()
