"""Writes safetensors files with the format's own implementation, and what they hold as JSON.

Usage: python tools/golden/record-safetensors.py packages/safetensors/test/fixtures
"""

import json
import os
import sys

import torch
from safetensors.torch import save_file


def main(folder):
    torch.manual_seed(13)
    wide = torch.tensor([0.0, -0.0, 1.0, -2.5, 65504.0, 2.0**-24, 3.14159, float('inf'), float('-inf')])
    tensors = {
        'layer.weight': torch.randn(3, 2, 1, 2),
        'half': wide.half(),
        'brain': wide.bfloat16(),
        'double': torch.tensor([[0.1, 1e300]], dtype=torch.float64),
        'bn.num_batches_tracked': torch.tensor(2**53 + 1),
        'empty': torch.zeros(0, 4),
        'flags': torch.tensor([True, False, True]),
        'bytes': torch.tensor([0, 255], dtype=torch.uint8),
        'small': torch.tensor([-128, 127], dtype=torch.int8),
        'int': torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        'short': torch.tensor([-(2**15), 2**15 - 1], dtype=torch.int16),
        'Zürich "quoted" \\ name': torch.ones(1),
    }
    save_file(tensors, os.path.join(folder, 'mixed.safetensors'), metadata={'format': 'pt'})
    held = {
        name: {
            'dtype': str(tensor.dtype),
            'shape': list(tensor.shape),
            'values': [str(v) for v in tensor.reshape(-1).tolist()]
            if not tensor.dtype.is_floating_point
            else [repr(v) for v in tensor.double().reshape(-1).tolist()],
        }
        for name, tensor in tensors.items()
    }
    with open(os.path.join(folder, 'mixed.json'), 'w', encoding='utf8') as file:
        json.dump({'torch': torch.__version__, 'tensors': held}, file, ensure_ascii=False, indent=1)
        file.write('\n')


main(sys.argv[1])
