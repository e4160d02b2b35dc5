"""Records how Albumentations distributes the reference's augmentations, for packages/augmentation.

    pip install albumentations==1.3.1 numpy==1.26.4 opencv-python-headless==4.10.0.84
    python tools/golden/record-albumentations.py > packages/augmentation/test/fixtures/albumentations.json

4,000 draws of each of the reference's transforms and of its whole levels, on one 8-bit picture; of each draw a few figures, rounded to
whole numbers, as little-endian uint16 in base64.
"""
import base64
import json
import random
import sys

import albumentations as A
import cv2
import numpy as np

DRAWS = 4000
HEIGHT, WIDTH = 128, 64


def picture():
    """Half an ellipse at the left edge with a texture, black outside; whole numbers, so that JavaScript makes the same."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    inside = (x * x) * 50 * 50 + (y - 60) * (y - 60) * 45 * 45 < 45 * 45 * 50 * 50
    return np.where(inside, 70 + (x * 7 + y * 13 + (x * y) // 4) % 90, 0).astype(np.uint8)


def level(shift_y, scale, rotate):
    return [
        A.HorizontalFlip(p=0.5),
        A.ShiftScaleRotate(
            shift_limit_x=0,
            shift_limit_y=shift_y,
            scale_limit=scale,
            rotate_limit=rotate,
            border_mode=cv2.BORDER_CONSTANT,
            value=0,
            rotate_method="ellipse",
            p=0.65,
        ),
    ]


dropout = A.CoarseDropout(max_holes=32, max_height=8, max_width=8, p=0.6)
blur = A.GaussianBlur(blur_limit=(3, 7), sigma_limit=(0, 2), p=0.5)
noise = A.GaussNoise(var_limit=(10, 20), p=0.5)
gamma = A.RandomGamma(gamma_limit=(80, 120), p=0.3)
contrast = A.RandomBrightnessContrast(0.2, 0.2, p=0.5)

level1 = level(0.03, (-0.05, 0.1), 3)
level2 = level(0.1, 0.1, 6)
pipelines = {
    "level1": level1,
    "geometry": level2,
    "dropout": [dropout],
    "blur": [blur],
    "noise": [noise],
    "oneOfBlurAndNoise": [A.OneOf([blur, noise], p=0.5)],
    "gamma": [gamma],
    "brightnessContrast": [contrast],
    "level2": [*level2, dropout, A.OneOf([blur, noise], p=0.5), gamma, contrast],
}


def figures(image):
    """Whole numbers from 0 to 65,535."""
    values = image.astype(np.float64)
    total = max(values.sum(), 1)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    cx, cy = (values * x).sum() / total, (values * y).sum() / total
    xx, yy = (values * (x - cx) ** 2).sum() / total, (values * (y - cy) ** 2).sum() / total
    xy = (values * (x - cx) * (y - cy)).sum() / total
    return {
        "mean": values.mean() * 200,
        "deviation": values.std() * 200,
        "dark": (values < 8).sum(),
        "centerX": cx * 500,
        "centerY": cy * 500,
        "angle": 30000 + 10000 * 0.5 * np.arctan2(2 * xy, xx - yy),
        "roughness": np.abs(np.diff(values, axis=1)).mean() * 500,
    }


compared = {
    "level1": ["dark", "centerX", "centerY", "angle"],
    "geometry": ["dark", "centerX", "centerY", "angle"],
    "dropout": ["dark", "mean"],
    "blur": ["roughness"],
    "noise": ["roughness"],
    "oneOfBlurAndNoise": ["roughness"],
    "gamma": ["mean"],
    "brightnessContrast": ["mean", "deviation"],
    "level2": ["mean", "deviation", "dark", "centerX", "centerY", "roughness"],
}

image = picture()
result = {}
for name, transforms in pipelines.items():
    random.seed(13)
    np.random.seed(13)
    apply = A.Compose(transforms)
    drawn = [figures(apply(image=image)["image"]) for _ in range(DRAWS)]
    result[name] = {
        figure: base64.b64encode(np.sort([round(draw[figure]) for draw in drawn]).astype("<u2").tobytes()).decode()
        for figure in compared[name]
    }

json.dump(
    {
        "albumentations": A.__version__,
        "opencv": cv2.__version__,
        "numpy": np.__version__,
        "draws": DRAWS,
        "height": HEIGHT,
        "width": WIDTH,
        "sum": int(image.sum()),
        "figures": result,
    },
    sys.stdout,
)
