"""Records packages/roi-detector/test/fixtures/yolov5: small ONNX models of YOLOv5's output kinds and what the reference makes of them.

Run: python tools/golden/record-yolov5.py packages/roi-detector/test/fixtures/yolov5

The models pool the picture at each stride and put random 1x1 convolutions on it: not a detector, but every number that
follows depends on letterbox, resize, decoding and suppression being right. Those four are restated here from
ultralytics/yolov5 v7.0 (letterbox, Detect.forward, non_max_suppression, scale_boxes) over OpenCV and PyTorch.
"""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
generator = np.random.default_rng(13)
strides = [8, 16, 32]
anchors = [[10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]]
size = 96


def picture(width, height, channels):
    small = generator.integers(0, 256, (height // 6 + 1, width // 6 + 1, channels), dtype=np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).reshape(height, width, channels)


def letterbox(image):
    height, width = image.shape[:2]
    r = min(size / height, size / width)
    new = (round(width * r), round(height * r))
    dw, dh = (size - new[0]) / 2, (size - new[1]) / 2
    image = cv2.resize(image, new, interpolation=cv2.INTER_LINEAR)
    top, bottom, left, right = round(dh - 0.1), round(dh + 0.1), round(dw - 0.1), round(dw + 0.1)
    image = cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(114, 114, 114))
    return image.reshape(size, size, -1), (r, r, dw, dh)


def squash(image):
    height, width = image.shape[:2]
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_LINEAR).reshape(size, size, -1), (
        size / width,
        size / height,
        0,
        0,
    )


def head_nodes(channels, classes, half, dtype):
    """Raw heads [N, 3 * (5 + classes), rows, columns] named raw0..2."""
    nodes, initializers = [], []
    source = 'images'
    for i, stride in enumerate(strides):
        outputs = 3 * (5 + classes)
        weight = generator.normal(0, 4, (outputs, channels, 1, 1)).astype(dtype)
        bias = (generator.normal(0, 1, outputs) - weight.sum((1, 2, 3)) / 2).astype(dtype)
        initializers += [numpy_helper.from_array(weight, f'w{i}'), numpy_helper.from_array(bias, f'b{i}')]
        nodes += [
            helper.make_node('AveragePool', [source], [f'pool{i}'], kernel_shape=[stride] * 2, strides=[stride] * 2),
            helper.make_node('Conv', [f'pool{i}', f'w{i}', f'b{i}'], [f'raw{i}']),
        ]
    return nodes, initializers


