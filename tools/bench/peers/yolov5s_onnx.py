"""Writes an ONNX file with the topology of YOLOv5s v6 (7.2 M parameters, 16 GFLOPs at 640) and random weights.

A detector's time does not depend on what it has learnt. usage: python yolov5s_onnx.py FILE
"""
import math
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE, CLASSES = 640, 1
ANCHORS = [[10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326]]


class Builder:
    def __init__(self):
        self.nodes, self.weights, self.random = [], [], np.random.default_rng(13)

    def constant(self, array):
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, kind, inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def plain(self, x, inputs, outputs, k=1, s=1, p=None):
        w = self.random.normal(0, math.sqrt(2 / (inputs * k * k)), (outputs, inputs, k, k)).astype(np.float32)
        b = np.zeros(outputs, np.float32)
        pad = k // 2 if p is None else p
        return self.node("Conv", [x, self.constant(w), self.constant(b)], kernel_shape=[k, k], strides=[s, s], pads=[pad] * 4)

    def conv(self, *args, **kwargs):
        y = self.plain(*args, **kwargs)
        return self.node("Mul", [y, self.node("Sigmoid", [y])])

    def c3(self, x, inputs, outputs, n, shortcut=True):
        half = outputs // 2
        y = self.conv(x, inputs, half)
        for _ in range(n):
            z = self.conv(self.conv(y, half, half), half, half, 3)
            y = self.node("Add", [y, z]) if shortcut else z
        return self.conv(self.cat(y, self.conv(x, inputs, half)), outputs, outputs)

    def cat(self, *xs):
        return self.node("Concat", list(xs), axis=1)

    def pool(self, x):
        return self.node("MaxPool", [x], kernel_shape=[5, 5], strides=[1, 1], pads=[2] * 4)

    def up(self, x):
        scales = self.constant(np.array([1, 1, 2, 2], np.float32))
        return self.node("Resize", [x, "", scales], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")

    def detect(self, x, inputs, stride, anchors):
        cells, length = SIZE // stride, 5 + CLASSES
        y = self.plain(x, inputs, 3 * length)
        y = self.node("Reshape", [y, self.constant(np.array([-1, 3, length, cells, cells]))])
        y = self.node("Sigmoid", [self.node("Transpose", [y], perm=[0, 1, 3, 4, 2])])
        xy, wh, rest = (f"{y}_{part}" for part in ("xy", "wh", "rest"))
        self.nodes.append(helper.make_node("Split", [y, self.constant(np.array([2, 2, 1 + CLASSES]))], [xy, wh, rest], axis=4))
        gy, gx = np.meshgrid(np.arange(cells), np.arange(cells), indexing="ij")
        grid = self.constant((np.stack([gx, gy], -1)[None, None] - 0.5).astype(np.float32))
        two = self.constant(np.float32(2))
        xy = self.node("Mul", [self.node("Add", [self.node("Mul", [xy, two]), grid]), self.constant(np.float32(stride))])
        wh = self.node("Pow", [self.node("Mul", [wh, two]), two])
        wh = self.node("Mul", [wh, self.constant(np.array(anchors, np.float32).reshape(1, 3, 1, 1, 2))])
        y = self.node("Concat", [xy, wh, rest], axis=4)
        return self.node("Reshape", [y, self.constant(np.array([-1, 3 * cells * cells, length]))])


def build():
    b = Builder()
    x = b.conv("images", 3, 32, 6, 2, 2)
    x = b.c3(b.conv(x, 32, 64, 3, 2), 64, 64, 1)
    p3 = b.c3(b.conv(x, 64, 128, 3, 2), 128, 128, 2)
    p4 = b.c3(b.conv(p3, 128, 256, 3, 2), 256, 256, 3)
    x = b.c3(b.conv(p4, 256, 512, 3, 2), 512, 512, 1)
    x = b.conv(x, 512, 256)
    y1 = b.pool(x)
    y2 = b.pool(y1)
    x = b.conv(b.cat(x, y1, y2, b.pool(y2)), 1024, 512)
    n5 = b.conv(x, 512, 256)
    x = b.c3(b.cat(b.up(n5), p4), 512, 256, 1, False)
    n4 = b.conv(x, 256, 128)
    h3 = b.c3(b.cat(b.up(n4), p3), 256, 128, 1, False)
    h4 = b.c3(b.cat(b.conv(h3, 128, 128, 3, 2), n4), 256, 256, 1, False)
    h5 = b.c3(b.cat(b.conv(h4, 256, 256, 3, 2), n5), 512, 512, 1, False)
    rows = [b.detect(h, c, s, a) for h, c, s, a in zip((h3, h4, h5), (128, 256, 512), (8, 16, 32), ANCHORS)]
    b.nodes.append(helper.make_node("Concat", rows, ["output0"], axis=1))
    graph = helper.make_graph(
        b.nodes,
        "yolov5s",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["batch", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, ["batch", 25200, 5 + CLASSES])],
        b.weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=8)
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    onnx.save(build(), sys.argv[1])
