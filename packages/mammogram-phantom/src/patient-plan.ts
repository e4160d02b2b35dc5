/**
 * The plan of a patient, before anything is rendered: demographics, breast shape, findings, and the machine of the four
 * images. A plan is a function of seed and patient index, and cheap: a few hundred random numbers.
 */

import { createRandom, type Random } from '@mammokit/seeded-random'
import { type BreastShape, createCcOutline, createMloOutline } from './breast-outline.ts'
import {
  type Ellipse,
  type Finding,
  type FindingType,
  type MalignantType,
  malignantTypes,
  type Pectoral,
  type PlacedFinding,
  placeFinding,
  projectFinding,
  type ViewGeometry,
} from './finding.ts'
import { type DetectorField, LARGEST_FIELD_MM, type Machine, pickMachine, type TransferSyntax } from './machine.ts'
import type { Look } from './phantom-look.ts'
import { clamp } from './portable-math.ts'

export type Laterality = 'L' | 'R'
export type View = 'CC' | 'MLO'
export type Density = 'A' | 'B' | 'C' | 'D'

export interface PatientSpec {
  readonly seed: number
  /** Index of the patient in the data set, from 0. */
  readonly patient: number
  /** Height in pixels of the largest detector. */
  readonly height: number
  /** Whether one breast has a cancer; a cancer type requests that type. */
  readonly cancer: boolean | MalignantType
  /** @default 'plain' */
  readonly look?: Look | undefined
  readonly cancerLaterality?: Laterality | undefined
  readonly density?: Density | undefined
  readonly implant?: boolean | undefined
}

export interface ImagePlan extends ViewGeometry {
  readonly laterality: Laterality
  readonly imageId: number
  readonly rows: number
  readonly columns: number
  readonly pixelSpacingMm: number
  readonly field: DetectorField
  readonly density: Density
  readonly machine: Machine
  readonly transferSyntax: TransferSyntax
  readonly findings: readonly PlacedFinding[]
  /** Random streams: of the breast's tissue (shared by its views) and of this image alone. */
  readonly tissueKey: number
  readonly imageKey: number
  readonly seed: number
  readonly patient: number
  readonly look: Look
}

export interface PatientPlan {
  readonly seed: number
  readonly patient: number
  readonly patientId: number
  readonly age: number
  readonly density: Density
  readonly implant: boolean
  readonly machine: Machine
  readonly cancerLaterality: Laterality | undefined
  readonly invasive: boolean
  readonly images: readonly ImagePlan[]
}

/** Most screen-detected cancers are masses; architectural distortion alone is the rarest sign. */
const cancerShare: Record<Look, Record<MalignantType, number>> = {
  plain: { 'spiculated-mass': 0.6, microcalcifications: 0.25, distortion: 0.15, 'irregular-mass': 0, asymmetry: 0 },
  lifelike: {
    'spiculated-mass': 0.28,
    'irregular-mass': 0.26,
    asymmetry: 0.13,
    distortion: 0.11,
    microcalcifications: 0.22,
  },
}

/** RSNA's patient numbers have at most five digits; 65521 is the largest prime below 2^16. */
export const MAX_PATIENTS = 65_521
const IMAGE_ID_PRIME = 2_147_483_647

export function planPatient(spec: PatientSpec): PatientPlan {
  const { seed, patient, look = 'plain' } = spec
  const random = createRandom(seed, 'patient', patient)
  const machine = pickMachine(random)
  const densities = [
    ['A', 0.1],
    ['B', 0.42],
    ['C', 0.39],
    ['D', 0.09],
  ] as const
  const drawnDensity = random.pick(densities, (entry) => entry[1])[0]
  const implant = spec.implant ?? random.chance(0.03)
  const invasive = random.chance(0.7)
  const drawnLaterality = random.chance(0.5) ? 'L' : 'R'
  const cancerLaterality = spec.cancerLaterality ?? drawnLaterality
  const drawnCancer = random.pick(malignantTypes[look], (type) => cancerShare[look][type])
  const age = Math.round(clamp(58 + 10 * random.normal() + (spec.cancer ? 5 : 0), 38, 89))
  const cancerType = spec.cancer === true ? drawnCancer : spec.cancer || undefined
  const shape = planShape(random)
  const density = spec.density ?? drawnDensity
  const common = { spec, look, machine, density, implant, shape }
  const images = (['L', 'R'] as const).flatMap((laterality) =>
    planBreast({ ...common, laterality, cancerType: laterality === cancerLaterality ? cancerType : undefined }),
  )
  return {
    seed,
    patient,
    patientId: permute(patient, createRandom(seed, 'patient ids'), MAX_PATIENTS) + 3,
    age,
    density,
    implant,
    machine,
    cancerLaterality: cancerType ? cancerLaterality : undefined,
    invasive: cancerType !== undefined && invasive,
    images,
  }
}

function planShape(random: Random): BreastShape {
  const size = clamp(1 + 0.16 * random.normal(), 0.7, 1.34)
  return {
    depthMm: clamp(108 * size * (1 + 0.1 * random.normal()), 52, 150),
    ccHalfHeightMm: clamp(92 * Math.sqrt(size) * (1 + 0.05 * random.normal()), 62, 125),
    mloHeightMm: clamp(212 * Math.sqrt(size) * (1 + 0.06 * random.normal()), 150, 262),
    nippleRadiusMm: random.uniform(4.5, 7),
  }
}

interface BreastContext {
  readonly spec: PatientSpec
  readonly look: Look
  readonly machine: Machine
  readonly density: Density
  readonly implant: boolean
  readonly shape: BreastShape
  readonly laterality: Laterality
  readonly cancerType: MalignantType | undefined
}

