/** The attributes of a digital mammogram (PS3.3 A.26) and its pixels, as one DICOM file. */

import { type WritableElement, writeDicom } from '@mammokit/dicom-io'
import { createRandom } from '@mammokit/seeded-random'
import type { GrayImage } from './film.ts'
import { encodeJpeg2000 } from './jpeg-2000.ts'
import { encodeJpegLossless } from './jpeg-lossless.ts'
import type { TransferSyntax } from './machine.ts'
import type { ImagePlan, PatientPlan } from './patient-plan.ts'
import { toStoredPixels } from './stored-pixels.ts'

/** PS3.6 table A-1. */
const transferSyntaxUids: Record<TransferSyntax, string> = {
  'explicit-little-endian': '1.2.840.10008.1.2.1',
  'jpeg-lossless': '1.2.840.10008.1.2.4.70',
  'jpeg-2000-lossless': '1.2.840.10008.1.2.4.90',
}
/** Digital Mammography X-Ray Image Storage - For Presentation. */
const SOP_CLASS = '1.2.840.10008.5.1.4.1.1.1.2'
const PIXEL_DATA = '7FE00010'
const IMPLEMENTATION_CLASS = '2.25.302148973519906421357840216904377751203'

/** Encodes a rendered image as a DICOM Part 10 file. */
export async function encodeDicom(patient: PatientPlan, plan: ImagePlan, image: GrayImage): Promise<Uint8Array> {
  const stored = toStoredPixels(image, plan.machine)
  const sopInstanceUid = uid(plan.seed, 'instance', plan.imageId)
  const dataSet = [
    ...patientAndStudy(patient, plan, sopInstanceUid),
    ...acquisition(patient, plan),
    ...pixelDescription(plan, stored),
    await pixelData(plan, stored),
  ]
  return writeDicom(dataSet, {
    transferSyntaxUid: transferSyntaxUids[plan.transferSyntax],
    implementationClassUid: IMPLEMENTATION_CLASS,
    implementationVersionName: 'MAMMOKIT_PHANTOM',
  })
}

async function pixelData(plan: ImagePlan, stored: Uint16Array): Promise<WritableElement> {
  const { columns, rows, machine } = plan
  switch (plan.transferSyntax) {
    case 'explicit-little-endian':
      return { tag: PIXEL_DATA, vr: 'OW', value: stored }
    case 'jpeg-lossless':
      return { tag: PIXEL_DATA, vr: 'OB', value: [encodeJpegLossless(stored, columns, rows, machine.bitsStored)] }
    case 'jpeg-2000-lossless':
      return { tag: PIXEL_DATA, vr: 'OB', value: [await encodeJpeg2000(stored, columns, rows, machine.bitsStored)] }
  }
}

function patientAndStudy(patient: PatientPlan, plan: ImagePlan, sopInstanceUid: string): WritableElement[] {
  const { seed, patient: index, patientId } = patient
  const random = createRandom(seed, 'study', index)
  const date = `${2010 + random.below(10)}${pad(1 + random.below(12), 2)}${pad(1 + random.below(28), 2)}`
  const ordinal = patient.images.indexOf(plan)
  const time = `${pad(8 + random.below(9), 2)}${pad(10 + 2 * ordinal + random.below(40), 2)}00`
  const posterior = plan.laterality === 'L' ? 'A' : 'P'
  return [
    { tag: '00080005', vr: 'CS', value: 'ISO_IR 100' },
    { tag: '00080008', vr: 'CS', value: ['DERIVED', 'PRIMARY'] },
    { tag: '00080016', vr: 'UI', value: SOP_CLASS },
    { tag: '00080018', vr: 'UI', value: sopInstanceUid },
    { tag: '00080020', vr: 'DA', value: date },
    { tag: '00080023', vr: 'DA', value: date },
    { tag: '00080030', vr: 'TM', value: '080000' },
    { tag: '00080033', vr: 'TM', value: time },
    { tag: '00080050', vr: 'SH', value: '' },
    { tag: '00080060', vr: 'CS', value: 'MG' },
    { tag: '00080068', vr: 'CS', value: 'FOR PRESENTATION' },
    { tag: '00080070', vr: 'LO', value: 'MammoKit' },
    { tag: '00080090', vr: 'PN', value: '' },
    { tag: '00081090', vr: 'LO', value: `Phantom ${plan.machine.machineId}` },
    { tag: '00100010', vr: 'PN', value: `Phantom^${patientId}` },
    { tag: '00100020', vr: 'LO', value: String(patientId) },
    { tag: '00100030', vr: 'DA', value: '' },
    { tag: '00100040', vr: 'CS', value: 'F' },
    { tag: '00101010', vr: 'AS', value: `${pad(patient.age, 3)}Y` },
    // These names and dates, and the markers on the image, belong to no real person.
    { tag: '00120062', vr: 'CS', value: 'YES' },
    { tag: '00120063', vr: 'LO', value: 'Synthetic patient' },
    { tag: '0020000D', vr: 'UI', value: uid(seed, 'study', patientId) },
    { tag: '0020000E', vr: 'UI', value: uid(seed, 'series', patientId) },
    { tag: '00200010', vr: 'SH', value: String(patientId) },
    { tag: '00200011', vr: 'IS', value: '1' },
    { tag: '00200013', vr: 'IS', value: String(ordinal + 1) },
    { tag: '00200020', vr: 'CS', value: [posterior, plan.view === 'CC' ? plan.laterality : 'FL'] },
    { tag: '00200060', vr: 'CS', value: plan.laterality },
    { tag: '00200062', vr: 'CS', value: plan.laterality },
  ]
}

