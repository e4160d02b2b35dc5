"""Records SciPy's affine transform and Gaussian filter for packages/augmentation.

    python tools/golden/record-augmentations.py > packages/augmentation/test/fixtures/scipy.json
"""
import json
import math
import sys

import numpy as np
import scipy
from scipy import ndimage

HEIGHT, WIDTH = 11, 8
image = np.random.default_rng(13).random((HEIGHT, WIDTH)).astype(np.float32).astype(np.float64)

affine = []
for flip, rotation, shift_x, shift_y, scale in [
    (False, 5, 0, 0, 1),
    (True, -3, 0, 0.03, 1.1),
    (False, 30, 0.2, -0.1, 0.9),
    (True, 90, 0, 0, 1),
    (False, 0, 0.13, 0.27, 1),
    (False, 0, 0, 0, 1.7),
    (True, 180, 0, 0, 0.5),
]:
    angle = math.radians(rotation)
    # rows first; counterclockwise on screen, where y points down
    forward = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    inverse = np.linalg.inv(forward)
    center = np.array([(HEIGHT - 1) / 2, (WIDTH - 1) / 2])
    shift = np.array([shift_y * HEIGHT, shift_x * WIDTH])
    source = image[:, ::-1] if flip else image
    output = ndimage.affine_transform(
        source, inverse, offset=center - inverse @ (center + shift), order=1, mode="grid-constant", cval=0
    )
    affine.append(
        {
            "transform": {"flip": flip, "rotation": rotation, "shiftX": shift_x, "shiftY": shift_y, "scale": scale},
            "output": output.ravel().tolist(),
        }
    )

blur = []
for size in [3, 5, 7]:
    radius = (size - 1) // 2
    sigma = 0.3 * (radius - 1) + 0.8
    output = ndimage.gaussian_filter(image, sigma, mode="mirror", truncate=radius / sigma)
    blur.append({"kernelSize": size, "output": output.ravel().tolist()})

json.dump(
    {
        "scipy": scipy.__version__,
        "image": {"width": WIDTH, "height": HEIGHT, "data": image.ravel().tolist()},
        "affine": affine,
        "blur": blur,
    },
    sys.stdout,
)
