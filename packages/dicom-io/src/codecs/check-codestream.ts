/** Compares what a codestream says about itself with the header, before a decoder allocates. */
import { DicomError } from '../dicom-error.ts'
import type { DicomHeader } from '../header/dicom-header.ts'

interface CodestreamFacts {
  readonly width: number
  readonly height: number
  readonly components: number
  readonly precision: number
}

/** @throws {DicomError} `mismatch` where size, components or bits differ in a way that would give wrong pixels. */
export function checkCodestream({ width, height, components, precision }: CodestreamFacts, header: DicomHeader): void {
  if (width !== header.columns || height !== header.rows) {
    fail(`${header.columns} x ${header.rows} pixels`, `${width} x ${height}`)
  }
  if (components !== header.samplesPerPixel) fail(`${header.samplesPerPixel} samples a pixel`, `${components}`)
  if (precision > header.bitsAllocated) fail(`at most ${header.bitsAllocated} bits a sample`, `${precision}`)
}

function fail(expected: string, received: string): never {
  throw new DicomError(
    'mismatch',
    `Expected ${expected}, as the header says, but the compressed frame has ${received}. The file was put together wrongly.`,
  )
}
