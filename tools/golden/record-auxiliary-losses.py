"""Records PyTorch's cross-entropies of heads with missing labels, and their gradients.

python tools/golden/record-auxiliary-losses.py apps/trainer/test/fixtures/auxiliary-losses.json
"""
import json
import sys

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

UNKNOWN = -1
torch.manual_seed(13)
count, channels = 6, 5
classes = {"density": 4, "biopsy": 1}
weights = {"density": 0.3, "biopsy": 0.2}
vectors = torch.randn(count, channels)
heads = {
    f"{name}.{part}": torch.randn(*shape).requires_grad_()
    for name, size in classes.items()
    for part, shape in (("weight", (size, channels)), ("bias", (size,)))
}
labels = {"density": torch.tensor([0, 3, UNKNOWN, 1, UNKNOWN, 2]), "biopsy": torch.tensor([1, UNKNOWN, 0, 0, 1, 1])}

total = torch.zeros(())
sums = []
vectors.requires_grad_()
for name, size in classes.items():
    logits = vectors @ heads[f"{name}.weight"].T + heads[f"{name}.bias"]
    label = labels[name]
    if size > 1:
        loss = cross_entropy(logits, label, ignore_index=UNKNOWN, reduction="sum")
    else:
        known = label != UNKNOWN
        loss = binary_cross_entropy_with_logits(logits[known, 0], label[known].float(), reduction="sum")
    sums.append(loss.item())
    total = total + weights[name] * loss / count
total.backward()

json.dump(
    {
        "torch": torch.__version__,
        "vectors": vectors.tolist(),
        "labels": [list(row) for row in zip(*(labels[name].tolist() for name in classes))],
        "weights": weights,
        "heads": {name: value.tolist() for name, value in heads.items()},
        "sums": sums,
        "weighted": total.item(),
        "gradients": {**{name: value.grad.tolist() for name, value in heads.items()}, "vectors": vectors.grad.tolist()},
    },
    open(sys.argv[1], "w"),
)
