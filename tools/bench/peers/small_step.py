"""Peer of the `small-step` benchmark: the same step in PyTorch, on THREADS threads.

usage: python small_step.py THREADS STEPS LOSS...      prints `ready`, then the seconds of STEPS steps for each line read; LOSS...: those of
the first steps, which must be the same
"""
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

THREADS, STEPS = map(int, sys.argv[1:3])
EXPECTED = list(map(float, sys.argv[3:]))
torch.set_num_threads(THREADS)


def waves(shape, phase, scale):
    return torch.tensor(scale * np.sin(0.37 * np.arange(np.prod(shape)) + phase), dtype=torch.float32).reshape(shape)


images = waves((32, 1, 28, 28), 1, 1)
shapes = [(8, 1, 5, 5), (16, 8, 5, 5), (10, 16, 4, 4)]
filters = [waves(shape, phase + 2, 0.1).requires_grad_() for phase, shape in enumerate(shapes)]
labels = torch.arange(32).remainder(10)
optimizer = torch.optim.SGD(filters, lr=0.05)


def step():
    optimizer.zero_grad()
    low = F.max_pool2d(F.relu(F.conv2d(images, filters[0])), 2)
    high = F.max_pool2d(F.relu(F.conv2d(low, filters[1])), 2)
    loss = F.cross_entropy(F.conv2d(high, filters[2]).reshape(32, 10), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


losses = [step() for _ in EXPECTED]
if max(abs(a - b) for a, b in zip(losses, EXPECTED)) > 1e-4:
    print(f"Expected the losses {EXPECTED} but received {losses}.", flush=True)
    sys.exit(1)
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    for _ in range(STEPS):
        step()
    print(time.perf_counter() - start, flush=True)
