"""Records focal losses and their gradients from PyTorch in float64.

Usage: python tools/golden/record-focal-loss.py packages/focal-loss/test/fixtures/focal-loss.json
"""

import json
import sys

import torch
import torch.nn.functional as F

LOGITS = [0.0, -0.0, 1e-3, -1e-3, 0.5, -0.5, 2.0, -2.0, 6.5, -6.5, 15.0, -15.0, 40.0, -40.0, 1e3, -1e3, 1e4, -1e4]


def per_sample(logits, targets, alpha, gamma):
    """Expectation of the paper's eq. 5 over the label, in PyTorch's log-sigmoid form."""
    positive = (gamma * F.logsigmoid(-logits)).exp() * -F.logsigmoid(logits)
    negative = (gamma * F.logsigmoid(logits)).exp() * -F.logsigmoid(-logits)
    a, b = (1.0, 1.0) if alpha is None else (alpha, 1 - alpha)
    return a * targets * positive + b * (1 - targets) * negative


def torchvision_formula(logits, targets, alpha, gamma):
    """The formula of torchvision.ops.sigmoid_focal_loss 0.28, for hard targets."""
    p = torch.sigmoid(logits)
    ce = F.binary_cross_entropy_with_logits(logits, targets, reduction='none')
    loss = ce * (1 - (p * targets + (1 - p) * (1 - targets))) ** gamma
    return loss if alpha is None else (alpha * targets + (1 - alpha) * (1 - targets)) * loss


def batch_mean(logits, targets, alpha, gamma):
    """The re-implemented project's variant: the focal weight of the batch-mean cross-entropy."""
    ce = F.binary_cross_entropy_with_logits(logits, targets)
    return (1 if alpha is None else alpha) * (1 - torch.exp(-ce)) ** gamma * ce


def case(logits, targets, alpha, gamma, smoothing, reduction, reference):
    z = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    hard = torch.tensor(targets, dtype=torch.float64)
    soft = hard * (1 - smoothing) + smoothing / 2
    if reference:
        loss = batch_mean(z, soft, alpha, gamma)
    else:
        loss = per_sample(z, soft, alpha, gamma)
        if smoothing == 0 and set(targets) <= {0.0, 1.0}:
            torch.testing.assert_close(loss, torchvision_formula(z, hard, alpha, gamma), rtol=1e-9, atol=1e-12)
        loss = {'none': loss, 'mean': loss.mean(), 'sum': loss.sum()}[reduction]
    loss.sum().backward()
    options = {'gamma': gamma, 'labelSmoothing': smoothing, 'reduction': reduction}
    if alpha is not None:
        options['alpha'] = alpha
    if reference:
        options['reference'] = True
    return {
        'options': options,
        'logits': logits,
        'targets': targets,
        'loss': loss.reshape(-1).tolist(),
        'gradient': z.grad.tolist(),
    }


def main(path):
    both = LOGITS + LOGITS
    hard = [1.0] * len(LOGITS) + [0.0] * len(LOGITS)
    mild = [z for z in both if abs(z) <= 6.5]
    mild_hard = [t for z, t in zip(both, hard) if abs(z) <= 6.5]
    mixed = [((7 * i) % 11) / 10 for i in range(len(both))]
    cases = []
    for alpha in (None, 0.25, 0.9):
        for gamma in (0.0, 0.5, 1.0, 2.0, 5.0):
            cases.append(case(both, hard, alpha, gamma, 0.0, 'none', False))
            cases.append(case(both, hard, alpha, gamma, 0.1, 'none', False))
        cases.append(case(mild, mild_hard, alpha, 2.0, 0.0, 'mean', False))
        cases.append(case(mild, mild_hard, alpha, 1.0, 0.05, 'sum', False))
        cases.append(case(both, mixed, alpha, 2.0, 0.0, 'none', False))
    for alpha in (1.0, 0.25, 3.0):
        for gamma in (0.0, 0.5, 1.0, 2.0):
            for smoothing in (0.0, 0.1):
                cases.append(case(mild, mild_hard, alpha, gamma, smoothing, 'mean', True))
                cases.append(case(both, hard, alpha, gamma, smoothing, 'mean', True))
    with open(path, 'w', encoding='utf8') as file:
        file.write('{"torch": "%s", "cases": [\n' % torch.__version__)
        file.write(',\n'.join(json.dumps(entry) for entry in cases))
        file.write('\n]}\n')


main(sys.argv[1])
