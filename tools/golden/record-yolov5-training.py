"""Records packages/yolov5/test/fixtures/yolov5.json: logits, targets, loss, gradients and decoded boxes of YOLOv5 in PyTorch.

Usage: python tools/golden/record-yolov5-training.py packages/yolov5/test/fixtures/yolov5.json

Written from the architecture's public description (https://docs.ultralytics.com/yolov5/tutorials/architecture_description) and the paper of
CIoU (https://arxiv.org/abs/1911.08287); it contains no code of YOLOv5. Weights and images are made from a hash (hashed_weights.py).
"""

import json
import math
import sys

import torch
from torch import nn
from torch.nn import functional as F

from hashed_weights import fill, hashed, hashed_images

STRIDES = [8, 16, 32]
ANCHORS = [[12, 20, 16, 30, 33, 23], [30, 41, 45, 62, 59, 80], [66, 90, 90, 60, 120, 126]]
CLASSES = 2
WIDTH, DEPTH = 1 / 32, 0.33
SIZE = (2, 96, 64)


class ConvBnSilu(nn.Module):
    def __init__(self, inputs, outputs, kernel=1, stride=1, pad=None):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2 if pad is None else pad, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)

    def forward(self, x):
        return F.silu(self.bn(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, channels, shortcut):
        super().__init__()
        self.cv1 = ConvBnSilu(channels, channels)
        self.cv2 = ConvBnSilu(channels, channels, 3)
        self.shortcut = shortcut

    def forward(self, x):
        y = self.cv2(self.cv1(x))
        return x + y if self.shortcut else y


class CspThree(nn.Module):
    def __init__(self, inputs, outputs, repeats, shortcut=True):
        super().__init__()
        half = outputs // 2
        self.cv1 = ConvBnSilu(inputs, half)
        self.cv2 = ConvBnSilu(inputs, half)
        self.cv3 = ConvBnSilu(2 * half, outputs)
        self.m = nn.Sequential(*(Bottleneck(half, shortcut) for _ in range(repeats)))

    def forward(self, x):
        return self.cv3(torch.cat([self.m(self.cv1(x)), self.cv2(x)], 1))


class PyramidPooling(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.cv1 = ConvBnSilu(channels, channels // 2)
        self.cv2 = ConvBnSilu(2 * channels, channels)

    def forward(self, x):
        x = self.cv1(x)
        # One pool of 5, 9 and 13 pixels each: what three pools of 5 in sequence come to.
        return self.cv2(torch.cat([x, *(F.max_pool2d(x, k, 1, k // 2) for k in (5, 9, 13))], 1))


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        c1, c2, c3, c4, c5 = (8 * math.ceil(c * WIDTH / 8) for c in (64, 128, 256, 512, 1024))
        d3, d6, d9 = (max(1, round(n * DEPTH)) for n in (3, 6, 9))
        heads = nn.Module()
        heads.m = nn.ModuleList(nn.Conv2d(c, 3 * (5 + CLASSES), 1) for c in (c3, c4, c5))
        self.model = nn.ModuleList([
            ConvBnSilu(1, c1, 6, 2, 2),
            ConvBnSilu(c1, c2, 3, 2), CspThree(c2, c2, d3),
            ConvBnSilu(c2, c3, 3, 2), CspThree(c3, c3, d6),
            ConvBnSilu(c3, c4, 3, 2), CspThree(c4, c4, d9),
            ConvBnSilu(c4, c5, 3, 2), CspThree(c5, c5, d3),
            PyramidPooling(c5),
            ConvBnSilu(c5, c4), nn.Identity(), nn.Identity(), CspThree(2 * c4, c4, d3, False),
            ConvBnSilu(c4, c3), nn.Identity(), nn.Identity(), CspThree(2 * c3, c3, d3, False),
            ConvBnSilu(c3, c3, 3, 2), nn.Identity(), CspThree(2 * c3, c4, d3, False),
            ConvBnSilu(c4, c4, 3, 2), nn.Identity(), CspThree(2 * c4, c5, d3, False),
            heads,
        ])  # fmt: skip

    def forward(self, x):
        m = self.model
        p3 = m[4](m[3](m[2](m[1](m[0](x)))))
        p4 = m[6](m[5](p3))
        n5 = m[10](m[9](m[8](m[7](p4))))
        n4 = m[14](m[13](torch.cat([F.interpolate(n5, scale_factor=2), p4], 1)))
        h3 = m[17](torch.cat([F.interpolate(n4, scale_factor=2), p3], 1))
        h4 = m[20](torch.cat([m[18](h3), n4], 1))
        h5 = m[23](torch.cat([m[21](h4), n5], 1))
        # [N, 3 * (5 + classes), rows, columns] to [N, 3, rows, columns, 5 + classes]
        return [
            conv(h).reshape(h.shape[0], 3, 5 + CLASSES, *h.shape[2:]).permute(0, 1, 3, 4, 2)
            for conv, h in zip(m[24].m, (h3, h4, h5))
        ]


def assign(labels, head):
    """Rows (image, anchor, row, column, x, y, w, h, class), in cells: a loop over everything, cell by cell."""
    stride = STRIDES[head]
    rows, columns = SIZE[1] // stride, SIZE[2] // stride
    found = {}
    for image, boxes in enumerate(labels):
        for cx, cy, w, h, c in boxes:
            x, y = cx / stride, cy / stride
            for a in range(3):
                aw, ah = ANCHORS[head][2 * a], ANCHORS[head][2 * a + 1]
                if max(w / aw, aw / w, h / ah, ah / h) >= 4:
                    continue
                for row in range(rows):
                    for column in range(columns):
                        dx, dy = x - (column + 0.5), y - (row + 0.5)  # from the cell's middle
                        own = abs(dx) <= 0.5 and abs(dy) <= 0.5 and math.floor(x) == column and math.floor(y) == row
                        beside = math.floor(y) == row and 0.5 <= abs(dx) < 1
                        above = math.floor(x) == column and 0.5 <= abs(dy) < 1
                        if own or beside or above:
                            found[image, a, row, column] = (x - column, y - row, w / stride, h / stride, c)
    return [[*key, *value] for key, value in sorted(found.items())]


def corners(box):
    x, y, w, h = box.unbind(1)
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


def complete_iou(a, b):
    al, at, ar, ab = corners(a)
    bl, bt, br, bb = corners(b)
    inter = (torch.minimum(ar, br) - torch.maximum(al, bl)).clamp(min=0) * (
        torch.minimum(ab, bb) - torch.maximum(at, bt)
    ).clamp(min=0)
    iou = inter / ((ar - al) * (ab - at) + (br - bl) * (bb - bt) - inter)
    rho2 = ((a[:, :2] - b[:, :2]) ** 2).sum(1)
    c2 = (torch.maximum(ar, br) - torch.minimum(al, bl)) ** 2 + (torch.maximum(ab, bb) - torch.minimum(at, bt)) ** 2
    v = 4 / math.pi**2 * (torch.atan(b[:, 2] / b[:, 3]) - torch.atan(a[:, 2] / a[:, 3])) ** 2
    with torch.no_grad():
        alpha = v / (1 - iou + v)
    return iou - rho2 / c2 - alpha * v


def loss_of(heads, assigned):
    parts = {'box': 0, 'objectness': 0, 'class': 0}
    for i, (head, rows) in enumerate(zip(heads, assigned)):
        objectness = torch.zeros_like(head[..., 4])
        if rows:
            t = torch.tensor(rows, dtype=head.dtype)
            at = tuple(t[:, k].long() for k in range(4))
            own = head[at]
            anchors = torch.tensor(ANCHORS[i], dtype=head.dtype).view(3, 2)[at[1]] / STRIDES[i]
            boxes = torch.cat([own[:, :2].sigmoid() * 2 - 0.5, (own[:, 2:4].sigmoid() * 2) ** 2 * anchors], 1)
            ciou = complete_iou(boxes, t[:, 4:8])
            parts['box'] = parts['box'] + 0.05 * (1 - ciou).mean()
            objectness[at] = ciou.detach().clamp(min=0)
            one_hot = F.one_hot(t[:, 8].long(), CLASSES).to(head.dtype)
            parts['class'] = parts['class'] + 0.5 * F.binary_cross_entropy_with_logits(own[:, 5:], one_hot)
        weight = [4, 1, 0.4][i]
        parts['objectness'] = parts['objectness'] + weight * F.binary_cross_entropy_with_logits(head[..., 4], objectness)
    return parts


def decode(heads):
    boxes = []
    for i, head in enumerate(heads):
        n, _, rows, columns, values = head.shape
        y = head.sigmoid()
        grid = torch.stack(torch.meshgrid(torch.arange(columns), torch.arange(rows), indexing='xy'), -1).to(y.dtype)
        anchors = torch.tensor(ANCHORS[i], dtype=y.dtype).view(1, 3, 1, 1, 2)
        xy = (y[..., :2] * 2 - 0.5 + grid) * STRIDES[i]
        wh = (y[..., 2:4] * 2) ** 2 * anchors
        boxes.append(torch.cat([xy, wh, y[..., 4:]], -1).reshape(n, -1, values))
    return torch.cat(boxes, 1)


def probe(name, values):
    """Norm and projections on 4 hashed vectors of -1 to 1: a summary that no other tensor shares by chance."""
    flat = values.detach().double().reshape(-1)
    vectors = [torch.from_numpy(2 * hashed(f'{name}.probe{k}', flat.numel()) - 1) for k in range(4)]
    return {'norm': flat.norm().item(), 'projections': [(flat @ vector).item() for vector in vectors]}


def labels():
    """Boxes at hashed places, the last image without any; one box twice in the same cells would leave the order open."""
    u = hashed('labels', 5 * 4).reshape(-1, 4)
    first = [
        [8 + 48 * x, 8 + 80 * y, 8 + 52 * w, 8 + 80 * h, i % CLASSES] for i, (x, y, w, h) in enumerate(u[:4].tolist())
    ]
    return [first, [[32, 48, 60.5, 95, 1], [63.9, 0.1, 9, 12, 0]]]


def main(path):
    torch.use_deterministic_algorithms(True)
    model = fill(Detector()).double()
    images = hashed_images('images', *SIZE).double()
    boxes = labels()
    assigned = [assign(boxes, head) for head in range(3)]
    entry = {
        'torch': torch.__version__,
        'config': {
            'widthMultiple': WIDTH, 'depthMultiple': DEPTH, 'inChannels': 1, 'numClasses': CLASSES, 'anchors': ANCHORS,
        },
        'images': list(SIZE),
        'parameters': {k: list(v.shape) for k, v in model.state_dict().items()},
        'labels': boxes,
        'assigned': assigned,
    }  # fmt: skip
    with torch.no_grad():
        heads = model.eval()(images)
        entry['heads'] = [probe(f'head{i}', h.permute(0, 2, 3, 1, 4)) for i, h in enumerate(heads)]
        entry['decoded'] = probe('decoded', decode(heads))
        entry['firstBoxes'] = decode(heads)[0, ::16].tolist()
    heads = model.train()(images)
    parts = loss_of(heads, assigned)
    sum(parts.values()).backward()
    entry['parts'] = {k: v.item() for k, v in parts.items()}
    entry['gradients'] = {k: probe(k, p.grad) for k, p in model.named_parameters()}
    entry['running'] = {k: probe(k, v) for k, v in model.state_dict().items() if 'running' in k}

    # Pairs of boxes for CIoU by itself: overlapping, apart, one within the other, equal but for the shape.
    pairs = torch.from_numpy(hashed('pairs', 8 * 8).reshape(8, 8)) * torch.tensor([4, 4, 3, 3, 4, 4, 3, 3]) + 0.1
    pairs[7, 4:] = pairs[7, :4] * torch.tensor([1, 1, 0.5, 0.25])
    a, b = pairs[:, :4].clone().requires_grad_(), pairs[:, 4:].clone()
    value = complete_iou(a, b)
    value.sum().backward()
    entry['completeIou'] = {'a': a.tolist(), 'b': b.tolist(), 'value': value.tolist(), 'gradient': a.grad.tolist()}
    with open(path, 'w', encoding='utf8') as file:
        json.dump(entry, file)
        file.write('\n')
    print(entry['parts'], [len(a) for a in assigned], entry['completeIou']['value'])


main(sys.argv[1])
