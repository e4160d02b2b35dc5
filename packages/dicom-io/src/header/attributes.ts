/** The attributes that a {@link DicomHeader} names: keyword, tag and value representation (PS3.6 chapter 6). */

/** How the values of an attribute are given: one or all, text or numbers. */
export type AttributeShape = 'text' | 'texts' | 'number' | 'numbers'

export interface Attribute {
  readonly tag: string
  /** `xs` is US or SS, as Pixel Representation says. */
  readonly vr: 'AS' | 'CS' | 'DA' | 'DS' | 'IS' | 'LO' | 'SH' | 'UI' | 'US' | 'SS' | 'xs'
  readonly shape: AttributeShape
}

export const attributes = {
  specificCharacterSet: attribute('00080005', 'CS', 'texts'),
  imageType: attribute('00080008', 'CS', 'texts'),
  sopClassUid: attribute('00080016', 'UI', 'text'),
  sopInstanceUid: attribute('00080018', 'UI', 'text'),
  studyDate: attribute('00080020', 'DA', 'text'),
  modality: attribute('00080060', 'CS', 'text'),
  presentationIntentType: attribute('00080068', 'CS', 'text'),
  manufacturer: attribute('00080070', 'LO', 'text'),
  seriesDescription: attribute('0008103E', 'LO', 'text'),
  manufacturerModelName: attribute('00081090', 'LO', 'text'),
  patientId: attribute('00100020', 'LO', 'text'),
  patientSex: attribute('00100040', 'CS', 'text'),
  patientAge: attribute('00101010', 'AS', 'text'),
  bodyPartExamined: attribute('00180015', 'CS', 'text'),
  estimatedRadiographicMagnificationFactor: attribute('00181114', 'DS', 'number'),
  imagerPixelSpacing: attribute('00181164', 'DS', 'numbers'),
  bodyPartThickness: attribute('001811A0', 'DS', 'number'),
  viewPosition: attribute('00185101', 'CS', 'text'),
  studyInstanceUid: attribute('0020000D', 'UI', 'text'),
  seriesInstanceUid: attribute('0020000E', 'UI', 'text'),
  instanceNumber: attribute('00200013', 'IS', 'number'),
  patientOrientation: attribute('00200020', 'CS', 'texts'),
  laterality: attribute('00200060', 'CS', 'text'),
  imageLaterality: attribute('00200062', 'CS', 'text'),
  samplesPerPixel: attribute('00280002', 'US', 'number'),
  photometricInterpretation: attribute('00280004', 'CS', 'text'),
  planarConfiguration: attribute('00280006', 'US', 'number'),
  numberOfFrames: attribute('00280008', 'IS', 'number'),
  rows: attribute('00280010', 'US', 'number'),
  columns: attribute('00280011', 'US', 'number'),
  pixelSpacing: attribute('00280030', 'DS', 'numbers'),
  bitsAllocated: attribute('00280100', 'US', 'number'),
  bitsStored: attribute('00280101', 'US', 'number'),
  highBit: attribute('00280102', 'US', 'number'),
  pixelRepresentation: attribute('00280103', 'US', 'number'),
  smallestImagePixelValue: attribute('00280106', 'xs', 'number'),
  largestImagePixelValue: attribute('00280107', 'xs', 'number'),
  pixelPaddingValue: attribute('00280120', 'xs', 'number'),
  pixelPaddingRangeLimit: attribute('00280121', 'xs', 'number'),
  burnedInAnnotation: attribute('00280301', 'CS', 'text'),
  pixelIntensityRelationship: attribute('00281040', 'CS', 'text'),
  pixelIntensityRelationshipSign: attribute('00281041', 'SS', 'number'),
  windowCenter: attribute('00281050', 'DS', 'numbers'),
  windowWidth: attribute('00281051', 'DS', 'numbers'),
  rescaleIntercept: attribute('00281052', 'DS', 'number'),
  rescaleSlope: attribute('00281053', 'DS', 'number'),
  rescaleType: attribute('00281054', 'LO', 'text'),
  windowCenterWidthExplanation: attribute('00281055', 'LO', 'texts'),
  voiLutFunction: attribute('00281056', 'CS', 'text'),
  breastImplantPresent: attribute('00281300', 'CS', 'text'),
  lossyImageCompression: attribute('00282110', 'CS', 'text'),
  presentationLutShape: attribute('20500020', 'CS', 'text'),
} as const

export type AttributeName = keyof typeof attributes

function attribute<const S extends AttributeShape>(tag: string, vr: Attribute['vr'], shape: S) {
  return { tag, vr, shape }
}
