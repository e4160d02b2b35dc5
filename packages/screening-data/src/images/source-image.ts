import type { Rendering } from '../data-set/rendering.ts'

/** One file and the ids under which its image is kept. */
export interface SourceImage {
  readonly imageId: string
  readonly patientId: string
  /** Absolute path, and the path relative to the input folder that goes into the manifest. */
  readonly path: string
  readonly source: string
  readonly laterality: string
  readonly view: string
  /** What is odd about it, such as `view:unknown` or `patient:from-study`; for the manifest. */
  readonly warnings?: readonly string[]
  /** How its file was rendered from a mammogram, where a table says so. */
  readonly rendering?: Rendering
  /** Why this image cannot be made, where that is known before its file is read. */
  readonly fault?: string
}
