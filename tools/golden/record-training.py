"""Records how PyTorch trains timm's SE-ResNeXt50 32x4d on hashed weights and images: losses of 20 steps, gradients of the first.

Focal loss, Adam and OneCycleLR with its cycled beta1, batch statistics, a new batch at each step. Everything is computed in
float64, and the losses in float32 too: their difference is what rounding alone makes.

Usage: python tools/golden/record-training.py apps/trainer/test/fixtures/golden-training.json
"""

import json
import sys

import timm_without_torchvision  # noqa: F401  (before timm)
import timm
import torch
import torch.nn.functional as F

from hashed_weights import fill, hashed, hashed_images

STEPS = 20
IMAGES = [4, 64, 64]
# A ReLU whose input is within rounding of 0 has one gradient in one engine and another in the next: of the batches 0 to 599,
# batch 27 keeps the largest distance from 0 over all 4.2 million inputs of ReLUs (`kinkDistance` in the fixture).
FIRST_BATCH = 27
FOCAL = {'alpha': 0.75, 'gamma': 2, 'labelSmoothing': 0.05}
ONE_CYCLE = {'maxLr': 3e-4, 'totalSteps': STEPS}
PROJECTIONS = 6
FULL_BELOW = 256


def focal_loss(logits, targets):
    targets = targets * (1 - FOCAL['labelSmoothing']) + FOCAL['labelSmoothing'] / 2
    positive = torch.sigmoid(-logits) ** FOCAL['gamma'] * -F.logsigmoid(logits)
    negative = torch.sigmoid(logits) ** FOCAL['gamma'] * -F.logsigmoid(-logits)
    return (FOCAL['alpha'] * targets * positive + (1 - FOCAL['alpha']) * (1 - targets) * negative).mean()


def batch(step, dtype):
    images = hashed_images(f'batch{FIRST_BATCH + step}', *IMAGES).to(dtype)
    targets = [[float((step + n) % 4 == 0 or n == 1)] for n in range(IMAGES[0])]
    return images, torch.tensor(targets, dtype=dtype), targets


def summary(name, gradient):
    flat = gradient.double().reshape(-1)
    size = flat.numel()
    entry = {'size': size, 'norm': flat.norm().item()}
    if size <= FULL_BELOW:
        entry['values'] = flat.tolist()
        return entry
    vectors = [torch.from_numpy(2 * hashed(f'{name}.probe{k}', size) - 1) for k in range(PROJECTIONS)]
    entry['projections'] = [(flat @ vector).item() for vector in vectors]
    return entry


def train(dtype):
    model = fill(timm.create_model('seresnext50_32x4d', in_chans=1, num_classes=1)).to(dtype).train()
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=ONE_CYCLE['maxLr'], total_steps=ONE_CYCLE['totalSteps']
    )
    steps, gradients, distances = [], None, []
    hooks = [
        module.register_forward_pre_hook(lambda _, inputs: distances.append(inputs[0].abs().min().item()))
        for module in model.modules()
        if isinstance(module, torch.nn.ReLU)
    ]
    for step in range(STEPS):
        images, targets, plain = batch(step, dtype)
        optimizer.zero_grad()
        loss = focal_loss(model(images), targets)
        loss.backward()
        if gradients is None:
            gradients = {name: p.grad.clone() for name, p in model.named_parameters()}
            for hook in hooks:
                hook.remove()
        group = optimizer.param_groups[0]
        steps.append({'loss': loss.item(), 'lr': group['lr'], 'beta1': group['betas'][0], 'targets': plain})
        optimizer.step()
        if step + 1 < STEPS:
            schedule.step()
    return steps, gradients, min(distances)


def main(path):
    torch.use_deterministic_algorithms(True)
    steps, gradients, kink_distance = train(torch.float64)
    steps32, gradients32, _ = train(torch.float32)
    for exact, rounded in zip(steps, steps32):
        exact['lossFloat32'] = rounded['loss']
    entry = {
        'torch': torch.__version__,
        'timm': timm.__version__,
        'images': IMAGES,
        'firstBatch': FIRST_BATCH,
        'kinkDistance': kink_distance,
        'focalLoss': FOCAL,
        'oneCycle': ONE_CYCLE,
        'steps': steps,
        'gradients': {name: summary(name, gradient) for name, gradient in gradients.items()},
    }
    with open(path, 'w', encoding='utf8') as file:
        json.dump(entry, file)
        file.write('\n')
    if len(sys.argv) > 2:
        torch.save({'gradients': gradients, 'gradients32': gradients32}, sys.argv[2])
    for step in steps:
        print(step['loss'], step['lossFloat32'], abs(step['lossFloat32'] / step['loss'] - 1), step['lr'], step['beta1'])
    worst = min(
        (F.cosine_similarity(gradients[n].reshape(1, -1), gradients32[n].double().reshape(1, -1)).item(), n) for n in gradients
    )
    print('kink distance', kink_distance, 'worst cosine of float32', worst, len(gradients))


main(sys.argv[1])