function planBreast(context: BreastContext): ImagePlan[] {
  const { spec, look, machine, laterality } = context
  const side = laterality === 'L' ? 0 : 1
  const random = createRandom(spec.seed, 'breast', spec.patient, laterality)
  const tissueKey = random.bits()
  const vary = (value: number): number => value * (1 + 0.03 * clamp(random.normal(), -2, 2))
  const shape: BreastShape = {
    depthMm: vary(context.shape.depthMm),
    ccHalfHeightMm: vary(context.shape.ccHalfHeightMm),
    mloHeightMm: vary(context.shape.mloHeightMm),
    nippleRadiusMm: context.shape.nippleRadiusMm,
  }
  const largest = Math.max(context.shape.mloHeightMm, 2 * context.shape.ccHalfHeightMm)
  const fitting = machine.fields.findLast(
    (candidate) => largest < 0.95 * candidate.heightMm && context.shape.depthMm < 0.82 * candidate.widthMm,
  )
  const field = fitting ?? machine.fields[0]
  const views: ViewGeometry[] = [
    planCc(shape, field, context.implant, random),
    planMlo(shape, field, context.implant, random),
  ]
  const plan = look === 'lifelike' ? planLifelikeFindings : planPlainFindings
  const findings = plan(context.cancerType, shape, views, random)
  const rows = Math.round((spec.height * field.heightMm) / LARGEST_FIELD_MM / machine.relativePitch)
  return views.map((geometry, viewIndex) => {
    const ordinal = 4 * spec.patient + 2 * side + viewIndex
    return {
      ...geometry,
      laterality,
      imageId: permute(ordinal, createRandom(spec.seed, 'image ids'), IMAGE_ID_PRIME) + 1,
      rows,
      columns: 2 * Math.round((rows * field.widthMm) / field.heightMm / 2),
      pixelSpacingMm: field.heightMm / rows,
      field,
      density: context.density,
      machine,
      transferSyntax: random.pick(machine.transferSyntaxes, (syntax) => syntax.share).name,
      findings: findings
        .filter(({ onlyView }) => onlyView === undefined || onlyView === geometry.view)
        .map((finding) => projectFinding(finding, geometry)),
      tissueKey,
      imageKey: createRandom(spec.seed, 'image', spec.patient, laterality, geometry.view).bits(),
      seed: spec.seed,
      patient: spec.patient,
      look,
    }
  })
}

function planPlainFindings(
  cancerType: MalignantType | undefined,
  shape: BreastShape,
  views: readonly ViewGeometry[],
  random: Random,
): Finding[] {
  if (cancerType) return [placeFinding(cancerType, shape, views, 'plain', random)]
  const findings: Finding[] = []
  if (random.chance(0.12)) findings.push(placeFinding('benign-mass', shape, views, 'plain', random))
  const calcifications = random.chance(0.16) ? 1 + random.below(2) : 0
  for (let i = 0; i < calcifications; i++)
    findings.push(placeFinding('benign-calcification', shape, views, 'plain', random))
  return findings
}

function planLifelikeFindings(
  cancerType: MalignantType | undefined,
  shape: BreastShape,
  views: readonly ViewGeometry[],
  random: Random,
): Finding[] {
  const findings: Finding[] = cancerType ? [placeFinding(cancerType, shape, views, 'lifelike', random)] : []
  // Cancers do not come alone: a breast has its benign findings whether or not it has one.
  const add = (type: FindingType, count: number): void => {
    for (let i = 0; i < count; i++) findings.push(placeFinding(type, shape, views, 'lifelike', random))
  }
  add('benign-mass', random.chance(0.2) ? 1 + random.below(3) : 0)
  add('benign-summation', random.chance(0.25) ? 1 + random.below(2) : 0)
  add('benign-calcification', random.chance(0.25) ? 1 + random.below(4) : 0)
  return findings
}

function planCc(shape: BreastShape, field: DetectorField, implant: boolean, random: Random): ViewGeometry {
  const outline = createCcOutline(shape, field.heightMm, random)
  const fill: Ellipse = {
    x: shape.depthMm * random.uniform(0.06, 0.14),
    y: outline.nipple.y + 4 * random.normal(),
    radiusX: shape.depthMm * random.uniform(0.5, 0.56),
    radiusY: shape.ccHalfHeightMm * random.uniform(0.62, 0.7),
  }
  return {
    view: 'CC',
    outline,
    pectoral: undefined,
    implant: implant ? fill : undefined,
    fieldHeightMm: field.heightMm,
  }
}

function planMlo(shape: BreastShape, field: DetectorField, implant: boolean, random: Random): ViewGeometry {
  const outline = createMloOutline(shape, random)
  const pectoral: Pectoral = {
    topMm: shape.depthMm * random.uniform(0.36, 0.46),
    lengthMm: shape.mloHeightMm * random.uniform(0.52, 0.72),
    bow: random.uniform(-0.12, 0.42),
  }
  const fill: Ellipse = {
    x: shape.depthMm * random.uniform(0.12, 0.2),
    y: outline.nipple.y - shape.mloHeightMm * random.uniform(0.04, 0.09),
    radiusX: shape.depthMm * random.uniform(0.46, 0.52),
    radiusY: shape.mloHeightMm * random.uniform(0.26, 0.3),
  }
  return { view: 'MLO', outline, pectoral, implant: implant ? fill : undefined, fieldHeightMm: field.heightMm }
}

/** A permutation of 0 .. prime-1, so that numbers look random and never repeat. */
function permute(index: number, random: Random, prime: number): number {
  const multiplier = random.integer(1, prime - 1)
  const offset = random.below(prime)
  return Number((BigInt(index) * BigInt(multiplier) + BigInt(offset)) % BigInt(prime))
}
