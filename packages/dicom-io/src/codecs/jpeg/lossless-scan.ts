/** Entropy decoding and prediction of one lossless JPEG scan (ITU-T T.81 H.1.2 and H.2). */
import { DifferenceReader } from './difference-reader.ts'
import { type DifferenceTable, lookupBits, lookupMask } from './difference-table.ts'
import type { JpegScan } from './scans.ts'

/** One scan: which components it holds, and how they were predicted. */
export interface LosslessScan extends Pick<JpegScan, 'header' | 'data'> {
  readonly components: readonly { readonly index: number; readonly table: DifferenceTable }[]
  readonly predictor: number
  readonly pointTransform: number
  /** Rows in a restart interval, 0 where the scan is one. */
  readonly rowsPerInterval: number
}

/** Decodes a scan into `samples` (components interleaved), row by row. */
export function decodeLosslessScan(scan: LosslessScan, samples: Uint16Array): void {
  const { header, rowsPerInterval, pointTransform } = scan
  const { width, height, precision } = header
  const reader = new DifferenceReader(scan.data)
  const initial = 2 ** (precision - pointTransform - 1)
  const step = header.components.length
  const [only] = scan.components
  for (let row = 0; row < height; row++) {
    const restarts = rowsPerInterval > 0 && row > 0 && row % rowsPerInterval === 0
    if (restarts) reader.restart()
    const first = row === 0 || restarts
    if (step === 1) {
      decodeRow(reader, only!.table, samples, row * width, width, scan.predictor, first ? initial : undefined)
    } else {
      decodeInterleavedRow(reader, scan, samples, row * width * step, width, step, first ? initial : undefined)
    }
  }
  reader.finish()
  if (reader.seen >= 2 ** (precision - pointTransform)) throw reader.invalid(`samples of ${precision} bits`)
  if (pointTransform > 0) undoPointTransform(samples, scan, step)
}

/** One row of a single component. `initial` is the prediction of its first sample where nothing lies above it. */
function decodeRow(
  reader: DifferenceReader,
  table: DifferenceTable,
  samples: Uint16Array,
  start: number,
  width: number,
  predictor: number,
  initial: number | undefined,
): void {
  if (reader.position > reader.bytes.length) throw reader.invalid('more entropy-coded data')
  const end = start + width
  let left = initial ?? samples[start - width]!
  let at = start
  if (predictor === 1 || initial !== undefined) {
    at = decodeRuns(reader, table, samples, start, end - lookupBits, left)
    if (at > start) left = samples[at - 1]!
    for (; at < end; at++) {
      left = (left + reader.next(table)) & 0xffff
      samples[at] = left
      reader.seen |= left
    }
    return
  }
  left = (left + reader.next(table)) & 0xffff
  samples[at++] = left
  const { lookup } = table
  const { bytes } = reader
  let { position, bits, count } = reader
  let seen = reader.seen | left
  for (; at < end; at++) {
    if (count < 16) {
      bits = (bits << 16) | (bytes[position]! << 8) | bytes[position + 1]!
      position += 2
      count += 16
    }
    const entry = lookup[(bits >>> (count - lookupBits)) & lookupMask]!
    let difference = entry >> 6
    if (entry !== 0 && (entry & 32) === 0) {
      count -= entry & 31
    } else {
      reader.position = position
      reader.bits = bits
      reader.count = count
      difference = reader.difference(table, entry)
      position = reader.position
      bits = reader.bits
      count = reader.count
    }
    left = (predict(predictor, left, samples[at - width]!, samples[at - width - 1]!) + difference) & 0xffff
    samples[at] = left
    seen |= left
  }
  reader.seen = seen
  reader.position = position
  reader.bits = bits
  reader.count = count
}

/** Samples predicted from their left, up to about `end`: a run may go on to `end + lookupBits - 1`. Returns where it stopped. */
function decodeRuns(
  reader: DifferenceReader,
  table: DifferenceTable,
  samples: Uint16Array,
  start: number,
  end: number,
  first: number,
): number {
  const { lookup, runs } = table
  const { bytes } = reader
  let { position, bits, count } = reader
  let { seen } = reader
  let left = first
  let at = start
  while (at < end) {
    if (count < 16) {
      bits = (bits << 16) | (bytes[position]! << 8) | bytes[position + 1]!
      position += 2
      count += 16
    }
    const window = (bits >>> (count - lookupBits)) & lookupMask
    const entry = runs[window]!
    if (entry !== 0) {
      count -= entry & 31
      left = (left + (entry >> 10)) & 0xffff
      seen |= left
      samples[at++] = left
      for (let zeros = (entry >> 5) & 31; zeros > 0; zeros--) samples[at++] = left
    } else {
      reader.position = position
      reader.bits = bits
      reader.count = count
      left = (left + reader.difference(table, lookup[window]!)) & 0xffff
      seen |= left
      samples[at++] = left
      position = reader.position
      bits = reader.bits
      count = reader.count
    }
  }
  reader.position = position
  reader.bits = bits
  reader.count = count
  reader.seen = seen
  return at
}

/** Table H.1: Ra to the left, Rb above, Rc above and to the left. */
function predict(predictor: number, ra: number, rb: number, rc: number): number {
  switch (predictor) {
    case 1:
      return ra
    case 2:
      return rb
    case 3:
      return rc
    case 4:
      return ra + rb - rc
    case 5:
      return ra + ((rb - rc) >> 1)
    case 6:
      return rb + ((ra - rc) >> 1)
    default:
      return (ra + rb) >> 1
  }
}

/** One row of an image of several components, of which the scan holds some. */
function decodeInterleavedRow(
  reader: DifferenceReader,
  scan: LosslessScan,
  samples: Uint16Array,
  start: number,
  width: number,
  step: number,
  initial: number | undefined,
): void {
  if (reader.position > reader.bytes.length) throw reader.invalid('more entropy-coded data')
  const above = width * step
  for (let column = 0; column < width; column++) {
    for (const { index, table } of scan.components) {
      const at = start + column * step + index
      let prediction: number
      if (column === 0) prediction = initial ?? samples[at - above]!
      else if (initial !== undefined) prediction = samples[at - step]!
      else prediction = predict(scan.predictor, samples[at - step]!, samples[at - above]!, samples[at - above - step]!)
      samples[at] = prediction + reader.next(table)
      reader.seen |= samples[at]!
    }
  }
}

/** H.2.1: the point transform is undone last. */
function undoPointTransform(samples: Uint16Array, { components, pointTransform }: LosslessScan, step: number): void {
  for (const { index } of components) {
    for (let at = index; at < samples.length; at += step) samples[at] = samples[at]! << pointTransform
  }
}
