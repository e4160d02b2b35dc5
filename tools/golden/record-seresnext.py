"""Records what timm's SE-ResNeXt makes of hashed weights and images: logits, and running statistics after training mode.

Usage: python tools/golden/record-seresnext.py packages/seresnext/test/fixtures
"""

import json
import os
import sys

import timm_without_torchvision  # noqa: F401  (before timm)
import timm
import torch
from timm.models.resnet import Bottleneck, ResNet

from hashed_weights import fill, hashed_images, probe

# Sizes that no stride divides: floor or ceiling, and on which side the padding lies, show here.
ODD_SIZE = (2, 67, 45)
SMALL = {'layers': [1, 2, 1, 1], 'channels': [16, 32, 64, 128], 'cardinality': 4, 'baseWidth': 16}


def small(num_classes=3):
    return ResNet(
        Bottleneck,
        layers=SMALL['layers'],
        channels=SMALL['channels'],
        cardinality=SMALL['cardinality'],
        base_width=SMALL['baseWidth'],
        in_chans=1,
        num_classes=num_classes,
        block_args={'attn_layer': 'se'},
    )


def full():
    return timm.create_model('seresnext50_32x4d', in_chans=1, num_classes=1)


def record(model, size):
    images = hashed_images('images', *size)
    entry = {'images': list(size), 'oddImages': list(ODD_SIZE), 'parameters': {k: list(v.shape) for k, v in model.state_dict().items()}}
    fill(model)
    with torch.no_grad():
        entry['eval'] = model.eval()(images).tolist()
        entry['evalFloat64'] = model.double()(images.double()).tolist()
        entry['oddEvalFloat64'] = model(hashed_images('odd', *ODD_SIZE).double()).tolist()
        fill(model.float())
        entry['train'] = model.train()(images).tolist()
        running = {k: v for k, v in model.state_dict().items() if '.running_' in k}
        entry['runningStatistics'] = {k: probe(k, v) for k, v in running.items()}
        fill(model)
        entry['trainFloat64'] = model.double().train()(images.double()).tolist()
    return entry


def main(folder):
    torch.use_deterministic_algorithms(True)
    versions = {'torch': torch.__version__, 'timm': timm.__version__}
    for name, model, size in (
        ('seresnext-small', small(), (2, 64, 48)),
        ('seresnext50-32x4d', full(), (2, 128, 64)),
    ):
        entry = {**versions, **record(model, size)}
        if name == 'seresnext-small':
            entry['config'] = {**SMALL, 'numClasses': 3}
        with open(os.path.join(folder, f'{name}.json'), 'w', encoding='utf8') as file:
            json.dump(entry, file)
            file.write('\n')
        print(name, entry['eval'], entry['evalFloat64'], entry['train'], entry['trainFloat64'])


main(sys.argv[1])
