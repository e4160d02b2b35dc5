"""Peer of the `training` benchmark: the reference's recipe with PyTorch, timm and Albumentations, on images that were processed already.

usage: python training.py WORK.json      writes the logits of the test images to the file that WORK.json names, prints one JSON line

Gray images of 8 bits as the reference has them, one channel; focal weight of the batch's mean; Adam; OneCycleLR per step; positives in 11
rows; the last batch kept; augmentation level 2; a DataLoader with workers.
"""
import json
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../golden"))
import timm_without_torchvision  # noqa: F401

import albumentations as A
import cv2
import numpy as np
import timm
import torch
from safetensors.torch import load_file

work = json.load(open(sys.argv[1]))
torch.set_num_threads(work["threads"])
cv2.setNumThreads(1)
random.seed(work["seed"])
np.random.seed(work["seed"])
torch.manual_seed(work["seed"])

# The reference's level 2, with the arguments that tools/golden/record-albumentations.py records.
augment = A.Compose(
    [
        A.HorizontalFlip(p=0.5),
        A.ShiftScaleRotate(
            shift_limit_x=0,
            shift_limit_y=0.1,
            scale_limit=0.1,
            rotate_limit=6,
            border_mode=cv2.BORDER_CONSTANT,
            value=0,
            rotate_method="ellipse",
            p=0.65,
        ),
        A.CoarseDropout(max_holes=32, max_height=8, max_width=8, p=0.6),
        A.OneOf(
            [
                A.GaussianBlur(blur_limit=(3, 7), sigma_limit=(0, 2), p=0.5),
                A.GaussNoise(var_limit=(10, 20), p=0.5),
            ],
            p=0.5,
        ),
        A.RandomGamma(gamma_limit=(80, 120), p=0.3),
        A.RandomBrightnessContrast(0.2, 0.2, p=0.5),
    ]
)


class Images(torch.utils.data.Dataset):
    def __init__(self, rows, transform):
        self.rows, self.transform = rows, transform

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        row = self.rows[index]
        image = (cv2.imread(row["file"], cv2.IMREAD_UNCHANGED) // 257).astype(np.uint8)
        if self.transform is not None:
            image = self.transform(image=image)["image"]
        return torch.from_numpy(image).unsqueeze(0).float() / 255, torch.tensor([float(row["target"])])


def seed_worker(_):
    seed = torch.initial_seed() % 2**32
    random.seed(seed)
    np.random.seed(seed)


def focal_loss(logits, targets):
    cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets)
    return (1 - torch.exp(-cross_entropy)) * cross_entropy


network = work["model"]
model = timm.models.resnet.ResNet(
    timm.models.resnet.Bottleneck,
    network["layers"],
    channels=tuple(network["channels"]),
    cardinality=network["cardinality"],
    base_width=network["baseWidth"],
    stem_type={"plain": "", "deep": "deep", "deep_tiered": "deep_tiered"}[network["stemType"]],
    stem_width=network["stemWidth"],
    block_args=dict(attn_layer="se"),
    num_classes=1,
    in_chans=1,
)
missing = model.load_state_dict(load_file(work["initial"]), strict=False)
assert not missing.unexpected_keys and all(key.endswith("num_batches_tracked") for key in missing.missing_keys), missing

rows = [row for row in work["train"] for _ in range(work["positiveRows"] if row["target"] else 1)]
loader = torch.utils.data.DataLoader(
    Images(rows, augment),
    batch_size=work["batchSize"],
    shuffle=True,
    num_workers=work["workers"],
    worker_init_fn=seed_worker,
    generator=torch.Generator().manual_seed(work["seed"]),
)
optimizer = torch.optim.Adam(model.parameters(), lr=work["lr"])
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=work["lr"], total_steps=work["epochs"] * len(loader))

model.train()
seconds = waiting = 0.0
losses = []
for epoch in range(work["epochs"]):
    start = asked = time.perf_counter()
    total = 0.0
    for images, targets in loader:
        waiting += time.perf_counter() - asked
        optimizer.zero_grad()
        loss = focal_loss(model(images), targets)
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item()
        asked = time.perf_counter()
    seconds += time.perf_counter() - start
    losses.append(total / len(loader))
    print(f"epoch {epoch + 1}: loss {losses[-1]:.4f}", file=sys.stderr, flush=True)

model.eval()
with torch.no_grad():
    batches = torch.utils.data.DataLoader(Images(work["test"], None), batch_size=work["batchSize"])
    logits = torch.cat([model(images) for images, _ in batches])[:, 0].tolist()
json.dump(logits, open(work["logits"], "w"))
print(
    json.dumps(
        {
            "imagesPerSecond": work["epochs"] * len(rows) / seconds,
            "waitingShare": waiting / seconds,
            "losses": losses,
            "versions": {"torch": torch.__version__, "timm": timm.__version__, "albumentations": A.__version__},
        }
    )
)
