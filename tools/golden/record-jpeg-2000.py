"""Records JPEG 2000 codestreams of many shapes and what OpenJPEG decodes them to, for packages/dicom-io.

    python tools/golden/record-jpeg-2000.py > packages/dicom-io/test/fixtures/jpeg-2000.csv
    python tools/golden/record-jpeg-2000.py irreversible > packages/dicom-io/test/fixtures/jpeg-2000-irreversible.csv

Needs opj_compress and opj_decompress (Debian: libopenjp2-tools). A line per codestream: its options, what it holds, itself in base64, and
for each resolution level the first 32 hexadecimal digits of the SHA-256 of its samples, little endian, pixel by pixel.
"""
import base64
import csv
import hashlib
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy as np

IRREVERSIBLE = sys.argv[1:] == ['irreversible']
CODESTREAMS = 60 if IRREVERSIBLE else 120
draw = random.Random(2 if IRREVERSIBLE else 1)
folder = pathlib.Path(tempfile.mkdtemp())


def make_image(width, height, components, bits, signed):
    """Slopes, noise of a few gray levels, and a flat part as mammograms have; the whole range is touched."""
    rng = np.random.default_rng(draw.randrange(2**32))
    y, x, c = np.mgrid[:height, :width, :components]
    top = 2**bits - 1
    image = top * (0.5 + 0.5 * np.sin(x / 9 + c) * np.cos(y / 13)) + rng.normal(0, draw.choice([0, 1, 5]), x.shape)
    image = np.where(x > 0.7 * width, 0, np.clip(image, 0, top)).astype(np.int64)
    image.flat[rng.integers(image.size)] = top
    dtype = ('i' if signed else 'u') + ('1' if bits <= 8 else '2')
    return (image - (2 ** (bits - 1) if signed else 0)).astype('<' + dtype)


def powers(low, high):
    return 2 ** draw.randint(low, high)


def draw_options(width, height, components):
    resolutions = draw.choice([1, 2, 3, 4, 6])
    options = ['-n', resolutions, '-p', draw.choice(['LRCP', 'RLCP', 'RPCL', 'PCRL', 'CPRL'])] + ['-I'] * IRREVERSIBLE
    block = powers(2, 6), powers(2, 6)
    options += ['-b', f'{block[0]},{block[1]}']
    if draw.random() < 0.5:
        options += ['-c', ','.join(f'[{powers(3, 7)},{powers(3, 7)}]' for _ in range(draw.randint(1, resolutions)))]
    if draw.random() < 0.4:
        options += ['-t', f'{draw.randint(17, 70)},{draw.randint(17, 70)}']
        if draw.random() < 0.5:
            options += ['-TP', draw.choice('RLC')]
    if draw.random() < 0.4:
        offset = draw.randint(1, 16), draw.randint(1, 16)
        options += ['-d', f'{offset[0]},{offset[1]}']
        if '-t' in options:
            options += ['-T', f'{draw.randint(0, offset[0])},{draw.randint(0, offset[1])}']
    if draw.random() < 0.4:
        options += ['-r', draw.choice(['20,5,1', '8,3,1', '12,4', '6', '30,15,7,3,1'])]
    options += [flag for flag in ('-SOP', '-EPH', '-PLT', '-TLM') if draw.random() < 0.25]
    if components >= 3:
        options += ['-mct', draw.choice([0, 1])]
    return [str(option) for option in options]


def decode(path, level, components, bits, dtype):
    """opj_decompress writes no more than the lowest bits of negative samples."""
    raw = folder / 'out.rawl'
    subprocess.run(['opj_decompress', '-i', path, '-o', raw, '-r', str(level)], check=True, capture_output=True)
    planes = np.fromfile(raw, dtype).reshape(components, -1)
    if dtype.kind == 'i':
        planes = ((planes.astype(np.int32) ^ (1 << bits - 1)) & (1 << bits) - 1) - (1 << bits - 1)
        planes = planes.astype(dtype)
    return hashlib.sha256(np.ascontiguousarray(planes.T).tobytes()).hexdigest()[:32]


writer = csv.writer(sys.stdout, lineterminator='\n')
writer.writerow(['options', 'width', 'height', 'components', 'bits', 'signed', 'codestream', 'sha256_32 by level'])
while CODESTREAMS > 0:
    width, height = draw.randint(1, 90), draw.randint(1, 90)
    components = draw.choice([1, 1, 1, 3, 4])
    bits, signed = draw.randint(1, 16), draw.random() < 0.3
    image = make_image(width, height, components, bits, signed)
    raw, path = folder / 'in.rawl', folder / 'image.j2k'
    raw.write_bytes(np.moveaxis(image, 2, 0).tobytes())
    options = draw_options(width, height, components)
    shape = f'{width},{height},{components},{bits},{"s" if signed else "u"}'
    done = subprocess.run(['opj_compress', '-i', raw, '-o', path, '-F', shape, *options], capture_output=True)
    if done.returncode != 0 or not path.exists():
        continue
    levels = range(int(options[1]))
    try:
        hashes = [decode(path, level, components, bits, image.dtype) for level in levels]
    except subprocess.CalledProcessError:
        continue
    codestream = base64.b64encode(path.read_bytes()).decode()
    writer.writerow([' '.join(options), width, height, components, bits, int(signed), codestream, ' '.join(hashes)])
    path.unlink()
    CODESTREAMS -= 1
