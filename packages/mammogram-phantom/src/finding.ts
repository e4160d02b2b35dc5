/** Lesions: their types and positions in the breast. */

import type { Random } from '@mammokit/seeded-random'
import { type BreastShape, type Outline, skinDistance } from './breast-outline.ts'
import type { Look } from './phantom-look.ts'
import { clamp, cos, exp, sin } from './portable-math.ts'

/** Kinds of findings that are a cancer. */
export type MalignantType = 'spiculated-mass' | 'irregular-mass' | 'asymmetry' | 'distortion' | 'microcalcifications'
/** Kinds of findings that are no cancer; a summation is tissue that overlaps in one view only. */
export type BenignType = 'benign-mass' | 'benign-calcification' | 'benign-summation'
/** Kinds of findings. */
export type FindingType = MalignantType | BenignType

/** A lesion in the breast; offsets are from the nipple. */
export interface Finding {
  readonly type: FindingType
  readonly diameterMm: number
  /** Contrast relative to the usual finding of its type: how hard it is to see; 1 in the plain look. */
  readonly contrast: number
  /** The only view that shows it; undefined: both. */
  readonly onlyView: 'CC' | 'MLO' | undefined
  /** Toward the chest wall. */
  readonly depthMm: number
  /** Toward the arm. */
  readonly lateralMm: number
  /** Toward the head. */
  readonly superiorMm: number
  /** Stream of the lesion's own details, the same in both views. */
  readonly key: number
}

/** The kinds of cancer of each look. */
export const malignantTypes: Record<Look, readonly MalignantType[]> = {
  plain: ['spiculated-mass', 'microcalcifications', 'distortion'],
  lifelike: ['spiculated-mass', 'irregular-mass', 'asymmetry', 'distortion', 'microcalcifications'],
}

/** A lesion on one image, in mm of the canonical frame. */
export interface PlacedFinding {
  readonly finding: Finding
  readonly x: number
  readonly y: number
  readonly radiusMm: number
}

/** The geometry of one view that has to contain the lesion. */
export interface ViewGeometry {
  readonly view: 'CC' | 'MLO'
  readonly outline: Outline
  readonly pectoral: Pectoral | undefined
  readonly implant: Ellipse | undefined
  readonly fieldHeightMm: number
}

/** The pectoral muscle's border: x = topMm * (1 - t) * (1 + bow * t) with t = y / lengthMm. */
export interface Pectoral {
  readonly topMm: number
  readonly lengthMm: number
  readonly bow: number
}

export interface Ellipse {
  readonly x: number
  readonly y: number
  readonly radiusX: number
  readonly radiusY: number
}

/** Obliquity of the MLO view: the slope of the pectoral muscle's border. */
const MLO_TILT = 0.33

function plainDiameter(type: FindingType, random: Random): number {
  switch (type) {
    case 'spiculated-mass':
      return random.uniform(12, 25)
    case 'distortion':
      return random.uniform(24, 40)
    case 'microcalcifications':
      return random.uniform(12, 24)
    case 'benign-mass':
      return random.uniform(5, 12)
    default:
      return random.uniform(0.9, 2.4)
  }
}

/** Median and extremes in mm; diameters are lognormal, as those of screen-detected cancers are. */
const diameters: Record<FindingType, readonly [median: number, spread: number, smallest: number, largest: number]> = {
  'spiculated-mass': [14, 0.42, 5, 36],
  'irregular-mass': [15, 0.45, 5, 40],
  asymmetry: [24, 0.3, 12, 42],
  distortion: [28, 0.25, 16, 44],
  microcalcifications: [16, 0.35, 6, 40],
  'benign-mass': [10, 0.5, 3, 32],
  'benign-calcification': [2.2, 0.55, 0.8, 10],
  'benign-summation': [18, 0.35, 8, 36],
}

function drawDiameter(type: FindingType, random: Random): number {
  const [median, spread, smallest, largest] = diameters[type]
  return clamp(median * exp(spread * random.normal()), smallest, largest)
}

