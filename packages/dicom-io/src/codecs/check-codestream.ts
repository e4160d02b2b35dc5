/** Compares what a codestream says about itself with the header, before a decoder allocates. */
import { DicomError } from '../dicom-error.ts'
import type { FrameShape } from './codec.ts'

interface CodestreamFacts {
  readonly width: number
  readonly height: number
  readonly components: number
  readonly precision: number
}

/** @throws {DicomError} `mismatch` where size, components or bits differ in a way that would give wrong pixels. */
export function checkCodestream({ width, height, components, precision }: CodestreamFacts, shape: FrameShape): void {
  if (width !== shape.columns || height !== shape.rows) {
    fail(`${shape.columns} x ${shape.rows} pixels`, `${width} x ${height}`)
  }
  if (components !== shape.samplesPerPixel) fail(`${shape.samplesPerPixel} samples a pixel`, `${components}`)
  if (precision > shape.bitsAllocated) fail(`at most ${shape.bitsAllocated} bits a sample`, `${precision}`)
}

function fail(expected: string, received: string): never {
  throw new DicomError(
    'mismatch',
    `Expected ${expected}, as in the header, but received ${received} in the compressed frame. The header and the frame belong to different images.`,
  )
}
