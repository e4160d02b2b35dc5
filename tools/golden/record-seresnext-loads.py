"""Loads safetensors files that seresnext has written into timm with strict=True, and records timm's logits from them.

Usage, from the repository's root:
       (cd packages/seresnext && SERESNEXT_EXPORTS=/tmp/exports npx vitest run --root . --config ../../vitest.config.ts test/timm-loads)
       python tools/golden/record-seresnext-loads.py /tmp/exports packages/seresnext/test/fixtures/timm-loads.json
"""

import hashlib
import json
import pathlib
import sys

import timm_without_torchvision  # noqa: F401  (before timm)
import timm
import torch
from safetensors.torch import load_file
from timm.layers import BlurPool2d
from timm.models.resnet import Bottleneck, ResNet
from timm.models.senet import SENet, SEResNeXtBottleneck

from hashed_weights import hashed_images

AA_LAYERS = {'none': None, 'blur': BlurPool2d, 'average': torch.nn.AvgPool2d}


def build(config):
    """timm's network of a whole configuration; camelCase becomes snake_case, and 'plain' timm's ''."""
    shape = {'in_chans': config['inChannels'], 'num_classes': config['numClasses'], 'global_pool': config['globalPool']}
    if config['family'] == 'legacy':
        return SENet(SEResNeXtBottleneck, config['layers'], config['cardinality'], config['seReduction'], **shape)
    return ResNet(
        Bottleneck,
        layers=config['layers'],
        channels=config['channels'],
        cardinality=config['cardinality'],
        base_width=config['baseWidth'],
        stem_type='' if config['stemType'] == 'plain' else config['stemType'],
        stem_width=config['stemWidth'],
        avg_down=config['avgDown'],
        aa_layer=AA_LAYERS[config['antiAlias']],
        block_args={'attn_layer': 'se'} if config['squeezeExcite'] else {},
        **shape,
    )


def record(path):
    config = json.loads(path.with_suffix('.json').read_text())
    model = build(config)
    model.load_state_dict(load_file(path), strict=True)
    images = torch.cat([hashed_images(f'images.{c}', 1, 64, 64) for c in range(config['inChannels'])], dim=1)
    with torch.no_grad():
        logits = model.double().eval()(images.double())
    return {'config': config, 'sha256': hashlib.sha256(path.read_bytes()).hexdigest(), 'logits': logits[0].tolist()}


folder, target = map(pathlib.Path, sys.argv[1:])
if not any(folder.glob('*.safetensors')):
    raise SystemExit(f'Expected exported files in {folder} but received none. Export them first.')
models = {path.stem: record(path) for path in sorted(folder.glob('*.safetensors'))}
versions = {'torch': torch.__version__, 'timm': timm.__version__}
target.write_text(json.dumps({**versions, 'models': models}, indent=1) + '\n')
for name, facts in models.items():
    print(f'{name}: loaded with strict=True, logits {facts["logits"]}')
