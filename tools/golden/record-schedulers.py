"""Records learning-rate schedules from PyTorch.

    python tools/golden/record-schedulers.py packages/one-cycle-scheduler/test/fixtures/schedules.json
"""

import json
import sys
import warnings

import torch
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    CyclicLR,
    LinearLR,
    OneCycleLR,
    ReduceLROnPlateau,
    SequentialLR,
)

warnings.filterwarnings("ignore")


def adam(lr=0.1):
    return torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))], lr=lr)


def camel(options):
    def name(key):
        head, *rest = key.split("_")
        return head + "".join(word.capitalize() for word in rest)

    return {name(key): value for key, value in options.items()}


def trace(optimizer, scheduler, steps, with_momentum):
    lrs, momentums = [], []
    for step in range(steps):
        lrs.append(float(optimizer.param_groups[0]["lr"]))
        momentums.append(float(optimizer.param_groups[0]["betas"][0]))
        if step == steps - 1:
            break
        optimizer.step()
        try:
            scheduler.step()
        except ZeroDivisionError:  # a phase of no length, as after pct_start=1.0
            break
    return {"lr": lrs, "momentum": momentums if with_momentum else None}


def one_cycle(**options):
    optimizer = adam()
    values = trace(optimizer, OneCycleLR(optimizer, **options), options["total_steps"] + 1, options.get("cycle_momentum", True))
    return {"options": camel(options), **values}


def cyclic(steps, **options):
    optimizer = adam()
    values = trace(optimizer, CyclicLR(optimizer, **options), steps, options.get("cycle_momentum", True))
    return {"options": camel(options), **values}


def cosine(total_steps, warmup_steps, max_lr, min_lr, start_factor):
    optimizer = adam(max_lr)
    parts = [CosineAnnealingLR(optimizer, total_steps - warmup_steps, eta_min=min_lr)]
    scheduler = parts[0]
    if warmup_steps > 0:
        optimizer = adam(max_lr)
        parts = [
            LinearLR(optimizer, start_factor=start_factor, total_iters=warmup_steps),
            CosineAnnealingLR(optimizer, total_steps - warmup_steps, eta_min=min_lr),
        ]
        scheduler = SequentialLR(optimizer, parts, [warmup_steps])
    options = {
        "maxLr": max_lr,
        "totalSteps": total_steps,
        "warmupSteps": warmup_steps,
        "minLr": min_lr,
        "warmupStartLr": max_lr * start_factor,
    }
    return {"options": options, **trace(optimizer, scheduler, total_steps + 1, False)}


def plateau(metrics, lr=0.1, **options):
    optimizer = adam(lr)
    scheduler = ReduceLROnPlateau(optimizer, **options)
    lrs = []
    for metric in metrics:
        scheduler.step(metric)
        lrs.append(float(optimizer.param_groups[0]["lr"]))
    return {"initialLr": lr, "options": camel(options), "metrics": metrics, "lr": lrs}


def main(path):
    falling = [1.0, 0.9, 0.8, 0.8, 0.8, 0.79995, 0.9, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6]
    rising = [-value for value in falling]
    flat = [1.0] * 40
    fixture = {
        "torch": torch.__version__,
        "oneCycle": [
            one_cycle(max_lr=3e-4, total_steps=100),
            one_cycle(max_lr=3e-4, total_steps=97, anneal_strategy="linear"),
            one_cycle(max_lr=0.1, total_steps=50, three_phase=True),
            one_cycle(max_lr=0.1, total_steps=61, three_phase=True, anneal_strategy="linear", pct_start=0.25),
            one_cycle(max_lr=1.0, total_steps=40, pct_start=0.5, div_factor=10.0, final_div_factor=100.0),
            one_cycle(max_lr=1.0, total_steps=30, base_momentum=0.5, max_momentum=0.99),
            one_cycle(max_lr=1.0, total_steps=30, cycle_momentum=False),
            one_cycle(max_lr=1.0, total_steps=20, pct_start=0.0),
            one_cycle(max_lr=1.0, total_steps=20, pct_start=1.0),
            one_cycle(max_lr=1.0, total_steps=7),
            one_cycle(max_lr=1.0, total_steps=3),
            one_cycle(max_lr=1.0, total_steps=1),
        ],
        "cyclic": [
            cyclic(100, base_lr=0.001, max_lr=0.1, step_size_up=10),
            cyclic(100, base_lr=0.001, max_lr=0.1, step_size_up=7, step_size_down=12),
            cyclic(100, base_lr=0.001, max_lr=0.1, step_size_up=10, mode="triangular2"),
            cyclic(100, base_lr=0.001, max_lr=0.1, step_size_up=10, step_size_down=5, mode="exp_range", gamma=0.97),
            cyclic(60, base_lr=0.0, max_lr=1.0, step_size_up=1, step_size_down=1),
            cyclic(60, base_lr=0.01, max_lr=0.1, step_size_up=9, base_momentum=0.7, max_momentum=0.95, mode="triangular2"),
            cyclic(60, base_lr=0.01, max_lr=0.1, step_size_up=9, cycle_momentum=False),
        ],
        "cosineWithWarmup": [
            cosine(100, 0, 0.1, 0.0, 1.0),
            cosine(100, 10, 0.1, 0.0, 0.1),
            cosine(73, 20, 3e-4, 1e-6, 0.01),
            cosine(10, 1, 1.0, 0.1, 0.5),
        ],
        "reduceLrOnPlateau": [
            plateau(falling, patience=2),
            plateau(falling, patience=0, factor=0.5),
            plateau(falling, patience=1, threshold=0.1, threshold_mode="abs"),
            plateau(falling, patience=1, threshold=0.01, threshold_mode="rel", cooldown=3),
            plateau(falling, patience=1, factor=0.5, min_lr=0.02),
            plateau(rising, patience=2, mode="max"),
            plateau(rising, patience=1, mode="max", threshold=0.05, threshold_mode="abs", cooldown=1),
            plateau(flat, patience=10),
            plateau(flat, patience=1, lr=1e-6),
            plateau([value * 0.1 for value in falling], patience=1, mode="max", threshold=0.05),
        ],
    }
    with open(path, "w") as file:
        json.dump(fixture, file)
        file.write("\n")


main(sys.argv[1])
