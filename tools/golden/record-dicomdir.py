"""Records a DICOMDIR that pydicom writes, for study-service.

    golden/bin/python tools/golden/record-dicomdir.py packages/study-service/test/fixtures/DICOMDIR
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.fileset import FileSet
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation, ExplicitVRLittleEndian


def image(patient, number):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    dataset.SOPInstanceUID = f"1.2.3.{patient}.{number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"1.2.3.{patient}", f"1.2.3.{patient}.100"
    dataset.PatientID, dataset.PatientName, dataset.StudyID = f"P{patient}", "Synthetic", "S"
    dataset.StudyDate, dataset.StudyTime, dataset.Modality = "20260102", "101500", "MG"
    dataset.SeriesNumber, dataset.InstanceNumber, dataset.AccessionNumber = 1, number, ""
    dataset.Rows, dataset.Columns = 1, 1
    return dataset


files = FileSet()
for patient, number in ((1, 1), (1, 2), (2, 1)):
    files.add(image(patient, number))
with TemporaryDirectory() as folder:
    files.write(folder)
    shutil.copy(Path(folder) / "DICOMDIR", sys.argv[1])
    print([str(path.relative_to(folder)) for path in sorted(Path(folder).rglob("IM*"))])
