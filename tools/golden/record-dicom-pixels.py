"""Records the pixels of DICOM files as pydicom decodes them, for packages/dicom-io.

    python tools/golden/record-dicom-pixels.py FOLDER > packages/dicom-io/test/fixtures/pydicom-debian.csv

FOLDER: a tree of DICOM files, such as the test files of Debian's python3-pydicom (pydicom-debian.csv). A line per file: the first 32
hexadecimal digits of the SHA-256 of its samples, little endian, YBR as RGB; or why pydicom gives none.
"""
import csv
import hashlib
import pathlib
import sys
import warnings

import numpy as np
import pydicom
from pydicom.pixels import pixel_array

warnings.simplefilter('ignore')
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
root = pathlib.Path(sys.argv[1])


def describe(path):
    try:
        ds = pydicom.dcmread(path, force=True)
        syntax = str(ds.file_meta.get('TransferSyntaxUID', '')) if hasattr(ds, 'file_meta') else ''
        if 'PixelData' not in ds:
            return syntax, '', 'no pixel data'
        pixels = pixel_array(ds)
        little = np.ascontiguousarray(pixels).astype(pixels.dtype.newbyteorder('<'))
        return syntax, hashlib.sha256(little.tobytes()).hexdigest()[:32], 'ok'
    except Exception as error:
        return '', '', f'{type(error).__name__}: {error}'.splitlines()[0][:120]


writer = csv.writer(sys.stdout, lineterminator='\n')
writer.writerow(['file', 'transfer_syntax', 'sha256_32', f'pydicom {pydicom.__version__}'])
for path in sorted(root.rglob('*')):
    if path.is_file() and path.suffix not in {'.txt', '.json', '.gz', '.dump', '.py'}:
        writer.writerow([path.relative_to(root), *describe(path)])
