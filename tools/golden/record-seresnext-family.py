"""Records what timm's SE-ResNeXt family makes of hashed weights and images: names and shapes, logits and stage outputs.

Usage: python tools/golden/record-seresnext-family.py packages/seresnext/test/fixtures
"""

import hashlib
import json
import math
import os
import sys

import timm_without_torchvision  # noqa: F401  (before timm)
import timm
import torch
from timm.layers import BlurPool2d
from timm.models.senet import SENet, SEResNeXtBottleneck

from hashed_weights import fill, hashed_images, probe

NAMES = [
    'seresnet50',
    'resnext50_32x4d',
    'seresnext26d_32x4d',
    'seresnext26t_32x4d',
    'seresnext50_32x4d',
    'seresnext101_32x4d',
    'seresnext101_32x8d',
    'seresnext101_64x4d',
    'seresnextaa101d_32x8d',
    'legacy_seresnext50_32x4d',
]
FULL_SIZE = (1, 64, 64)
# Sizes that no stride divides: floor or ceiling, and on which side the padding lies, show here.
ODD_SIZE = (2, 67, 45)
EVEN_SIZE = (2, 64, 96)
SMALL = {'layers': [1, 2, 1, 1], 'channels': [16, 32, 64, 128]}


def names_and_shapes(model):
    """The names and shapes in order, num_batches_tracked left out, as one digest and two sums."""
    entries = [(k, list(v.shape)) for k, v in model.state_dict().items() if not k.endswith('num_batches_tracked')]
    text = json.dumps(entries, separators=(',', ':'))
    values = sum(math.prod(shape) for _, shape in entries)
    return {'tensors': len(entries), 'values': values, 'sha256': hashlib.sha256(text.encode()).hexdigest()}


def stages(model, images):
    """Outputs of the stem before its pool and of each stage, as timm's forward_intermediates returns them."""
    found = {}
    first = 'layer0' if hasattr(model, 'layer0') else 'act1'
    for name in (first, 'layer1', 'layer2', 'layer3', 'layer4'):
        model.get_submodule(name).register_forward_hook(lambda _, __, out, name=name: found.update({name: out.clone()}))
    logits = model(images)
    return logits, [{'shape': list(out.shape), **probe(f'stage{i}', out)} for i, out in enumerate(found.values())]


def record(model, size, channels):
    images = torch.cat([hashed_images(f'images.{c}', *size) for c in range(channels)], dim=1)
    with torch.no_grad():
        logits, outputs = stages(fill(model).double().eval(), images.double())
        entry = {'images': list(size), 'evalFloat64': logits.tolist(), 'stages': outputs}
        entry['trainFloat64'] = fill(model).train()(images.double()).tolist() if size[0] > 1 else None
    return entry


def small(name, **options):
    """The variant's own structure with few and narrow blocks; timm's legacy networks have one width."""
    if name.startswith('legacy'):
        config = {'layers': [1, 1, 1, 1], 'dropRate': 0}
        model = SENet(SEResNeXtBottleneck, [1, 1, 1, 1], 32, 16, drop_rate=0, in_chans=2, num_classes=3)
    else:
        config = SMALL
        model = timm.create_model(name, **SMALL, in_chans=2, num_classes=3, **options)
    average = model.maxpool.__class__.__name__ == 'AvgPool2d' if hasattr(model, 'maxpool') else False
    return {'config': {**config, 'inChannels': 2, 'numClasses': 3}, **record(model, EVEN_SIZE if average else ODD_SIZE, 2)}


def variant(name):
    full = timm.create_model(name, in_chans=1, num_classes=1)
    print(name)
    return {'parameters': names_and_shapes(full), 'full': record(full, FULL_SIZE, 1), 'small': small(name)}


def main(folder):
    torch.use_deterministic_algorithms(True)
    blurred = small('seresnext26d_32x4d', aa_layer=BlurPool2d)
    blurred['config']['antiAlias'] = 'blur'
    maximum = small('seresnext26t_32x4d', global_pool='max')
    maximum['config']['globalPool'] = 'max'
    entry = {
        'torch': torch.__version__,
        'timm': timm.__version__,
        'variants': {name: variant(name) for name in NAMES},
        'others': {'seresnext26d_32x4d': blurred, 'seresnext26t_32x4d': maximum},
    }
    with open(os.path.join(folder, 'seresnext-family.json'), 'w', encoding='utf8') as file:
        json.dump(entry, file)
        file.write('\n')


main(sys.argv[1])
