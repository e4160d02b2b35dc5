"""Records pydicom's gray levels for packages/dicom-io: apply_modality_lut, then apply_voi_lut.

    python tools/golden/record-presentations.py > packages/dicom-io/test/fixtures/presentations.json

pydicom keeps the range of the values; here it is stretched to 0..65535, the range of a presentation image. A case is a
line: what the header says, stored values, and their gray levels.
"""
import itertools
import json
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

WHITE = 65535


def dataset(bits, signed, slope=None, intercept=None):
    ds = Dataset()
    ds.PhotometricInterpretation = 'MONOCHROME2'
    ds.BitsAllocated = 8 if bits <= 8 else 16
    ds.BitsStored = bits
    ds.PixelRepresentation = signed
    if slope is not None:
        ds.RescaleSlope = str(slope)
        ds.RescaleIntercept = str(intercept)
    return ds


def ends(bits, signed):
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)


def stored_values(bits, signed, edges):
    low, high = ends(bits, signed)
    values = set(np.linspace(low, high, 9).astype(int).tolist())
    for edge in edges:
        values |= {int(edge) + d for d in range(-1, 2)}
    return sorted(v for v in values if low <= v <= high)


def lut(first, bits, count, signed, shape):
    item = Dataset()
    item.add_new(0x00283002, 'SS' if signed else 'US', [0 if count == 65536 else count, first, bits])
    x = np.linspace(0, 1, count)
    item.add_new(0x00283006, 'US', np.round(shape(x) * (2**bits - 1)).astype(int).tolist())
    return item


def array(values, bits, signed):
    return np.asarray(values, dtype=('i' if signed else 'u') + ('1' if bits <= 8 else '2'))


def emit(case, values, gray):
    case['stored'] = list(values)
    case['gray'] = np.round(gray * WHITE).astype(int).tolist()
    return json.dumps(case, separators=(',', ':'))


def windows(slope, intercept, bits, signed):
    low, high = (end * slope + intercept for end in ends(bits, signed))
    low, high = min(low, high), max(low, high)
    middle, span = (low + high) / 2, high - low
    return [(middle, span / 2), (round(low + span / 10), round(span / 20)), (high, span * 1.5), (round(middle) + 0.25, 1), (round(middle, 1), 33.5)]


def window_cases():
    rescales = [(None, None), (1, -1024), (0.5, 3), (2.5, -100.5), (-1, 4095)]
    for bits, signed, (slope, intercept), function in itertools.product(
        [8, 10, 12, 14, 16], [0, 1], rescales, ['LINEAR', 'LINEAR_EXACT', 'SIGMOID']
    ):
        m, b = (1, 0) if slope is None else (slope, intercept)
        for center, width in windows(m, b, bits, signed):
            ds = dataset(bits, signed, slope, intercept)
            ds.WindowCenter = str(round(center, 4))
            ds.WindowWidth = str(round(width, 4))
            ds.VOILUTFunction = function
            center, width = float(ds.WindowCenter), float(ds.WindowWidth)
            edges = [(center + side * width / 2 - b) / m for side in (-1, 0, 1)]
            values = stored_values(bits, signed, edges)
            hu = apply_modality_lut(array(values, bits, signed), ds)
            shown = apply_voi_lut(hu, ds)
            low, high = (end * m + b for end in ends(bits, signed))
            case = dict(bits=bits, signed=signed, center=center, width=width, function=function)
            if slope is not None:
                case |= dict(slope=slope, intercept=intercept)
            yield emit(case, values, (shown - low) / (high - low))


def table_cases():
    curve = lambda x: x**2 * (3 - 2 * x)
    for bits, signed, entry_bits, modality in itertools.product([8, 12, 16], [0, 1], [8, 12, 16], [False, True]):
        ds = dataset(bits, signed)
        low, high = ends(bits, signed)
        first, count = (low + 3, min(high - low, 60))
        case = dict(bits=bits, signed=signed)
        values = stored_values(bits, signed, [first, first + count - 1])
        # 32 bits: pydicom subtracts the first mapped value within the type of the pixels, where it overflows.
        hu = np.asarray(values, dtype='i4')
        if modality:
            ds.ModalityLUTSequence = [lut(first, 16, count, signed, lambda x: (1 - x) * 0.002)]
            case['modalityLut'] = table(ds.ModalityLUTSequence[0])
            hu = apply_modality_lut(hu, ds)
            first, count = 20, 80
        ds.VOILUTSequence = [lut(first, entry_bits, count, signed and not modality, curve)]
        case['voiLut'] = table(ds.VOILUTSequence[0])
        shown = apply_voi_lut(hu.astype('i4'), ds)
        yield emit(case, values, shown / (2**entry_bits - 1))


def table(item):
    count, first, bits = item.LUTDescriptor
    return dict(firstMapped=int(first), bits=int(bits), entries=[int(e) for e in item.LUTData])


cases = [*window_cases(), *table_cases()]
versions = f'{{"pydicom":"{pydicom.__version__}","numpy":"{np.__version__}"}}'
sys.stdout.write('{"versions":' + versions + ',"cases":[\n' + ',\n'.join(cases) + '\n]}\n')
print(len(cases), 'cases', file=sys.stderr)
