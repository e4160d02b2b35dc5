"""Peer of the `preprocess` benchmark: the reference's way from DICOM files to 1024x512 PNGs, on THREADS threads.

dicomsdl decodes (pydicom with pylibjpeg where it is not installed), min-max to 8 bit, squash to 640x640, YOLOv5s in ONNX
Runtime by batches, crop at full size, background to black (Otsu, opening with an ellipse, largest contour), INTER_LINEAR,
pad, PNG. The detector has random weights; the box is the known one, so that the crop is as large as it would be.

usage: python preprocess.py FOLDER THREADS      prints `ready`, then seconds for each line read
"""
import csv
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from yolov5s_onnx import build

try:
    import dicomsdl
except ImportError:
    import pydicom

    dicomsdl = None

BATCH = 32


def read(path):
    if dicomsdl:
        dicom = dicomsdl.open(str(path))
        pixels = dicom.pixelData(storedvalue=True)
        inverted = dicom.PhotometricInterpretation == "MONOCHROME1"
    else:
        dicom = pydicom.dcmread(path)
        pixels = dicom.pixel_array
        inverted = dicom.PhotometricInterpretation == "MONOCHROME1"
    pixels = pixels.astype(np.float32)
    pixels = (pixels - pixels.min()) / (pixels.max() - pixels.min())
    if inverted:
        pixels = 1 - pixels
    image = (pixels * 255).astype(np.uint8)
    return image, cv2.resize(image, (640, 640), interpolation=cv2.INTER_LINEAR)


def finish(image, box, target):
    x, y, w, h = box
    crop = image[y : y + h, x : x + w]
    _, mask = cv2.threshold(crop, 5, 255, cv2.THRESH_BINARY)
    if mask.mean() > 0.95 * 255:
        _, mask = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if contours:
        mask = cv2.drawContours(np.zeros_like(mask), [max(contours, key=cv2.contourArea)], -1, 255, -1)
        crop = cv2.bitwise_and(crop, mask)
    scale = min(512 / w, 1024 / h)
    fitted = cv2.resize(crop, (max(1, int(w * scale)), max(1, int(h * scale))), interpolation=cv2.INTER_LINEAR)
    tenth = max(1, fitted.shape[1] // 10)
    side = 512 - fitted.shape[1] if fitted[:, -tenth:].mean() > fitted[:, :tenth].mean() else 0
    top = (1024 - fitted.shape[0]) // 2
    out = np.zeros((1024, 512), np.uint8)
    out[top : top + fitted.shape[0], side : side + fitted.shape[1]] = fitted
    cv2.imwrite(str(target), out)


def main():
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    rows = list(csv.DictReader(open(folder / "ground_truth.csv")))
    files = [folder / "train_images" / r["patient_id"] / f"{r['image_id']}.dcm" for r in rows]
    boxes = [tuple(int(r[f"breast_{k}"]) for k in ("x", "y", "width", "height")) for r in rows]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(build().SerializeToString(), options, providers=["CPUExecutionProvider"])
    cv2.setNumThreads(1)
    out = Path(tempfile.mkdtemp())
    pool = ThreadPoolExecutor(threads)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        for first in range(0, len(files), BATCH):
            images = list(pool.map(read, files[first : first + BATCH]))
            batch = np.stack([small for _, small in images])[:, None].repeat(3, 1).astype(np.float32) / 255
            session.run(None, {"images": batch})
            made = zip((image for image, _ in images), boxes[first : first + BATCH])
            list(pool.map(lambda item: finish(item[1][0], item[1][1], out / f"{item[0]}.png"), enumerate(made)))
        print(time.perf_counter() - start, flush=True)


main()
