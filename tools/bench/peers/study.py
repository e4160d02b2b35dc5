"""Peer of the `study` benchmark: studies of four views to result.json with heatmaps, as a Python service would do it, on THREADS threads.

pydicom with pylibjpeg decodes, window to 8 bit, the same YOLOv5 in ONNX Runtime, crop, background to black (Otsu, opening,
largest contour), INTER_AREA, pad, the same classifier in ONNX Runtime, heatmap without what lies
beside the breast and with a contour by OpenCV, PNG. Files are prepared in THREADS
threads. The box is the known one, so that the crop is as large as it would be. `cold` starts a process for each round.

usage: python study.py FOLDER MODEL DETECTOR THREADS warm|cold|preprocess|once      prints `ready`, then seconds for each line read
"""
import csv
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if sys.argv[5] == "cold":
    command = [sys.executable, *sys.argv[:5], "once"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        print(time.perf_counter() - start, flush=True)
    sys.exit()

import cv2
import numpy as np
import onnxruntime
import pydicom
from pydicom.pixels import apply_modality_lut, apply_voi_lut

FOLDER, MODEL, DETECTOR, THREADS, MODE = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
HEIGHT, WIDTH = 1024, 512
DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (27, 27))


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


detector, classifier = session(DETECTOR, 1), session(MODEL, THREADS)
detector_input = detector.get_inputs()[0]
side = [size if isinstance(size, int) else 256 for size in detector_input.shape][-1]
cv2.setNumThreads(1)
rows = list(csv.DictReader(open(FOLDER / "ground_truth.csv")))
files = [FOLDER / "train_images" / row["patient_id"] / f"{row['image_id']}.dcm" for row in rows]
boxes = [tuple(int(row[f"breast_{key}"]) for key in ("x", "y", "width", "height")) for row in rows]
sides = [(row["patient_id"], row["laterality"]) for row in csv.DictReader(open(FOLDER / "train.csv"))]
out = Path(tempfile.mkdtemp())
pool = ThreadPoolExecutor(THREADS)


def prepare(item):
    path, (x, y, w, h) = item
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    dicom = pydicom.dcmread(path)
    pixels = apply_voi_lut(apply_modality_lut(dicom.pixel_array, dicom), dicom).astype(np.float32)
    pixels = (pixels - pixels.min()) / (pixels.max() - pixels.min())
    if dicom.PhotometricInterpretation == "MONOCHROME1":
        pixels = 1 - pixels
    image = (pixels * 255).astype(np.uint8)
    channels = detector_input.shape[1] if isinstance(detector_input.shape[1], int) else 1
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)[None, None].repeat(channels, 1)
    kind = np.float16 if "float16" in detector_input.type else np.float32
    detector.run(None, {detector_input.name: (small / 255).astype(kind)})
    crop = image[y : y + h, x : x + w]
    _, mask = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    mask = cv2.drawContours(np.zeros_like(mask), [max(contours, key=cv2.contourArea)], -1, 255, -1)
    crop = cv2.bitwise_and(crop, mask)
    scale = min(WIDTH / w, HEIGHT / h)
    fitted = cv2.resize(crop, (max(1, int(w * scale)), max(1, int(h * scale))), interpolation=cv2.INTER_AREA)
    placed = np.zeros((HEIGHT, WIDTH), np.uint8)
    placed[: fitted.shape[0], : fitted.shape[1]] = fitted
    return digest, placed


def beside_breast(placed):
    """Black that reaches the border."""
    padded = cv2.copyMakeBorder((placed > 0).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    cv2.floodFill(padded, None, (0, 0), 2)
    return padded[1:-1, 1:-1] == 2


def analyze():
    images = []
    for digest, placed in pool.map(prepare, zip(files, boxes)):
        feeds = {"images": (placed / 255).astype(np.float32)[None, :, :, None]}
        probability, heat = classifier.run(["probability", "activation_map"], feeds)
        heat = cv2.resize(heat[0], (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
        heat[beside_breast(placed)] = 0
        share = np.clip(heat / max(heat.max(), 1e-6), 0, 1)
        colors = cv2.applyColorMap((255 * share).astype(np.uint8), cv2.COLORMAP_INFERNO)
        gray = cv2.cvtColor(placed, cv2.COLOR_GRAY2BGR)
        weight = 0.45 * share[..., None]
        overlay = (gray * (1 - weight) + colors * weight).astype(np.uint8)
        strong = cv2.morphologyEx((share >= 0.5).astype(np.uint8), cv2.MORPH_OPEN, DISC)
        contours, _ = cv2.findContours(strong, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(overlay, contours, -1, (66, 228, 240), 2)
        cv2.imwrite(str(out / f"{digest[:16]}.png"), overlay)
        images.append({"sha256": digest, "probability": float(probability[0, 0])})
    breasts = {
        "-".join(name): np.mean([image["probability"] for image, of in zip(images, sides) if of == name]) for name in set(sides)
    }
    (out / "result.json").write_text(json.dumps({"images": images, "breasts": breasts}))


work = (lambda: list(pool.map(prepare, zip(files, boxes)))) if MODE == "preprocess" else analyze
if MODE == "once":
    work()
    sys.exit()
work()
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    work()
    print(time.perf_counter() - start, flush=True)
