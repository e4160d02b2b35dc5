"""Peer of the `train-step` benchmark: PyTorch's forward, backward and Adam of SE-ResNeXt50 32x4d.

usage: python train_step.py N H W THREADS [channels_last] [bfloat16]      prints `ready`, then seconds for each line read
"""
import sys
import time

import torch

from seresnext import create_model, require_bfloat16

N, H, W, THREADS = map(int, sys.argv[1:5])
torch.set_num_threads(THREADS)
torch.manual_seed(1)
model = create_model().train()
images = torch.rand(N, 1, H, W) * 2 - 1
autocast = "bfloat16" in sys.argv
if autocast:
    require_bfloat16()
if "channels_last" in sys.argv:
    model = model.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)
targets = torch.arange(N).remainder(2).float().unsqueeze(1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)


def step():
    start = time.perf_counter()
    optimizer.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        logits = model(images)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), targets)
    loss.backward()
    optimizer.step()
    return time.perf_counter() - start


step()
step()
print("ready", flush=True)
for _ in sys.stdin:
    print(step(), flush=True)
