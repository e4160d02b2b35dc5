"""Weights and images that Python and TypeScript make alike, so that no weights need to be stored.

Value i of tensor NAME comes from a 32-bit hash of NAME and i (FNV-1a, then MurmurHash3's finalizer), turned into
0 <= u < 1 and then by the tensor's kind into a weight. packages/seresnext/test/hashed-weights.ts is the same in TypeScript.
"""

import math

import numpy as np
import torch


def hashed(name, count):
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    with np.errstate(over='ignore'):
        h = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return h.astype(np.float64) / 2**32


def hashed_tensor(name, shape):
    u = hashed(name, math.prod(shape))
    leaf = name.rsplit('.', 1)[-1]
    if len(shape) == 4:
        fan_in = shape[1] * shape[2] * shape[3]
        values = (2 * u - 1) * math.sqrt(6 / fan_in)
    elif len(shape) == 2:
        values = (2 * u - 1) * (1 / math.sqrt(shape[1]))
    elif leaf == 'running_var':
        values = 0.75 + 0.5 * u
    elif leaf == 'weight':
        values = (0.075 + 0.075 * u) if '.bn3.' in name else (0.75 + 0.5 * u)
    elif leaf == 'bias' and ('.bn3.' in name):
        values = 0.1 + 0.2 * u
    elif leaf == 'bias' and ('bn' in name or 'downsample' in name):
        values = 1 + u
    else:
        values = 0.2 * u - 0.1
    return values.astype(np.float32).reshape(shape)


def fill(model):
    state = model.state_dict()
    for name, tensor in state.items():
        if tensor.dtype.is_floating_point:
            state[name] = torch.from_numpy(hashed_tensor(name, tuple(tensor.shape)))
    model.load_state_dict(state)
    return model


def hashed_images(name, count, height, width):
    """[N, 1, H, W]: a pattern of 16 x 16 squares with noise on top, values -1.5 to 1.5."""
    noise = hashed(f'{name}.noise', count * height * width).reshape(count, height, width)
    rows, columns = -(-height // 16), -(-width // 16)
    squares = hashed(f'{name}.squares', count * rows * columns).reshape(count, rows, columns)
    squares = squares.repeat(16, axis=1).repeat(16, axis=2)[:, :height, :width]
    return torch.from_numpy((2 * squares - 1 + (noise - 0.5)).astype(np.float32)[:, None])


def probe(name, values):
    """Norm and projections on 4 hashed vectors of -1 to 1: a summary that no other tensor shares by chance."""
    flat = values.detach().double().reshape(-1)
    vectors = [torch.from_numpy(2 * hashed(f'{name}.probe{k}', flat.numel()) - 1) for k in range(4)]
    return {'norm': flat.norm().item(), 'projections': [(flat @ vector).item() for vector in vectors]}
