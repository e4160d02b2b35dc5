"""Records small frames of JPEG XL, progressive JPEG and JPEG 2000 Part 2, and what other decoders make of them, for packages/dicom-io.

    python tools/golden/record-transfer-syntaxes.py packages/dicom-io/test/fixtures/transfer-syntaxes.json

Needs dcmcjpeg and dcmdjpeg (Debian: dcmtk) and libopenjp2.so.7 (Debian: libopenjp2-7). JPEG XL is encoded and decoded by libjxl in
imagecodecs, progressive JPEG by DCMTK, its colors by libjpeg-turbo in Pillow, JPEG 2000 Part 2 by OpenJPEG through glymur. `samples` are
the decoded ones, little endian, and null for an array that transforms the components, which OpenJPEG writes and does not read.
`tolerance` is 0 where the coding is lossless or the decoder is the same.
"""
import base64
import ctypes
import io
import json
import pathlib
import subprocess
import sys
import tempfile

import imagecodecs
import numpy as np
import pydicom
from glymur.lib import openjp2
from PIL import Image
from pydicom.encaps import generate_frames
from pydicom.uid import ExplicitVRLittleEndian

WIDTH, HEIGHT = 37, 29
folder = pathlib.Path(tempfile.mkdtemp())
records = []


def make_image(bits, components):
    """Slopes with noise of a few gray levels; the whole range is touched."""
    rng = np.random.default_rng(bits * 10 + components)
    y, x, c = np.mgrid[:HEIGHT, :WIDTH, :components]
    top = 2**bits - 1
    image = top * (0.5 + 0.45 * np.sin(x / 9 + c) * np.cos(y / 7)) + rng.normal(0, top / 300 + 1, x.shape)
    image = np.clip(image, 0, top).astype('<u1' if bits <= 8 else '<u2')
    image.flat[:2] = 0, top
    return image if components > 1 else image[..., 0]


def record(name, uid, frame, samples, bits, photometric, tolerance=0, refused=False):
    rows, columns, components = (*samples.shape, 1)[:3]
    records.append({
        'name': name,
        'transferSyntaxUid': '1.2.840.10008.1.2.4.' + uid,
        'rows': rows,
        'columns': columns,
        'samplesPerPixel': components,
        'bits': bits,
        'photometricInterpretation': photometric,
        'tolerance': tolerance,
        'frame': base64.b64encode(frame).decode(),
        'samples': None if refused else base64.b64encode(samples.astype('<u1' if bits <= 8 else '<u2').tobytes()).decode(),
    })


