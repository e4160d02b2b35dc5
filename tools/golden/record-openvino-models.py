"""Writes packages/openvino-runtime/test/fixtures: two small ONNX models and what ONNX's reference evaluator computes of them.

Run: python tools/golden/record-openvino-models.py
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

FIXTURES = Path(__file__).parents[2] / "packages/openvino-runtime/test/fixtures"
TYPES = {
    "float32": TensorProto.FLOAT,
    "int64": TensorProto.INT64,
    "int32": TensorProto.INT32,
    "bool": TensorProto.BOOL,
}
random = np.random.default_rng(20261130)


def ports(described):
    return [helper.make_tensor_value_info(name, TYPES[kind], shape) for name, (kind, shape) in described.items()]


def record(name, nodes, inputs, outputs, initializers, runs):
    graph = helper.make_graph(
        nodes, name, ports(inputs), ports(outputs), [onnx.numpy_helper.from_array(v, k) for k, v in initializers.items()]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    (FIXTURES / f"{name}.onnx").write_bytes(model.SerializeToString())
    evaluator = ReferenceEvaluator(model)
    recorded = []
    for feeds in runs:
        results = dict(zip(outputs, evaluator.run(None, feeds)))
        recorded.append({"feeds": tensors(feeds), "results": tensors(results)})
    (FIXTURES / f"{name}.json").write_text(json.dumps(recorded) + "\n")


def tensors(arrays):
    return {
        name: {"type": str(value.dtype), "dims": list(value.shape), "data": value.astype(np.float64).ravel().tolist()}
        for name, value in arrays.items()
    }


def floats(*shape):
    return random.standard_normal(shape).astype(np.float32)


def network(images):
    return {"images": floats(images, 1, 6, 5), "scale": np.float32(0.5) * np.ones((), np.float32)}


record(
    "network",
    [
        helper.make_node("Conv", ["images", "filter"], ["features"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["features"], ["rectified"]),
        helper.make_node("ReduceMean", ["rectified", "space"], ["pooled"], keepdims=0),
        helper.make_node("MatMul", ["pooled", "weights"], ["products"]),
        helper.make_node("Mul", ["products", "scale"], ["logits"]),
    ],
    {"images": ("float32", ["batch", 1, 6, 5]), "scale": ("float32", [])},
    {"logits": ("float32", ["batch", 2]), "rectified": ("float32", ["batch", 3, 6, 5])},
    {"filter": floats(3, 1, 3, 3), "weights": floats(3, 2), "space": np.array([2, 3], np.int64)},
    [network(1), network(3)],
)

record(
    "whole-numbers",
    [
        helper.make_node("Gather", ["table", "places"], ["found"], axis=0),
        helper.make_node("Add", ["found", "one"], ["next"]),
        helper.make_node("Greater", ["next", "one"], ["isLarge"]),
    ],
    {"table": ("int32", [4, 2]), "places": ("int64", [3])},
    {"next": ("int32", [3, 2]), "isLarge": ("bool", [3, 2])},
    {"one": np.array([1], np.int32)},
    [{"table": np.array([[5, -7], [0, 2], [9, 9], [-1, 3]], np.int32), "places": np.array([3, 0, 1], np.int64)}],
)
