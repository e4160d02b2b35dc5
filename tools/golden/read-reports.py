"""Reads the DICOM objects of study-service with pydicom, highdicom, DCMTK's dsrdump and dicom3tools' dciodvfy.

Makes packages/study-service/test/fixtures/read-back.json from a folder that the test
test/dicom/dicom-out.test.ts wrote (MAMMOKIT_KEEP_DICOM=FOLDER keeps it):

    MAMMOKIT_KEEP_DICOM=/tmp/dicom npx vitest run --root packages/study-service --config ../../vitest.config.ts test/dicom
    golden/bin/python tools/golden/read-reports.py /tmp/dicom packages/study-service/test/fixtures/read-back.json
"""

import json
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import highdicom.sr
import pydicom


def read_measurement(measurement):
    return {
        "name": [measurement.name.value, measurement.name.scheme_designator, measurement.name.meaning],
        "value": measurement.value,
        "unit": measurement.unit.value,
        "sources": len(measurement[0].get("ContentSequence", [])),
    }


def read_report(path):
    dataset = pydicom.dcmread(path)
    report = highdicom.sr.srread(path)
    groups = []
    for group in report.content.get_image_measurement_groups():
        site = group.finding_sites[0]
        groups.append(
            {
                "trackingIdentifier": group.tracking_identifier,
                "findingSite": f"{site.laterality.meaning} {site.value.meaning.lower()}",
                "measurement": next(map(read_measurement, group.get_measurements()), None),
            }
        )
    predecessors = [
        reference.ReferencedSOPInstanceUID
        for study in dataset.get("PredecessorDocumentsSequence", [])
        for series in study.ReferencedSeriesSequence
        for reference in series.ReferencedSOPSequence
    ]
    dump = subprocess.run(["dsrdump", path], capture_output=True, text=True)
    return {
        "sopClass": dataset.SOPClassUID.name,
        "title": dataset.ConceptNameCodeSequence[0].CodeMeaning,
        "template": dataset.ContentTemplateSequence[0].TemplateIdentifier,
        "groups": groups,
        "evidence": [
            reference.ReferencedSOPInstanceUID
            for study in dataset.CurrentRequestedProcedureEvidenceSequence
            for series in study.ReferencedSeriesSequence
            for reference in series.ReferencedSOPSequence
        ],
        "predecessors": predecessors,
        "comments": [item.TextValue for item in dataset.ContentSequence if item.ValueType == "TEXT" and item.ConceptNameCodeSequence[0].CodeMeaning == "Comment"],
        # Its checker of value representations does not know UTF-8, which it says as a warning.
        "dsrdump": [dump.returncode, [line for line in dump.stderr.splitlines() if not line.startswith("W: The VR checker")]],
    }


def read_capture(path):
    dataset = pydicom.dcmread(path)
    return {
        "sopClass": dataset.SOPClassUID.name,
        "shape": list(dataset.pixel_array.shape),
        "pixelsSha256": sha256(dataset.pixel_array.tobytes()).hexdigest(),
        "burnedInAnnotation": dataset.BurnedInAnnotation,
        "laterality": dataset.ImageLaterality,
        "source": [item.ReferencedSOPInstanceUID for item in dataset.SourceImageSequence],
    }


def read(path):
    found = read_report(path) if path.name.startswith("SR") else read_capture(path)
    check = subprocess.run(["dciodvfy", path], capture_output=True, text=True)
    lines = [line for line in (check.stdout + check.stderr).splitlines() if line.startswith(("Error", "Warning"))]
    kind = "report" if path.name.startswith("SR") else "capture"
    return {"kind": kind, "patientName": str(pydicom.dcmread(path, stop_before_pixels=True).PatientName), **found, "dciodvfy": lines}


folder, output = map(Path, sys.argv[1:])
objects = [read(path) for path in sorted(folder.rglob("*.dcm"))]
tools = {name: version(name) for name in ("pydicom", "highdicom")}
tools["dcmtk"] = subprocess.run(["dsrdump", "--version"], capture_output=True, text=True).stdout.split()[2]
output.parent.mkdir(parents=True, exist_ok=True)
output.write_text(json.dumps({"readers": tools, "objects": objects}, indent=2, ensure_ascii=False) + "\n")