/** A few cancers are all but invisible, most are subtle, some are plain; many benign calcifications are plainer than any cancer. */
function drawContrast(type: FindingType, random: Random): number {
  const contrast = random.chance(0.06) ? 0.08 : clamp(exp(0.45 * random.normal()), 0.3, 2.4)
  return type === 'benign-calcification' ? contrast * exp(random.uniform(0, 1.6)) : contrast
}

/** Samples a position well inside the breast in every given view. */
export function placeFinding(
  type: FindingType,
  shape: BreastShape,
  views: readonly ViewGeometry[],
  look: Look,
  random: Random,
): Finding {
  const lifelike = look === 'lifelike'
  const diameterMm = lifelike ? drawDiameter(type, random) : plainDiameter(type, random)
  const contrast = lifelike ? drawContrast(type, random) : 1
  const onlyView = type === 'benign-summation' ? random.pick(['CC', 'MLO'] as const, () => 1) : undefined
  const key = random.bits()
  let candidate: Finding = {
    type,
    diameterMm,
    contrast,
    onlyView,
    key,
    depthMm: 0.4 * shape.depthMm,
    lateralMm: 0,
    superiorMm: 0,
  }
  for (let attempt = 0; attempt < 80; attempt++) {
    // Half of all cancers arise in the upper outer quadrant.
    const finding: Finding = {
      ...candidate,
      depthMm: shape.depthMm * random.uniform(0.2, 0.8),
      lateralMm: shape.ccHalfHeightMm * (0.12 + 0.3 * random.normal()),
      superiorMm: 0.4 * shape.mloHeightMm * (0.12 + 0.3 * random.normal()),
    }
    if (views.every((geometry) => fits(projectFinding(finding, geometry), geometry))) {
      candidate = finding
      break
    }
  }
  return candidate
}

/** The lesion's position in a view: depth behind the nipple is shared by all views, height depends on the view. */
export function projectFinding(finding: Finding, geometry: ViewGeometry): PlacedFinding {
  const { nipple } = geometry.outline
  const radiusMm = finding.diameterMm / 2
  if (geometry.view === 'CC') {
    return { finding, radiusMm, x: nipple.x - finding.depthMm, y: nipple.y - finding.lateralMm }
  }
  const up = 0.85 * finding.superiorMm + 0.35 * finding.lateralMm
  const x = nipple.x - finding.depthMm * cos(MLO_TILT) + up * sin(MLO_TILT)
  const y = nipple.y - finding.depthMm * sin(MLO_TILT) - up * cos(MLO_TILT)
  return { finding, radiusMm, x, y }
}

function fits(place: PlacedFinding, geometry: ViewGeometry): boolean {
  const { x, y, radiusMm } = place
  if (x < radiusMm + 4 || y < radiusMm + 6 || y > geometry.fieldHeightMm - radiusMm - 4) return false
  if (geometry.pectoral && pectoralDistance(geometry.pectoral, x, y) > -radiusMm - 1) return false
  if (geometry.implant && ellipseLevel(geometry.implant, x, y, radiusMm) < 1) return false
  return skinDistance(geometry.outline, x, y) > radiusMm + 9
}

/** Distance in mm to the muscle's border, positive inside the muscle. */
export function pectoralDistance(pectoral: Pectoral, x: number, y: number): number {
  const t = y / pectoral.lengthMm
  const edge = pectoral.topMm * (1 - t) * (1 + pectoral.bow * t)
  const slope = pectoral.topMm / pectoral.lengthMm
  return (edge - x) / Math.sqrt(1 + slope * slope)
}

/** Below 1 inside the ellipse widened by `margin`, above 1 outside. */
export function ellipseLevel(ellipse: Ellipse, x: number, y: number, margin = 0): number {
  const dx = (x - ellipse.x) / (ellipse.radiusX + margin)
  const dy = (y - ellipse.y) / (ellipse.radiusY + margin)
  return Math.sqrt(dx * dx + dy * dy)
}
