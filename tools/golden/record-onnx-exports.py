"""Checks ONNX files that tfjs-onnxruntime has exported, and records what Python's ONNX Runtime gives for them.

Each file passes onnx.checker with full_check (shape and type inference too), and gives in onnxruntime what tfjs gave for the same
inputs, within 1e-5 of the largest; where it does not, this stops with an error.

Usage, from the repository's root: ONNX_EXPORTS=/tmp/exports npx vitest run --root packages/tfjs-onnxruntime --project cpu test/to-onnx.test.ts
       python tools/golden/record-onnx-exports.py /tmp/exports packages/tfjs-onnxruntime/test/fixtures/onnx-exports.json
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-5


def tensor(record):
    return np.array(record['data'], dtype=record['dtype']).reshape(record['shape'])


def dimensions(value):
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]


def record(path):
    onnx.checker.check_model(str(path), full_check=True)
    model = onnx.load(path)
    given = json.loads(path.with_suffix('.json').read_text())
    session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
    names = [output.name for output in session.get_outputs()]
    results = dict(zip(names, session.run(names, {name: tensor(value) for name, value in given['inputs'].items()})))
    worst = 0.0
    for name, value in given['outputs'].items():
        want = tensor(value)
        assert results[name].shape == want.shape and results[name].dtype == want.dtype, name
        largest = max(1.0, float(np.abs(want.astype(float)).max()))
        worst = max(worst, float(np.abs(results[name].astype(float) - want.astype(float)).max()) / largest)
    if worst > TOLERANCE:
        raise SystemExit(f'Expected {path.name} within {TOLERANCE} of tfjs but received {worst}.')
    return {
        'sha256': hashlib.sha256(path.read_bytes()).hexdigest(),
        'opset': model.opset_import[0].version,
        'irVersion': model.ir_version,
        'metadata': {entry.key: entry.value for entry in model.metadata_props},
        'inputs': {value.name: dimensions(value) for value in model.graph.input},
        'outputs': {
            name: {'shape': list(value.shape), 'data': [float(f'{number:.9g}') for number in value.astype(float).ravel()]}
            for name, value in results.items()
        },
        'worstDelta': float(f'{worst:.2g}'),
    }


folder, target = map(pathlib.Path, sys.argv[1:])
if not any(folder.glob('*.onnx')):
    raise SystemExit(f'Expected exported files in {folder} but received none. Export them first.')
models = {path.stem: record(path) for path in sorted(folder.glob('*.onnx'))}
versions = {'onnx': onnx.__version__, 'onnxruntime': onnxruntime.__version__}
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({**versions, 'models': models}, indent=1) + '\n')
for name, facts in models.items():
    print(f'{name}: valid, opset {facts["opset"]}, IR {facts["irVersion"]}, |delta| {facts["worstDelta"]} of the largest')
