"""Peer of the `inference` benchmark: logits of SE-ResNeXt50 32x4d by PyTorch, or by ONNX Runtime on an exported file.

usage: python inference.py pytorch|channels_last|bfloat16|FILE.onnx N H W THREADS      prints `ready`, then seconds for each line read
"""
import sys
import time

import numpy as np

HOW = sys.argv[1]
N, H, W, THREADS = map(int, sys.argv[2:6])

if HOW.endswith(".onnx"):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(HOW, options, providers=["CPUExecutionProvider"])
    images = np.random.rand(N, H, W, 1).astype(np.float32)

    def run():
        session.run(None, {session.get_inputs()[0].name: images})

else:
    import torch

    from seresnext import create_model, require_bfloat16

    if HOW == "bfloat16":
        require_bfloat16()

    torch.set_num_threads(THREADS)
    model = create_model().eval()
    images = torch.rand(N, 1, H, W)
    if HOW != "pytorch":
        model = model.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)

    def run():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=HOW == "bfloat16"):
            model(images)


run()
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    run()
    print(time.perf_counter() - start, flush=True)
