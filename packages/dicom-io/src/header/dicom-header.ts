/** The attributes of an image that mammography and presentation need, by their DICOM keywords. */
import type { DicomElements } from './elements.ts'
import type { HeaderWarning } from './header-warning.ts'
import type { LookupTable } from './lookup-table.ts'

/**
 * Header of an image. Plain data but for `elements`: all other properties survive `structuredClone` and `postMessage`.
 *
 * An attribute that is absent or empty is undefined, and so is one whose value cannot be read, which `warnings` tells; sizes and bits
 * have their defaults from the standard. Of a multi-frame image the header holds what the functional groups say of the first frame.
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
  /** Image Laterality (0020,0062), or Frame Laterality (0020,9072). */
  readonly imageLaterality?: string
  /**
   * `CC`, `MLO` ...: View Position, the abbreviation of the View Code Sequence, or, with a warning, a view that another attribute
   * names; without any of these View Position as it is written.
   */
  readonly viewPosition?: string
  /**
   * `magnification`, `spot-compression`, `implant-displaced`, `specimen`, `cleavage`, `axillary-tail`, `axillary-tissue`, `tangential`,
   * `rolled-lateral`, `rolled-medial`, `rolled-superior`, `rolled-inferior`, `nipple-in-profile`, `anterior-compression` or
   * `infra-mammary-fold`, as the View Code Sequence and the View Modifier Code Sequence say.
   */
  readonly viewModifiers?: readonly string[]
  readonly patientOrientation?: readonly string[]
  readonly bodyPartExamined?: string
  /** Thickness of the compressed breast, mm. */
  readonly bodyPartThickness?: number
  /** `YES` or `NO`. */
  readonly breastImplantPresent?: string
  /** `YES` or `NO`: whether only a part of the breast is in the image (0028,1350). */
  readonly partialView?: string
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

  /** NaN where it, or the Modality LUT, cannot be read: `toPresentation` refuses the image then. */
  readonly rescaleSlope?: number
  /** NaN where it cannot be read. */
  readonly rescaleIntercept?: number
  readonly rescaleType?: string
  readonly modalityLut?: LookupTable
  /** Of the windows that can be applied: as many centers as widths. */
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

  /** What could not be taken as it is written; empty for a sound header. */
  readonly warnings: readonly HeaderWarning[]
  /** Every element of the data set by its tag, sequences included. */
  readonly elements: DicomElements
}
