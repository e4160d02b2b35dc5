"""Records local contrast normalization by SciPy's box filter, in float64.

Usage: python tools/golden/record-local-contrast.py packages/seresnext/test/fixtures/local-contrast.json
"""

import json
import sys

import numpy as np
from scipy.ndimage import uniform_filter

AIR, FLOOR = 0.02, 0.03


def normalize(image, window):
    tissue = (image > AIR).astype(float)
    # Sums of zeros outside the image: the number of pixels cancels out of their ratios.
    box = lambda values: uniform_filter(values, window, mode='constant')
    share = np.maximum(box(tissue), 1e-12)
    centered = (image - box(image * tissue) / share) * tissue
    return centered / (np.sqrt(np.maximum(box(centered**2) / share, 0)) + FLOOR)


random = np.random.default_rng(13)
height, width = 21, 14
images = random.uniform(0.3, 0.7, (2, height, width))
images[0] *= np.linspace(1, 0.2, width)  # a breast that becomes dark
images[0, :, 9:] = 0.01  # air that is not black
images[1, 5:8, 3:9] += 0.3
images[1, 15:, :] = 0.4  # flat: no contrast to divide by
images = images.round(4)
windows = [{'window': window, 'values': [normalize(image, window).round(8).tolist() for image in images]} for window in (3, 9, 31)]
golden = {'air': AIR, 'floor': FLOOR, 'images': images.tolist(), 'windows': windows}
with open(sys.argv[1], 'w') as file:
    json.dump(golden, file, separators=(',', ':'))
    file.write('\n')
