"""Records antialiased resampling of a 16-bit image in float64: weights from numpy.sinc, edges replicated, rounded once.

Usage: python tools/golden/record-resample.py packages/roi-detector/test/fixtures/resample.json
"""

import base64
import json
import sys

import numpy as np

RADIUS = {'lanczos3': 3, 'lanczos2': 2, 'cubic': 2, 'linear': 1}


def kernel_at(kernel, x):
    x = np.abs(x)
    if kernel.startswith('lanczos'):
        value = np.sinc(x) * np.sinc(x / RADIUS[kernel])
    elif kernel == 'cubic':
        near = 1.5 * x**3 - 2.5 * x**2 + 1
        value = np.where(x < 1, near, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2)
    else:
        value = 1 - x
    return np.where(x < RADIUS[kernel], value, 0)


def matrix(source, target, kernel):
    """[target, source]: the weights of the source pixels of each target pixel."""
    step = source / target
    stretch = max(1, step)
    reach = int(np.ceil(RADIUS[kernel] * stretch)) + 1
    weights = np.zeros((target, source))
    for i in range(target):
        center = (i + 0.5) * step - 0.5
        at = np.arange(int(np.floor(center)) - reach, int(np.floor(center)) + reach + 1)
        w = kernel_at(kernel, (at - center) / stretch)
        np.add.at(weights[i], np.clip(at, 0, source - 1), w / w.sum())
    return weights


def resample(image, width, height, kernel):
    rows = matrix(image.shape[0], height, kernel)
    columns = matrix(image.shape[1], width, kernel)
    exact = rows @ image.astype(np.float64) @ columns.T
    return np.rint(np.clip(exact, 0, image.max())).astype('<u2')


def encode(image):
    return base64.b64encode(image.astype('<u2').tobytes()).decode()


def picture(width, height, seed):
    """Tissue with noise on black, a bright marker with hard edges, a lit edge: what overshoots and what is skipped."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    inside = (x / (0.7 * width)) ** 2 + ((y - height / 2) / (0.4 * height)) ** 2 < 1
    image = np.where(inside, 20000 + 9000 * np.sin(x / 3) * np.cos(y / 5) + 3000 * random.standard_normal(x.shape), 0)
    image[: height // 8, -width // 6 :] = 65535
    image[-2:, :] = 41000
    return np.clip(image, 0, 65535).astype('<u2')


cases = []
for size, target, kernels in [
    ((90, 61), (32, 23), RADIUS),
    ((40, 36), (63, 64), ['lanczos3', 'linear']),
    ((37, 111), (11, 3), ['lanczos3']),
    ((5, 64), (5, 7), ['lanczos3', 'cubic']),
    ((64, 3), (9, 3), ['lanczos2']),
    ((2, 2), (7, 9), ['lanczos3']),
]:
    image = picture(*size, seed=len(cases))
    for kernel in kernels:
        cases.append(
            {
                'width': size[0],
                'height': size[1],
                'kernel': kernel,
                'targetWidth': target[0],
                'targetHeight': target[1],
                'data': encode(image),
                'expected': encode(resample(image, *target, kernel)),
            }
        )

with open(sys.argv[1], 'w') as file:
    json.dump({'numpy': np.__version__, 'cases': cases}, file, separators=(',', ':'))
    file.write('\n')
