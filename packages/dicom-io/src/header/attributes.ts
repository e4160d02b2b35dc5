/** The attributes that a {@link DicomHeader} names: keyword, tag and value representation (PS3.6 chapter 6). */

import { characterSets } from './character-sets.ts'

/** How the values of an attribute are given: one or all, text or numbers. */
export type AttributeShape = 'text' | 'texts' | 'number' | 'numbers'

export interface Attribute {
  readonly tag: string
  /** `xs` is US or SS, as Pixel Representation says. */
  readonly vr: 'AS' | 'CS' | 'DA' | 'DS' | 'IS' | 'LO' | 'SH' | 'UI' | 'US' | 'SS' | 'xs'
  readonly shape: AttributeShape
  readonly rule?: AttributeRule
  /** Where an item of the functional groups has it (PS3.3 C.7.6.16.2). */
  readonly group?: { readonly sequence: string; readonly tag: string }
}

/** What a value must be besides being readable. */
export interface AttributeRule {
  /** Numbers above 0. */
  readonly positive?: boolean
  /** How many values there must be. */
  readonly count?: number
  /** Terms that the standard defines. */
  readonly terms?: readonly string[]
  /** Whether another term is not kept: one that would change gray levels. */
  readonly termsOnly?: boolean
  /** The header has NaN where the value cannot be read: without the value the image is another one. */
  readonly decidesPixels?: boolean
}

const yesOrNo = { terms: ['YES', 'NO'] }
/** PS3.3 C.7.6.3.1.2, retired ones included. */
const colors = [
  'MONOCHROME1',
  'MONOCHROME2',
  'PALETTE COLOR',
  'RGB',
  'HSV',
  'ARGB',
  'CMYK',
  'XYB',
  'YBR_FULL',
  'YBR_FULL_422',
  'YBR_PARTIAL_422',
  'YBR_PARTIAL_420',
  'YBR_ICT',
  'YBR_RCT',
]
const sides = { terms: ['L', 'R', 'B', 'U'] }
const spacing = { positive: true, count: 2 }
const pixelValues = '00289145'
const framePixels = '00289443'
const window = '00289132'

export const attributes = {
  specificCharacterSet: attribute('00080005', 'CS', 'texts', { terms: [...characterSets.keys()] }),
  imageType: attribute('00080008', 'CS', 'texts'),
  sopClassUid: attribute('00080016', 'UI', 'text'),
  sopInstanceUid: attribute('00080018', 'UI', 'text'),
  studyDate: attribute('00080020', 'DA', 'text'),
  modality: attribute('00080060', 'CS', 'text'),
  presentationIntentType: attribute('00080068', 'CS', 'text', { terms: ['FOR PRESENTATION', 'FOR PROCESSING'] }),
  manufacturer: attribute('00080070', 'LO', 'text'),
  seriesDescription: attribute('0008103E', 'LO', 'text'),
  manufacturerModelName: attribute('00081090', 'LO', 'text'),
  patientId: attribute('00100020', 'LO', 'text'),
  patientSex: attribute('00100040', 'CS', 'text', { terms: ['F', 'M', 'O'] }),
  patientAge: attribute('00101010', 'AS', 'text'),
  bodyPartExamined: attribute('00180015', 'CS', 'text'),
  estimatedRadiographicMagnificationFactor: attribute('00181114', 'DS', 'number', { positive: true }),
  imagerPixelSpacing: attribute('00181164', 'DS', 'numbers', spacing, framePixels),
  bodyPartThickness: attribute('001811A0', 'DS', 'number', { positive: true }),
  viewPosition: attribute('00185101', 'CS', 'text'),
  studyInstanceUid: attribute('0020000D', 'UI', 'text'),
  seriesInstanceUid: attribute('0020000E', 'UI', 'text'),
  instanceNumber: attribute('00200013', 'IS', 'number'),
  patientOrientation: attribute('00200020', 'CS', 'texts', undefined, '00209450'),
  laterality: attribute('00200060', 'CS', 'text', sides),
  imageLaterality: attribute('00200062', 'CS', 'text', sides, '00209071', '00209072'),
  samplesPerPixel: attribute('00280002', 'US', 'number'),
  photometricInterpretation: attribute('00280004', 'CS', 'text', { terms: colors }),
  planarConfiguration: attribute('00280006', 'US', 'number'),
  numberOfFrames: attribute('00280008', 'IS', 'number'),
  rows: attribute('00280010', 'US', 'number'),
  columns: attribute('00280011', 'US', 'number'),
  pixelSpacing: attribute('00280030', 'DS', 'numbers', spacing, '00289110'),
  bitsAllocated: attribute('00280100', 'US', 'number'),
  bitsStored: attribute('00280101', 'US', 'number'),
  highBit: attribute('00280102', 'US', 'number'),
  pixelRepresentation: attribute('00280103', 'US', 'number'),
  smallestImagePixelValue: attribute('00280106', 'xs', 'number'),
  largestImagePixelValue: attribute('00280107', 'xs', 'number'),
  pixelPaddingValue: attribute('00280120', 'xs', 'number'),
  pixelPaddingRangeLimit: attribute('00280121', 'xs', 'number'),
  burnedInAnnotation: attribute('00280301', 'CS', 'text', yesOrNo),
  pixelIntensityRelationship: attribute('00281040', 'CS', 'text', undefined, framePixels),
  pixelIntensityRelationshipSign: attribute('00281041', 'SS', 'number', undefined, framePixels),
  windowCenter: attribute('00281050', 'DS', 'numbers', undefined, window),
  windowWidth: attribute('00281051', 'DS', 'numbers', undefined, window),
  rescaleIntercept: attribute('00281052', 'DS', 'number', { decidesPixels: true }, pixelValues),
  rescaleSlope: attribute('00281053', 'DS', 'number', { decidesPixels: true }, pixelValues),
  rescaleType: attribute('00281054', 'LO', 'text', undefined, pixelValues),
  windowCenterWidthExplanation: attribute('00281055', 'LO', 'texts', undefined, window),
  voiLutFunction: attribute(
    '00281056',
    'CS',
    'text',
    { terms: ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'], termsOnly: true },
    window,
  ),
  breastImplantPresent: attribute('00281300', 'CS', 'text', yesOrNo),
  partialView: attribute('00281350', 'CS', 'text', yesOrNo),
  lossyImageCompression: attribute('00282110', 'CS', 'text', { terms: ['00', '01'] }),
  presentationLutShape: attribute('20500020', 'CS', 'text', { terms: ['IDENTITY', 'INVERSE'], termsOnly: true }),
} as const satisfies Readonly<Record<string, Attribute>>

export type AttributeName = keyof typeof attributes

function attribute<const S extends AttributeShape>(
  tag: string,
  vr: Attribute['vr'],
  shape: S,
  rule?: AttributeRule,
  sequence?: string,
  tagInGroup = tag,
): Attribute & { readonly shape: S } {
  return {
    tag,
    vr,
    shape,
    ...(rule === undefined ? {} : { rule }),
    ...(sequence === undefined ? {} : { group: { sequence, tag: tagInGroup } }),
  }
}
