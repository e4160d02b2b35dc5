"""Records the class activation maps of timm's network in float64: CAM, Grad-CAM and Grad-CAM++ at every stage, by PyTorch's autograd.

Where the package grad-cam (Gildenblat's pytorch-grad-cam) is installed, its weights are compared as well, within 1e-6 of the largest. It
adds 1e-6 to the denominator of Grad-CAM++, which the paper does not: where gradients are as small as here, that changes maps by a third.

Usage, from the repository's root: HEATMAPS=/tmp/heatmaps npx vitest run --root packages/mammogram-classifier --config ../../vitest.config.ts test/heatmap/timm
       python tools/golden/record-heatmaps.py /tmp/heatmaps packages/mammogram-classifier/test/fixtures/heatmaps.json
"""

import json
import pathlib
import sys

import timm_without_torchvision  # noqa: F401  (before timm)
import numpy as np
import timm
import torch
from timm.models.resnet import Bottleneck, ResNet


def network(folder, pool):
    given = json.loads((folder / 'network.json').read_text())
    config = given['model']
    model = ResNet(
        Bottleneck,
        layers=config['layers'],
        channels=config['channels'],
        cardinality=config['cardinality'],
        base_width=config['baseWidth'],
        stem_type=config['stemType'],
        stem_width=config['stemWidth'],
        in_chans=1,
        num_classes=1,
        global_pool='avg' if pool == 'gem' else pool,
        block_args={'attn_layer': 'se'},
    )
    values = np.fromfile(folder / 'weights.f32', dtype='<f4')
    state, at = {}, 0
    for name, shape in given['shapes'].items():
        count = int(np.prod(shape))
        state[name] = torch.from_numpy(values[at : at + count].reshape(shape).copy())
        at += count
    exponent = state.pop('global_pool.p', None)
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and all(name.endswith('num_batches_tracked') for name in missing), (missing, unexpected)
    if pool == 'gem':
        model.global_pool = GeneralizedMean(exponent.double())
    return model.double().eval()


class GeneralizedMean(torch.nn.Module):
    """timm has none for this network: Radenovic et al., https://arxiv.org/abs/1711.02512, eq. 3."""

    def __init__(self, exponent):
        super().__init__()
        self.exponent = exponent

    def forward(self, x):
        return x.clamp(min=1e-6).pow(self.exponent).mean((2, 3)).pow(1 / self.exponent)


def images(folder):
    given = json.loads((folder / 'network.json').read_text())['image']
    values = np.fromfile(folder / 'images.u16', dtype='<u2').reshape(-1, 1, given['height'], given['width'])
    normalized = ((values / 65535 - given['mean']) / given['std']).astype(np.float32)
    return torch.from_numpy(normalized).double()


def maps(model, x, stage, method, epsilon=0.0):
    kept = {}
    layer = getattr(model, f'layer{stage}')
    hook = layer.register_forward_hook(lambda *args: kept.update(output=args[2]))
    logits = model(x)
    hook.remove()
    output = kept['output']
    if method == 'cam':
        return (model.fc.weight[0][None, :, None, None] * output).sum(1)
    (grad,) = torch.autograd.grad(logits.sum(), output)
    if method == 'grad-cam':
        weights = grad.mean((2, 3), keepdim=True)
    else:
        below = 2 * grad**2 + output.sum((2, 3), keepdim=True) * grad**3 + epsilon
        alpha = torch.where(grad != 0, grad**2 / torch.where(below == 0, torch.ones_like(below), below), 0)
        weights = (alpha * grad.clamp(min=0)).sum((2, 3), keepdim=True)
    return (weights * output).sum(1)


def compare_with_package(model, x):
    try:
        from pytorch_grad_cam import GradCAM, GradCAMPlusPlus
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
    except ImportError:
        return None
    worst = 0.0
    for method, kind in (('grad-cam', GradCAM), ('grad-cam++', GradCAMPlusPlus)):
        for stage in (2, 4):
            with kind(model=model, target_layers=[getattr(model, f'layer{stage}')]) as cam:
                cam.activations_and_grads(x)
                model.zero_grad()
                outputs = cam.activations_and_grads(x)
                outputs.sum().backward()
                grads = cam.activations_and_grads.gradients[0].numpy()
                activations = cam.activations_and_grads.activations[0].numpy()
                target = [ClassifierOutputTarget(0)] * len(x)
                weights = cam.get_cam_weights(x, getattr(model, f'layer{stage}'), target, activations, grads)
                theirs = (weights[:, :, None, None] * activations).sum(1)
            ours = maps(model, x, stage, method, epsilon=1e-6).detach().numpy()
            worst = max(worst, float(np.abs(theirs - ours).max() / np.abs(ours).max()))
    assert worst < 1e-6, worst
    return worst


def main(folder, target):
    torch.use_deterministic_algorithms(True)
    x = images(folder)
    recorded = {'torch': torch.__version__, 'timm': timm.__version__, 'logits': {}, 'maps': []}
    for pool in ('avg', 'max', 'gem'):
        model = network(folder, pool)
        with torch.no_grad():
            recorded['logits'][pool] = model(x)[:, 0].tolist()
        wanted = [('cam', 4)] if pool == 'avg' else []
        stages = (1, 2, 3, 4) if pool == 'avg' else (2, 4)
        wanted += [(method, stage) for method in ('grad-cam', 'grad-cam++') for stage in stages]
        for method, stage in wanted:
            found = maps(model, x, stage, method).detach()
            values = [float(f'{value:.7g}') for value in found.ravel().tolist()]
            recorded['maps'].append({'pool': pool, 'method': method, 'stage': stage, 'shape': list(found.shape), 'values': values})
        if pool == 'avg':
            print('the package grad-cam differs by at most', compare_with_package(model, x), 'of the largest')
    target.write_text(json.dumps(recorded) + '\n')
    print(recorded['logits'], len(recorded['maps']), 'maps')


main(*map(pathlib.Path, sys.argv[1:]))
