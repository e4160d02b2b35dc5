"""Records PyTorch's AdamW for packages/tfjs-onnxruntime.

    python tools/golden/record-adamw.py > packages/tfjs-onnxruntime/test/fixtures/adamw.json
"""
import json
import math
import sys

import torch

SIZE, STEPS, DECAY = 8, 6, 0.05
weights = torch.tensor([math.sin(i + 1) for i in range(SIZE)], dtype=torch.float32, requires_grad=True)
optimizer = torch.optim.AdamW([weights], lr=0.01, betas=(0.9, 0.99), eps=1e-8, weight_decay=DECAY)
steps = []
for step in range(STEPS):
    for group in optimizer.param_groups:
        group["lr"] = 0.01 * (step + 1)
    # The gradient of sum(w^2) + step sum(w).
    weights.grad = (2 * weights + step).detach()
    optimizer.step()
    steps.append(weights.detach().tolist())
json.dump({"torch": torch.__version__, "weightDecay": DECAY, "steps": steps}, sys.stdout)
