"""Writes small PNG, JPEG, TIFF and PGM files for packages/mammogram-preprocess, and the values that Pillow and tifffile read.

    python tools/golden/record-rasters.py packages/mammogram-preprocess/test/fixtures/raster

PNG files are put together here, chunk by chunk, because no writer makes all of these kinds; the values are those that went into them,
and Pillow agrees where it reads them without loss. `expected.json` has the SHA-256 of each file's gray levels as uint16, little-endian,
0 to 65535: value * 65535 / white.
"""
import hashlib
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
import tifffile
from PIL import Image

WIDTH, HEIGHT = 48, 64


def tissue(white):
    """A half-ellipse of tissue at the left edge, on air."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    inside = (x / 26) ** 2 + ((y - 32) / 25) ** 2 < 1
    texture = 0.55 + 0.3 * np.sin(x / 3) * np.cos(y / 5)
    air = 0.01 * ((x * 31 + y * 17) % 5)
    return np.round(np.where(inside, texture, air) * white).astype('u2')


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def packed(rows, depth):
    if depth == 16:
        return rows.astype('>u2').view('u1')
    if depth == 8:
        return rows.astype('u1')
    per_byte = 8 // depth
    padded = np.zeros((len(rows), -(-rows.shape[1] // per_byte) * per_byte), 'u1')
    padded[:, : rows.shape[1]] = rows
    return np.sum(padded.reshape(len(rows), -1, per_byte) << (depth * np.arange(per_byte)[::-1]).astype('u1'), axis=2).astype('u1')


ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def png(samples, color, depth, chunks=b'', interlaced=False):
    """color: 0 gray, 2 RGB, 3 palette, 4 gray and alpha (PNG 11.2.2)."""
    samples = samples.reshape(HEIGHT, WIDTH, -1)
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    data = b''
    for x, y, dx, dy in passes:
        part = samples[y::dy, x::dx]
        data += b''.join(b'\0' + row.tobytes() for row in packed(part.reshape(len(part), -1), depth))
    head = struct.pack('>IIBBBBB', WIDTH, HEIGHT, depth, color, 0, 0, int(interlaced))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunks + chunk(b'IDAT', zlib.compress(data)) + chunk(b'IEND', b'')


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    g16, g12, g8, g4 = tissue(65535), tissue(4095), tissue(255), tissue(15)
    expected = {}

    def add(name, data, values, white):
        (folder / name).write_bytes(data)
        levels = np.round(values.astype('f8') * 65535 / white).astype('<u2')
        expected[name] = {
            'width': levels.shape[1],
            'height': levels.shape[0],
            'sha256': hashlib.sha256(levels.tobytes()).hexdigest(),
        }

    def tiff(name, values, white, **options):
        tifffile.imwrite(folder / name, values, **options)
        assert (tifffile.imread(folder / name).reshape(values.shape) == values).all()
        inverse = options.get('photometric') == 'miniswhite'
        gray = values[..., 0] if values.ndim == 3 and values.shape[-1] == 3 else values[0] if values.ndim == 3 else values
        add(name, (folder / name).read_bytes(), white - gray if inverse else gray, white)

    gray_palette = chunk(b'PLTE', bytes(level for level in range(256) for _ in range(3)))
    reversed_palette = chunk(b'PLTE', bytes(255 - level for level in range(256) for _ in range(3)))
    gamma = chunk(b'gAMA', struct.pack('>I', 100000))
    alpha = (np.indices(g8.shape)[1] * 5).astype('u2')
    triple = lambda gray: np.dstack([gray] * 3)
    add('gray-16.png', png(g16, 0, 16), g16, 65535)
    add('gray-16-interlaced.png', png(g16, 0, 16, interlaced=True), g16, 65535)
    add('gray-8.png', png(g8, 0, 8), g8, 255)
    add('gray-4.png', png(g4, 0, 4), g4, 15)
    add('gray-16-gamma-1.png', png(g16, 0, 16, gamma), g16, 65535)
    add('gray-8-gamma-1.png', png(g8, 0, 8, gamma), g8, 255)
    add('gray-16-opaque.png', png(np.dstack([g16, np.full_like(g16, 65535)]), 4, 16), g16, 65535)
    add('gray-8-alpha.png', png(np.dstack([g8, alpha]), 4, 8), np.floor(g8.astype('f8') * alpha / 255 + 0.5), 255)
    add('rgb-16-equal.png', png(triple(g16), 2, 16), g16, 65535)
    add('rgb-8-equal.png', png(triple(g8), 2, 8), g8, 255)
    add('palette.png', png(g8, 3, 8, gray_palette), g8, 255)
    add('palette-reversed.png', png(255 - g8, 3, 8, reversed_palette), g8, 255)
    (folder / 'rgb-8-colors.png').write_bytes(png(np.dstack([g8, 255 - g8, g8]), 2, 8))
    tiff('gray-16.tif', g16, 65535)
    tiff('gray-16-big-endian.tif', g16, 65535, byteorder='>')
    tiff('gray-16-bigtiff.tif', g16, 65535, bigtiff=True)
    tiff('gray-16-deflate-predictor.tif', g16, 65535, compression='zlib', predictor=True)
    tiff('gray-16-tiled.tif', g16, 65535, tile=(32, 32))
    tiff('gray-8.tif', g8.astype('u1'), 255)
    tiff('gray-8-min-is-white.tif', (255 - g8).astype('u1'), 255, photometric='miniswhite')
    tiff('gray-12-min-is-white.tif', 4095 - g12, 4095, photometric='miniswhite')
    tiff('rgb-16-equal.tif', triple(g16), 65535, photometric='rgb')
    tiff('two-pages.tif', np.stack([g16, 65535 - g16]), 65535, photometric='minisblack')
    tifffile.imwrite(folder / 'float.tif', g16.astype('f4'))
    add('gray-16.pgm', b'P5\n# tissue\n48 64\n65535\n' + g16.astype('>u2').tobytes(), g16, 65535)
    add('gray-12.pgm', b'P5 48 64 4095\n' + g12.astype('>u2').tobytes(), g12, 4095)
    add('gray-8.pgm', b'P5 48 64 255\n' + g8.astype('u1').tobytes(), g8, 255)
    rows = '\n'.join(' '.join(str(value) for value in row) for row in g12)
    add('plain-12.pgm', f'P2\n48 64 # size\n4095\n{rows}\n'.encode(), g12, 4095)

    picture = Image.fromarray(g8.astype('u1'))
    turned = picture.getexif()
    turned[0x0112] = 6
    for name, image, options in (
        ('gray-8.jpg', picture, {}),
        ('rgb-8-equal.jpg', picture.convert('RGB'), {}),
        ('gray-8-orientation-6.jpg', picture, {'exif': turned}),
    ):
        image.save(folder / name, quality=92, **options)
        decoded = np.asarray(Image.open(folder / name).convert('L')).astype('u2')
        # Orientation 6: the first row is the right side.
        add(name, (folder / name).read_bytes(), np.rot90(decoded, -1) if options else decoded, 255)
    picture.convert('RGB').convert('CMYK').save(folder / 'cmyk.jpg')
    (folder / 'expected.json').write_text(json.dumps(expected, indent=2) + '\n')


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]))
