/** A single phantom image, without a data set. */
import { type GroundTruth, groundTruth } from './data-set-tables.ts'
import { type MalignantType, malignantTypes } from './finding.ts'
import { type Density, type Laterality, MAX_PATIENTS, planPatient, type View } from './patient-plan.ts'
import { type Look, looks } from './phantom-look.ts'
import { checkChoice, checkNumber } from './phantom-options.ts'
import { renderImage } from './render-image.ts'

/** What one synthetic mammogram shows. */
export interface PhantomSpec {
  /** Integer from 0 to 4,294,967,295. @default 13 */
  readonly seed?: number | undefined
  /** Index of the patient, from 0. @default 0 */
  readonly patient?: number | undefined
  readonly laterality: Laterality
  readonly view: View
  /** Height in pixels of the largest detector, 96 to 8192. @default 4096 */
  readonly height?: number | undefined
  /** @default 'plain' */
  readonly look?: Look | undefined
  /** Cancer type in this breast, one of the look's. @default none */
  readonly cancer?: MalignantType | undefined
  /** BI-RADS density class. @default drawn */
  readonly density?: Density | undefined
  /** @default drawn, 3 % */
  readonly implant?: boolean | undefined
  /** Contrast of the cancer, 0 (invisible) to 3; at 1 many are subtle. @default 1.5 */
  readonly conspicuity?: number | undefined
}

/** A synthetic mammogram and what is true of it. */
export interface PhantomImage extends GroundTruth {
  /** Presentation image, uint16 [height, width], 0 = black, 65535 = white. */
  readonly data: Uint16Array
  readonly width: number
  readonly height: number
  readonly pixelSpacingMm: number
}

/**
 * Draws one view of one breast, with its ground truth.
 *
 * @throws PhantomError `invalid-option`.
 * @example
 * const { width, height, lesions } = renderPhantom({ laterality: 'L', view: 'CC', height: 640, cancer: 'spiculated-mass' })
 */
export function renderPhantom(spec: PhantomSpec): PhantomImage {
  const laterality = checkChoice('laterality', spec.laterality, ['L', 'R'])
  const view = checkChoice('view', spec.view, ['CC', 'MLO'])
  const look = checkChoice('look', spec.look ?? 'plain', looks)
  const cancer = spec.cancer && checkChoice('cancer', spec.cancer, malignantTypes[look])
  const plan = planPatient({
    seed: checkNumber('seed', spec.seed ?? 13, 0, 4_294_967_295, true),
    patient: checkNumber('patient', spec.patient ?? 0, 0, MAX_PATIENTS - 1, true),
    height: checkNumber('height', spec.height ?? 4096, 96, 8192, true),
    cancer: cancer ?? false,
    look,
    cancerLaterality: laterality,
    density: spec.density && checkChoice<Density>('density', spec.density, ['A', 'B', 'C', 'D']),
    implant: spec.implant,
  })
  const image = plan.images.find((candidate) => candidate.laterality === laterality && candidate.view === view)!
  const conspicuity = checkNumber('conspicuity', spec.conspicuity ?? 1.5, 0, 3, false)
  return { ...renderImage(image, conspicuity), pixelSpacingMm: image.pixelSpacingMm, ...groundTruth(image) }
}
