"""Records the scale of PyTorch's GradScaler over steps with and without finite gradients, for packages/tfjs-onnxruntime.

    python tools/golden/record-loss-scaler.py > packages/tfjs-onnxruntime/test/fixtures/loss-scaler.json
"""
import json
import sys

import torch

OPTIONS = {"initialScale": 4096.0, "growthFactor": 4.0, "backoffFactor": 0.25, "growthInterval": 3}
# What is added to the gradient: with infinity the step is skipped.
FINITE = [1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1]

scaler = torch.amp.GradScaler(
    "cpu",
    init_scale=OPTIONS["initialScale"],
    growth_factor=OPTIONS["growthFactor"],
    backoff_factor=OPTIONS["backoffFactor"],
    growth_interval=OPTIONS["growthInterval"],
)
weights = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
optimizer = torch.optim.Adam([weights], lr=0.1)
steps = []
for finite in FINITE:
    optimizer.zero_grad()
    loss = (weights.square() * (1.0 if finite else float("inf"))).sum()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    steps.append({"finite": bool(finite), "scale": scaler.get_scale(), "streak": scaler._get_growth_tracker(), "weights": weights.tolist()})
json.dump({"torch": torch.__version__, "options": OPTIONS, "learningRate": 0.1, "steps": steps}, sys.stdout)
