/** The two tables of a data set: train.csv in RSNA's columns, and ground_truth.csv with what is known only for phantoms. */

import { createRandom } from '@mammokit/seeded-random'
import type { ImagePlan, PatientPlan } from './patient-plan.ts'
import { breastEnds, createDistanceMap } from './tissue-map.ts'

export const GROUND_TRUTH_COLUMNS =
  'patient_id,image_id,laterality,view,rows,columns,pixel_spacing_mm,breast_x,breast_y,breast_width,breast_height,breast_area,lesions'

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface GroundTruth {
  /** Bounding box of the breast in pixels of the image. */
  readonly breast: Box
  /** Pixels of the breast, nipple included. */
  readonly breastArea: number
  /** Number of breast pixels in each row, counted from the chest wall: int32 [height]. */
  readonly breastWidths: Int32Array
  readonly lesions: readonly (Box & { readonly type: string; readonly malignant: boolean })[]
}

/** One record per image of a patient, with the columns of RSNA's train.csv; site 2 reports neither BIRADS nor density there. */
export function trainRows(patient: PatientPlan): Record<string, string | number>[] {
  const { machine, density, implant } = patient
  const random = createRandom(patient.seed, 'train.csv', patient.patient)
  const biopsied = random.chance(0.04)
  const recalled = biopsied || random.chance(0.1)
  return patient.images.map((image) => {
    const cancer = image.laterality === patient.cancerLaterality
    const benign = image.findings.some(({ finding }) => finding.type === 'benign-mass')
    const birads = cancer || recalled ? 0 : image.findings.length > 0 ? 2 : 1
    return {
      site_id: machine.siteId,
      patient_id: patient.patientId,
      image_id: image.imageId,
      laterality: image.laterality,
      view: image.view,
      age: patient.age,
      cancer: Number(cancer),
      biopsy: Number(cancer || biopsied),
      invasive: Number(cancer && patient.invasive),
      BIRADS: machine.siteId === 1 ? birads : '',
      implant: Number(implant),
      density: machine.siteId === 1 ? density : '',
      machine_id: machine.machineId,
      difficult_negative_case: !cancer && (benign || biopsied) ? 'True' : 'False',
    }
  })
}

/** Lesions are `type x y width height` in pixels, separated by semicolons. */
export function groundTruthRow(patient: PatientPlan, image: ImagePlan): string {
  const { breast, breastArea, lesions } = groundTruth(image)
  return [
    patient.patientId,
    image.imageId,
    image.laterality,
    image.view,
    image.rows,
    image.columns,
    Math.round(image.pixelSpacingMm * 1e6) / 1e6,
    breast.x,
    breast.y,
    breast.width,
    breast.height,
    breastArea,
    lesions.map(({ type, x, y, width, height }) => `${type} ${x} ${y} ${width} ${height}`).join(';'),
  ].join(',')
}

/** Where everything is on an image, computed from its plan alone. */
export function groundTruth(image: ImagePlan): GroundTruth {
  const ends = breastEnds(image, createDistanceMap(image))
  const right = ends.reduce((most, end) => Math.max(most, end), 0)
  const top = ends.findIndex((end) => end > 0)
  const bottom = ends.findLastIndex((end) => end > 0)
  const mirror = (box: Box): Box => (image.laterality === 'R' ? { ...box, x: image.columns - box.x - box.width } : box)
  const scale = 1 / image.pixelSpacingMm
  return {
    breast: mirror({ x: 0, y: top, width: right, height: bottom + 1 - top }),
    breastArea: ends.reduce((sum, end) => sum + end, 0),
    breastWidths: ends,
    lesions: image.findings.map(({ finding, x, y, radiusMm }) => {
      const left = Math.floor((x - radiusMm) * scale)
      const upper = Math.floor((y - radiusMm) * scale)
      const width = Math.ceil((x + radiusMm) * scale) - left
      const height = Math.ceil((y + radiusMm) * scale) - upper
      const malignant = !finding.type.startsWith('benign')
      return { type: finding.type, malignant, ...mirror({ x: left, y: upper, width, height }) }
    }),
  }
}
