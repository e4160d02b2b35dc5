"""Runs what `mammokit-evaluator export --timm` wrote, and the ONNX file beside, in Python: both must give the run's own probabilities to 1e-4.

Without --timm, as for an ensemble, the folder is `-`, and the ONNX file alone is run.

Usage: mammokit-evaluator export --data demo/data --run demo/runs/demo --timm /tmp/timm
       python tools/golden/check-exports.py /tmp/timm demo/runs/demo/model.onnx demo/data/processed demo/runs/demo/predictions/val/epoch-NNN.csv [record.json]
"""

import csv
import json
import os
import pathlib
import subprocess
import sys

import cv2
import numpy as np
import onnxruntime

TOLERANCE = 1e-4

timm_folder, model, processed, predictions, *record = map(pathlib.Path, sys.argv[1:])
with open(predictions, newline='') as file:
    rows = list(csv.DictReader(file))[:32]
images = [cv2.imread(str(processed / 'images' / row['patient_id'] / f'{row["image_id"]}.png'), cv2.IMREAD_UNCHANGED) for row in rows]
gray = np.stack(images)
want = np.array([float(row['probability']) for row in rows])


def run_timm():
    np.save(timm_folder / 'images.npy', gray)
    # timm imports torchvision, which may not fit the installed PyTorch; nothing of it is used.
    start = "import runpy, sys, timm_without_torchvision; sys.argv = ['example.py', 'images.npy']; runpy.run_path('example.py')"
    here = str(pathlib.Path(__file__).resolve().parent)
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join([here, os.environ.get('PYTHONPATH', '')])}
    command = [sys.executable, '-c', start]
    done = subprocess.run(command, cwd=timm_folder, env=environment, check=True, capture_output=True, text=True)
    return np.array(json.loads(done.stdout))


session = onnxruntime.InferenceSession(model, providers=['CPUExecutionProvider'])
values = (gray / 65535).astype(np.float32)[..., None]
logit, probability, maps = session.run(['logit', 'probability', 'activation_map'], {'images': values})
bias = logit[:, 0] - maps.reshape(len(maps), -1).mean(1)

found = {
    'images': len(rows),
    'timm': None if str(timm_folder) == '-' else float(np.abs(run_timm() - want).max()),
    'onnxruntime': float(np.abs(probability[:, 0] - want).max()),
    'spreadOfBias': float(bias.max() - bias.min()),
    'versions': {'onnxruntime': onnxruntime.__version__},
}
print(json.dumps(found))
# Of quantiles, and of augmented images, a map is not a part of the logit.
networks = json.loads(session.get_modelmeta().custom_metadata_map.get('mammokit.networks', '{}'))
is_linear = networks.get('combine') != 'quantiles' and not networks.get('augmentations')
assert max(found['timm'] or 0, found['onnxruntime']) <= TOLERANCE and (not is_linear or found['spreadOfBias'] <= 1e-4), found
if record:
    record[0].write_text(json.dumps(found, indent=1) + '\n')
