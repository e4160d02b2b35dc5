"""Peer of the `dicom-decode` benchmark: a DICOM file to an array of samples.

usage: python dicom_decode.py DECODER FILE      prints `ready`, then seconds for each line read

DECODER: pydicom-gdcm, pydicom-pylibjpeg (the plugins of pydicom), or dicomsdl.
"""
import sys
import time


def decoder(name, path):
    if name == "dicomsdl":
        import dicomsdl

        return lambda: dicomsdl.open(path).pixelData()
    import pydicom
    from pydicom.pixels import pixel_array

    plugin = name.removeprefix("pydicom-")
    if not pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID.is_encapsulated:
        plugin = ""
    return lambda: pixel_array(pydicom.dcmread(path), decoding_plugin=plugin)


def main():
    name, path = sys.argv[1:3]
    try:
        decode = decoder(name, path)
        decode()
    except Exception as error:
        print(f"{type(error).__name__}: {error}".splitlines()[0][:100], flush=True)
        return
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        decode()
        print(time.perf_counter() - start, flush=True)


main()
