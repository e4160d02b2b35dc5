"""Encoder of JPEG extended, 12-bit lossy, for the files of the `dicom-decode` benchmark.

usage: python encode_jpeg_extended.py ROWS COLUMNS      16-bit little endian samples in, the codestream out
"""
import sys

import numpy as np
from imagecodecs import jpeg8_encode

rows, columns = map(int, sys.argv[1:])
samples = np.frombuffer(sys.stdin.buffer.read(), "<u2").reshape(rows, columns)
sys.stdout.buffer.write(jpeg8_encode(samples, level=95, bitspersample=12))
