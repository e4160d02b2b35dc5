/** The one row type of all data sets: an image as it was published, and what is odd about it or its set. */
import type { Rendering } from './rendering.ts'

/** Format of an image file. */
export type ImageFormat = 'dicom' | 'png' | 'jpeg' | 'tiff' | 'pgm'

/** A finding as a box, in pixels of the published image. */
export interface Lesion {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** What the set calls it, such as `mass`. */
  readonly label?: string
}

/** One image of a data set as it was published; ids are those of the set, whatever is in them. */
export interface DataSetImage {
  /** Path relative to the folder of the set, with `/` on every system; absolute where the file lies elsewhere. */
  readonly image: string
  /** By the name of the file; null where that does not say. */
  readonly format: ImageFormat | null
  readonly patientId: string
  readonly imageId: string
  readonly studyId: string | null
  readonly laterality: 'L' | 'R' | null
  readonly view: string | null
  /** Years. */
  readonly age: number | null
  /** null: unknown. */
  readonly cancer: 0 | 1 | null
  /** What `cancer` was derived from: `pathology`, `BI-RADS >= 4`, ...; empty where it is unknown. */
  readonly cancerSource: string
  /** ACR density. */
  readonly density: 'A' | 'B' | 'C' | 'D' | null
  /** 0 to 6; 4a, 4b and 4c are 4. */
  readonly birads: number | null
  readonly machineId: string | null
  readonly implant: boolean | null
  readonly lesions: readonly Lesion[]
  /** The subset in which the set was published. */
  readonly subset: 'train' | 'val' | 'test' | null
  /** Name of the adapter. */
  readonly set: string
  /** The set's own columns by name, verbatim. */
  readonly columns: Readonly<Record<string, string>>
  /** What is odd about it, such as `view:unknown`; for the manifest. */
  readonly warnings: readonly string[]
  /** How its file was rendered from a mammogram, where a table says so. */
  readonly rendering?: Rendering
  /** Why no picture can be made of it, where that is known before its file is read. */
  readonly fault?: string
  /** Why it is not to be used, as exclusions.csv says. */
  readonly excluded?: string
  /** Whether its file is not there. */
  readonly isMissing?: true
  /** The table that lists it, relative to the folder of the set, and the line there; empty and null where there is no table. */
  readonly table: string
  readonly line: number | null
}

/** What can be wrong with an image or row of a published data set. */
export type DataSetProblemCode =
  /** A row whose image is not there. */
  | 'image-missing'
  /** An image that no row speaks of. */
  | 'row-missing'
  /** Two rows about one breast that disagree. */
  | 'contradictory-label'
  /** A value that the set does not define. */
  | 'unknown-value'
  /** Two images or rows under one id. */
  | 'duplicate-image'
  /** What is no mammogram, such as a subtracted image. */
  | 'not-a-mammogram'
  /** A header that is needed and cannot be read. */
  | 'unreadable-file'
  /** A lesion whose box cannot be told: its mask is not there, cannot be read, is empty, or is not as large as its image. */
  | 'lesion-unknown'
  /** A row of a table that cannot be read. */
  | 'bad-row'

/** Something of a data set that was left out or is odd; never a reason to stop. */
export interface DataSetProblem {
  readonly code: DataSetProblemCode
  readonly message: string
  /** Table or image, relative to the folder of the set. */
  readonly path: string
  /** Line of the table, or row of the sheet, from 1. */
  readonly line: number | null
}

/** A data set as an adapter read it. */
export interface DataSet {
  /** Name of the adapter. */
  readonly set: string
  /** The folder that the paths of `images` are relative to. */
  readonly root: string
  /** In the order of the tables. */
  readonly images: readonly DataSetImage[]
  readonly problems: readonly DataSetProblem[]
}

type GivenImage = Pick<DataSetImage, 'image' | 'patientId' | 'imageId' | 'set'> & Partial<DataSetImage>

/**
 * An image with null, nothing or none for what is not given; the format is that of the file's name.
 *
 * @example
 * dataSetImage({ image: 'a/1.dcm', patientId: 'P1', imageId: '1', set: 'folder' }).format // 'dicom'
 */
export function dataSetImage(given: GivenImage): DataSetImage {
  return {
    format: formatOfName(given.image),
    studyId: null,
    laterality: null,
    view: null,
    age: null,
    cancer: null,
    cancerSource: '',
    density: null,
    birads: null,
    machineId: null,
    implant: null,
    lesions: [],
    subset: null,
    columns: {},
    warnings: [],
    table: '',
    line: null,
    ...given,
  }
}

const formats: ReadonlyMap<string, ImageFormat> = new Map([
  ['dcm', 'dicom'],
  ['dicom', 'dicom'],
  ['png', 'png'],
  ['jpg', 'jpeg'],
  ['jpeg', 'jpeg'],
  ['tif', 'tiff'],
  ['tiff', 'tiff'],
  ['pgm', 'pgm'],
])

function formatOfName(path: string): ImageFormat | null {
  const dot = path.lastIndexOf('.')
  if (dot < 0) return null
  const ending = path.slice(dot + 1)
  return formats.get(ending) ?? formats.get(ending.toLowerCase()) ?? null
}