def record_jpeg_xl():
    for bits in (8, 10, 12, 14, 16):
        image = make_image(bits, 1)
        for container in (False, True):
            frame = imagecodecs.jpegxl_encode(image, lossless=True, bitspersample=bits, usecontainer=container)
            assert np.array_equal(imagecodecs.jpegxl_decode(frame), image)
            boxes = ' in a container' if container else ''
            record(f'JPEG XL lossless of {bits} bits{boxes}', '110', frame, image, bits, 'MONOCHROME2')
    for bits in (8, 16):
        image = make_image(bits, 3)
        frame = imagecodecs.jpegxl_encode(image, lossless=True)
        assert np.array_equal(imagecodecs.jpegxl_decode(frame), image)
        record(f'JPEG XL lossless colors of {bits} bits', '110', frame, image, bits, 'RGB')
    for bits, components in ((8, 1), (12, 1), (16, 1), (8, 3)):
        image = make_image(bits, components)
        frame = imagecodecs.jpegxl_encode(image, distance=1.0, bitspersample=bits)
        decoded = imagecodecs.jpegxl_decode(frame)
        name = f'JPEG XL lossy of {bits} bits, {components} components'
        # Another version of libjxl rounds in another way.
        record(name, '112', frame, decoded, bits, 'XYB' if components == 3 else 'MONOCHROME2', max(1, 2**bits // 4096))
    for components, photometric in ((1, 'MONOCHROME2'), (3, 'YBR_FULL_422')):
        jpeg = io.BytesIO()
        Image.fromarray(make_image(8, components)).save(jpeg, 'JPEG', quality=90, subsampling='4:2:2')
        frame = imagecodecs.jpegxl_encode_jpeg(jpeg.getvalue())
        record(f'recompressed JPEG of {components} components', '111', frame, imagecodecs.jpegxl_decode(frame), 8, photometric, 1)


def record_progressive_jpeg():
    for uid, option in (('53', '+es'), ('55', '+ep')):
        for bits in (8, 12):
            image = make_image(bits, 1)
            write_dicom(folder / 'plain.dcm', image, bits)
            run('dcmcjpeg', option, '+be' if bits == 8 else '+bt', folder / 'plain.dcm', folder / 'coded.dcm')
            run('dcmdjpeg', folder / 'coded.dcm', folder / 'decoded.dcm')
            coded = pydicom.dcmread(folder / 'coded.dcm')
            assert coded.file_meta.TransferSyntaxUID == '1.2.840.10008.1.2.4.' + uid
            frame = next(generate_frames(coded.PixelData, number_of_frames=1))
            decoded = pydicom.dcmread(folder / 'decoded.dcm').pixel_array
            record(f'JPEG .{uid} of {bits} bits', uid, frame, decoded, bits, 'MONOCHROME2')
    for subsampling in ('4:4:4', '4:2:0'):
        jpeg = io.BytesIO()
        Image.fromarray(make_image(8, 3)).save(jpeg, 'JPEG', quality=90, subsampling=subsampling, progressive=True)
        decoded = np.asarray(Image.open(jpeg))
        name = f'JPEG .55 of 8 bits in colors {subsampling}'
        record(name, '55', jpeg.getvalue(), decoded, 8, 'YBR_FULL' if subsampling == '4:4:4' else 'YBR_FULL_422', 1)


def record_jpeg_2000_part_2():
    image = make_image(8, 3)
    matrix = np.array([[0.5, 0.25, 0.25], [-0.5, 1.0, -0.5], [0.25, 0.25, -0.5]], '<f4')
    frame = encode_jpeg_2000(image, matrix)
    record('JPEG 2000 Part 2 with an array', '93', frame, image, 8, 'RGB', refused=True)
    frame = encode_jpeg_2000(image, None)
    assert np.array_equal(decode_jpeg_2000(frame), image)
    record('JPEG 2000 Part 2 without an array', '92', frame, image, 8, 'RGB')


def encode_jpeg_2000(image, matrix):
    parameters = openjp2.set_default_encoder_parameters()
    parameters.numresolution = 4
    parameters.tcp_numlayers = 1
    parameters.cp_disto_alloc = 1
    parameters.tcp_mct = 0
    if matrix is not None:
        offsets = (ctypes.c_int32 * 3)(0, 0, 0)
        coefficients = matrix.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        set_mct = openjp2.OPENJP2.opj_set_MCT
        assert set_mct(ctypes.byref(parameters), coefficients, offsets, ctypes.c_uint32(3))
    component = dict(dx=1, dy=1, w=WIDTH, h=HEIGHT, x0=0, y0=0, prec=8, bpp=8, sgnd=0)
    kinds = (openjp2.ImageComptParmType * 3)(*[openjp2.ImageComptParmType(**component) for _ in range(3)])
    picture = openjp2.image_create(kinds, 1)
    picture.contents.x1, picture.contents.y1 = WIDTH, HEIGHT
    for index in range(3):
        plane = np.ascontiguousarray(image[..., index], 'i4')
        ctypes.memmove(picture.contents.comps[index].data, plane.ctypes.data, plane.nbytes)
    codec = openjp2.create_compress(openjp2.CODEC_J2K)
    openjp2.setup_encoder(codec, parameters, picture)
    path = folder / 'image.j2k'
    stream = openjp2.stream_create_default_file_stream(str(path), False)
    openjp2.start_compress(codec, picture, stream)
    openjp2.encode(codec, stream)
    openjp2.end_compress(codec, stream)
    openjp2.stream_destroy(stream)
    openjp2.destroy_codec(codec)
    return path.read_bytes()


def decode_jpeg_2000(frame):
    (folder / 'in.j2k').write_bytes(frame)
    run('opj_decompress', '-i', folder / 'in.j2k', '-o', folder / 'out.ppm')
    return np.asarray(Image.open(folder / 'out.ppm'))


def write_dicom(path, image, bits):
    data = pydicom.Dataset()
    data.SOPClassUID, data.SOPInstanceUID = '1.2.840.10008.5.1.4.1.1.7', '1.2.3.4'
    data.Rows, data.Columns = image.shape
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, 'MONOCHROME2', 0
    data.BitsAllocated, data.BitsStored, data.HighBit = 8 if bits == 8 else 16, bits, bits - 1
    data.PixelData = image.tobytes() + b'\0' * (image.nbytes % 2)
    data['PixelData'].VR = 'OB' if bits == 8 else 'OW'
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.save_as(path, enforce_file_format=True)


def run(*command):
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


record_jpeg_xl()
record_progressive_jpeg()
record_jpeg_2000_part_2()
pathlib.Path(sys.argv[1]).write_text(json.dumps(records, indent=1) + '\n')
