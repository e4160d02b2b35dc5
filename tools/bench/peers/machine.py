"""Peer of the `machine` benchmark: a large product of matrices, or a pass over memory, by PyTorch.

usage: python machine.py product|sums ROWS COLUMNS THREADS      prints `ready`, then seconds for each line read
"""
import sys
import time

import torch

WHAT, ROWS, COLUMNS, THREADS = sys.argv[1], *map(int, sys.argv[2:5])
torch.set_num_threads(THREADS)
x = torch.full((ROWS, COLUMNS), 1e-3)


def run():
    start = time.perf_counter()
    torch.sum(torch.matmul(x, x) if WHAT == "product" else x, 1)
    return time.perf_counter() - start


run()
print("ready", flush=True)
for _ in sys.stdin:
    print(run(), flush=True)
