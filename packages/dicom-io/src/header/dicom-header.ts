/** The attributes of an image that mammography and presentation need, by their DICOM keywords. */
import type { DicomElements } from './elements.ts'
import type { LookupTable } from './lookup-table.ts'

/**
 * Header of an image. Plain data but for `elements`: all other properties survive `structuredClone` and `postMessage`.
 * An attribute that is absent or empty is undefined; sizes and bits have their defaults from the standard.
 */
export interface DicomHeader {
  readonly transferSyntaxUid: string
  readonly sopClassUid?: string
  readonly sopInstanceUid?: string
  readonly studyInstanceUid?: string
  readonly seriesInstanceUid?: string
  readonly specificCharacterSet?: readonly string[]
  readonly imageType?: readonly string[]
  readonly studyDate?: string
  readonly modality?: string
  /** `FOR PRESENTATION` or `FOR PROCESSING`. */
  readonly presentationIntentType?: string
  readonly manufacturer?: string
  readonly manufacturerModelName?: string
  readonly seriesDescription?: string
  readonly instanceNumber?: number

  readonly patientId?: string
  readonly patientSex?: string
  /** As written: `045Y`. */
  readonly patientAge?: string
  /** Laterality (0020,0060), of the series. */
  readonly laterality?: string
  /** Image Laterality (0020,0062). */
  readonly imageLaterality?: string
  /** `CC`, `MLO` ...: View Position, or the abbreviation of the View Code Sequence. */
  readonly viewPosition?: string
  readonly patientOrientation?: readonly string[]
  readonly bodyPartExamined?: string
  /** Thickness of the compressed breast, mm. */
  readonly bodyPartThickness?: number
  readonly breastImplantPresent?: string
  readonly burnedInAnnotation?: string

  readonly rows: number
  readonly columns: number
  readonly numberOfFrames: number
  readonly samplesPerPixel: number
  readonly photometricInterpretation: string
  /** 0: colors pixel by pixel, 1: plane by plane. */
  readonly planarConfiguration: number
  readonly bitsAllocated: number
  readonly bitsStored: number
  readonly highBit: number
  /** 0 unsigned, 1 two's complement. */
  readonly pixelRepresentation: number
  readonly lossyImageCompression?: string
  readonly smallestImagePixelValue?: number
  readonly largestImagePixelValue?: number
  /** Stored value of pixels outside of the image. */
  readonly pixelPaddingValue?: number
  readonly pixelPaddingRangeLimit?: number
  /** mm between the centers of rows, then of columns, at the detector. */
  readonly imagerPixelSpacing?: readonly number[]
  readonly pixelSpacing?: readonly number[]
  readonly estimatedRadiographicMagnificationFactor?: number
  readonly pixelIntensityRelationship?: string
  readonly pixelIntensityRelationshipSign?: number

  readonly rescaleSlope?: number
  readonly rescaleIntercept?: number
  readonly rescaleType?: string
  readonly modalityLut?: LookupTable
  readonly windowCenter?: readonly number[]
  readonly windowWidth?: readonly number[]
  readonly windowCenterWidthExplanation?: readonly string[]
  /** `LINEAR`, `LINEAR_EXACT` or `SIGMOID`. */
  readonly voiLutFunction?: string
  readonly voiLuts?: readonly LookupTable[]
  /** `IDENTITY` or `INVERSE`. */
  readonly presentationLutShape?: string
  /** Red, green and blue, where Photometric Interpretation is PALETTE COLOR. */
  readonly palette?: readonly [LookupTable, LookupTable, LookupTable]

  /** Every element of the data set by its tag, sequences included. */
  readonly elements: DicomElements
}
