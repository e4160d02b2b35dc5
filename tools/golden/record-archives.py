"""Writes the ZIP archives of packages/dataset-download/test/fixtures with Python's own zipfile.

usage: python tools/golden/record-archives.py   (standard library only; Python 3.11)
"""
import pathlib
import zipfile

OUT = pathlib.Path(__file__).parents[2] / "packages/dataset-download/test/fixtures"
FILES = {
    "train.csv": b"site_id,patient_id\n" * 100,
    "empty.txt": b"",
    "train_images/10006/\u00e4 1.dcm": bytes(i * i % 251 for i in range(5000)),
}


class Unseekable:
    """A pipe: the sizes follow the data, in descriptors."""

    def __init__(self, file):
        self.file = file

    def write(self, data):
        return self.file.write(data)

    def flush(self):
        self.file.flush()


def entry(name):
    info = zipfile.ZipInfo(name, (2022, 11, 28, 0, 0, 0))
    info.external_attr = 0o100644 << 16
    return info


def record(name, method, zip64=False, streamed=False):
    with open(OUT / name, "wb") as file:
        with zipfile.ZipFile(Unseekable(file) if streamed else file, "w", method) as archive:
            archive.writestr(zipfile.ZipInfo("train_images/", (2022, 11, 28, 0, 0, 0)), b"")
            for path, data in FILES.items():
                info = entry(path)
                info.compress_type = method
                with archive.open(info, "w", force_zip64=zip64) as member:
                    member.write(data)


record("python-stored.zip", zipfile.ZIP_STORED)
record("python-deflated.zip", zipfile.ZIP_DEFLATED)
record("python-zip64.zip", zipfile.ZIP_DEFLATED, zip64=True)
record("python-streamed.zip", zipfile.ZIP_DEFLATED, streamed=True)