function acquisition(patient: PatientPlan, plan: ImagePlan): WritableElement[] {
  const random = createRandom(plan.imageKey, 'exposure')
  const spacing = decimal(plan.pixelSpacingMm)
  return [
    { tag: '00180015', vr: 'CS', value: 'BREAST' },
    { tag: '00180060', vr: 'DS', value: String(26 + random.below(7)) },
    { tag: '001811A0', vr: 'DS', value: String(35 + random.below(45)) },
    { tag: '00181164', vr: 'DS', value: [spacing, spacing] },
    { tag: '00181508', vr: 'CS', value: 'MAMMOGRAPHIC' },
    { tag: '00185101', vr: 'CS', value: plan.view },
    { tag: '00280030', vr: 'DS', value: [spacing, spacing] },
    { tag: '00281300', vr: 'CS', value: patient.implant ? 'YES' : 'NO' },
  ]
}

function pixelDescription(plan: ImagePlan, stored: Uint16Array): WritableElement[] {
  const { machine } = plan
  let smallest = 65535
  let largest = 0
  for (let i = 0; i < stored.length; i++) {
    smallest = Math.min(smallest, stored[i])
    largest = Math.max(largest, stored[i])
  }
  const inverse = machine.photometricInterpretation === 'MONOCHROME1'
  return [
    { tag: '00280002', vr: 'US', value: 1 },
    { tag: '00280004', vr: 'CS', value: machine.photometricInterpretation },
    { tag: '00280010', vr: 'US', value: plan.rows },
    { tag: '00280011', vr: 'US', value: plan.columns },
    { tag: '00280100', vr: 'US', value: 16 },
    { tag: '00280101', vr: 'US', value: machine.bitsStored },
    { tag: '00280102', vr: 'US', value: machine.bitsStored - 1 },
    { tag: '00280103', vr: 'US', value: 0 },
    { tag: '00280106', vr: 'US', value: smallest },
    { tag: '00280107', vr: 'US', value: largest },
    { tag: '00280301', vr: 'CS', value: 'NO' },
    { tag: '00281040', vr: 'CS', value: 'LOG' },
    { tag: '00281041', vr: 'SS', value: inverse ? -1 : 1 },
    { tag: '00281050', vr: 'DS', value: machine.windows.map((window) => String(window.center)) },
    { tag: '00281051', vr: 'DS', value: machine.windows.map((window) => String(window.width)) },
    { tag: '00281052', vr: 'DS', value: '0' },
    { tag: '00281053', vr: 'DS', value: '1' },
    { tag: '00281054', vr: 'LO', value: 'US' },
    { tag: '00281055', vr: 'LO', value: machine.windows.map((window) => window.explanation) },
    { tag: '00281056', vr: 'CS', value: machine.voiLutFunction },
    { tag: '00282110', vr: 'CS', value: '00' },
    { tag: '20500020', vr: 'CS', value: inverse ? 'INVERSE' : 'IDENTITY' },
  ]
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}

/** A decimal string of at most 16 characters (PS3.5 table 6.2-1). */
function decimal(value: number): string {
  return String(Math.round(value * 1e6) / 1e6)
}

/** A UID in the arc of UUIDs (PS3.5 B.2) from 128 random bits. */
function uid(seed: number, level: 'study' | 'series' | 'instance', id: number): string {
  const random = createRandom(seed, 'uid', level, id)
  let value = 0n
  for (let i = 0; i < 4; i++) value = (value << 32n) | BigInt(random.bits())
  return `2.25.${value}`
}