def split_nodes(classes):
    """[N, 3, rows, columns, 5 + classes] named head0..2."""
    nodes, initializers = [], []
    for i, stride in enumerate(strides):
        shape = np.array([-1, 3, 5 + classes, size // stride, size // stride], np.int64)
        initializers.append(numpy_helper.from_array(shape, f'shape{i}'))
        nodes += [
            helper.make_node('Reshape', [f'raw{i}', f'shape{i}'], [f'split{i}']),
            helper.make_node('Transpose', [f'split{i}'], [f'head{i}'], perm=[0, 1, 3, 4, 2]),
        ]
    return nodes, initializers


def decode_nodes(classes, dtype):
    """One output [N, boxes, 5 + classes], as export.py writes it."""
    nodes, initializers = [], []
    constants = {'two': 2, 'half': 0.5}
    for name, value in constants.items():
        initializers.append(numpy_helper.from_array(np.array(value, dtype), name))
    initializers += [
        numpy_helper.from_array(np.array([2, 2, 1 + classes], np.int64), 'parts'),
        numpy_helper.from_array(np.array([1], np.int64), 'axis1'),
    ]
    for i, stride in enumerate(strides):
        cells = size // stride
        y, x = np.meshgrid(np.arange(cells), np.arange(cells), indexing='ij')
        grid = np.stack([x, y], -1)[None, None].astype(dtype)
        anchor = np.array(anchors[i], dtype).reshape(1, 3, 1, 1, 2)
        flat = np.array([-1, 3 * cells * cells, 5 + classes], np.int64)
        initializers += [
            numpy_helper.from_array(grid, f'grid{i}'),
            numpy_helper.from_array(anchor, f'anchor{i}'),
            numpy_helper.from_array(np.array(stride, dtype), f'stride{i}'),
            numpy_helper.from_array(flat, f'flat{i}'),
        ]
        nodes += [
            helper.make_node('Sigmoid', [f'head{i}'], [f's{i}']),
            helper.make_node('Split', [f's{i}', 'parts'], [f'xy{i}', f'wh{i}', f'c{i}'], axis=4),
            helper.make_node('Mul', [f'xy{i}', 'two'], [f'xy2{i}']),
            helper.make_node('Sub', [f'xy2{i}', 'half'], [f'xyh{i}']),
            helper.make_node('Add', [f'xyh{i}', f'grid{i}'], [f'xyg{i}']),
            helper.make_node('Mul', [f'xyg{i}', f'stride{i}'], [f'xys{i}']),
            helper.make_node('Mul', [f'wh{i}', 'two'], [f'wh2{i}']),
            helper.make_node('Pow', [f'wh2{i}', 'two'], [f'whp{i}']),
            helper.make_node('Mul', [f'whp{i}', f'anchor{i}'], [f'wha{i}']),
            helper.make_node('Concat', [f'xys{i}', f'wha{i}', f'c{i}'], [f'all{i}'], axis=4),
            helper.make_node('Reshape', [f'all{i}', f'flat{i}'], [f'rows{i}']),
        ]
    nodes.append(helper.make_node('Concat', ['rows0', 'rows1', 'rows2'], ['output0'], axis=1))
    return nodes, initializers


def build(kind, channels, classes, batch, half=False, metadata=None):
    dtype = np.float16 if half else np.float32
    tensor = TensorProto.FLOAT16 if half else TensorProto.FLOAT
    nodes, initializers = head_nodes(channels, classes, half, dtype)
    names = [f'raw{i}' for i in range(3)]
    shapes = [[batch, 3 * (5 + classes), size // s, size // s] for s in strides]
    if kind != 'raw':
        more = split_nodes(classes)
        nodes, initializers = nodes + more[0], initializers + more[1]
        names = [f'head{i}' for i in range(3)]
        shapes = [[batch, 3, size // s, size // s, 5 + classes] for s in strides]
    if kind == 'decoded':
        more = decode_nodes(classes, dtype)
        nodes, initializers = nodes + more[0], initializers + more[1]
        names, shapes = ['output0'], [[batch, sum(3 * (size // s) ** 2 for s in strides), 5 + classes]]
    graph = helper.make_graph(
        nodes,
        kind,
        [helper.make_tensor_value_info('images', tensor, [batch, channels, size, size])],
        [helper.make_tensor_value_info(n, tensor, s) for n, s in zip(names, shapes)],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 16)], ir_version=8)
    helper.set_model_props(model, metadata or {})
    onnx.checker.check_model(model)
    weights = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()).float() for i in initializers if i.name[0] in 'wb'}
    return model, weights


def reference(weights, classes, planes, options):
    x = torch.from_numpy(planes)
    rows = []
    for i, stride in enumerate(strides):
        raw = torch.nn.functional.conv2d(torch.nn.functional.avg_pool2d(x, stride), weights[f'w{i}'], weights[f'b{i}'])
        n, _, h, w = raw.shape
        y = raw.view(n, 3, 5 + classes, h, w).permute(0, 1, 3, 4, 2).sigmoid()
        gy, gx = torch.meshgrid(torch.arange(h), torch.arange(w), indexing='ij')
        grid = torch.stack((gx, gy), 2).view(1, 1, h, w, 2)
        xy = (y[..., 0:2] * 2 - 0.5 + grid) * stride
        wh = (y[..., 2:4] * 2) ** 2 * torch.tensor(anchors[i], dtype=torch.float32).view(1, 3, 1, 1, 2)
        rows.append(torch.cat((xy, wh, y[..., 4:]), 4).view(n, -1, 5 + classes))
    return [suppress(p, **options) for p in torch.cat(rows, 1)]


def suppress(x, confidence, iou, max_detections):
    x = x[x[:, 4] > confidence].clone()
    x[:, 5:] *= x[:, 4:5]
    boxes = torch.cat((x[:, :2] - x[:, 2:4] / 2, x[:, :2] + x[:, 2:4] / 2), 1)
    score, index = x[:, 5:].max(1, keepdim=True)
    x = torch.cat((boxes, score, index.float()), 1)[score.view(-1) > confidence]
    x = x[x[:, 4].argsort(descending=True, stable=True)[:30000]]
    return x[nms(x[:, :4] + x[:, 5:6] * 7680, iou)[:max_detections]]


def nms(boxes, iou):
    """torchvision.ops.nms for boxes that are sorted by score."""
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    keep = []
    for i in range(len(boxes)):
        corners = torch.maximum(boxes[keep, :2], boxes[i, :2]), torch.minimum(boxes[keep, 2:], boxes[i, 2:])
        shared = (corners[1] - corners[0]).clamp(min=0).prod(1)
        if not (shared / (area[keep] + area[i] - shared) > iou).any():
            keep.append(i)
    return keep


def scale(rows, placement, shape):
    rx, ry, dw, dh = placement
    rows = rows.clone()
    rows[:, [0, 2]] = ((rows[:, [0, 2]] - dw) / rx).clamp(0, shape[1])
    rows[:, [1, 3]] = ((rows[:, [1, 3]] - dh) / ry).clamp(0, shape[0])
    return [[round(v, 5) for v in row] for row in rows.tolist()]


pictures = {'color': picture(70, 110, 3), 'wide': picture(131, 60, 3), 'gray': picture(64, 90, 1)}
for name, image in pictures.items():
    cv2.imwrite(str(folder / f'{name}.png'), image[..., ::-1] if image.shape[2] == 3 else image)

cases = [
    ('decoded', dict(kind='decoded', channels=3, classes=3, batch='batch'), 'letterbox', ['color', 'wide']),
    ('decoded-squash', dict(kind='decoded', channels=3, classes=1, batch=1, metadata={'fit': 'squash'}), 'squash', ['color', 'wide']),
    ('raw-5d', dict(kind='split', channels=3, classes=4, batch=2), 'letterbox', ['color', 'wide', 'color']),
    ('raw-4d-gray', dict(kind='raw', channels=1, classes=1, batch='batch', metadata={'anchors': json.dumps(anchors), 'strides': '[8, 16, 32]', 'imgsz': str(size)}), 'letterbox', ['gray']),
    ('decoded-half', dict(kind='decoded', channels=3, classes=2, batch=1, half=True), 'letterbox', ['color']),
]
options = dict(confidence=0.3, iou=0.45, max_detections=60)
expected = []
for name, spec, fit, names in cases:
    model, weights = build(**spec)
    onnx.save(model, folder / f'{name}.onnx')
    placed = [(letterbox if fit == 'letterbox' else squash)(pictures[n]) for n in names]
    planes = np.stack([p.transpose(2, 0, 1) for p, _ in placed]).astype(np.float32) / 255
    if spec.get('half'):
        planes = planes.astype(np.float16).astype(np.float32)
    found = reference(weights, spec['classes'], planes, options)
    expected.append(
        {
            'model': f'{name}.onnx',
            'fit': fit,
            'pictures': names,
            'detections': [scale(f, p, pictures[n].shape) for f, (_, p), n in zip(found, placed, names)],
        }
    )
    print(name, [len(f) for f in found])
(folder / 'expected.json').write_text(json.dumps({'options': options, 'cases': expected}) + '\n')
