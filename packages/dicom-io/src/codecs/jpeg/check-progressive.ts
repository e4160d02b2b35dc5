/**
 * Whether the scans of progressive JPEG hold what their headers promise, and send every coefficient to its last bit (ITU-T T.81 G.1):
 * of damaged ones libjpeg decodes what is left, often silently. Codes are read, and of the coefficients only whether they are zero is kept.
 */
import { ProgressiveReader } from './progressive-reader.ts'
import { checkEnd, readIntervals } from './restart-intervals.ts'
import { type JpegScan, readScans } from './scans.ts'
import { invalidJpeg } from './segments.ts'

const coefficients = 64
/** The lowest bit that was sent of a coefficient of which there was no scan. */
const nothing = 255

interface Component {
  /** For each coefficient the lowest bit that was sent. */
  readonly sent: Uint8Array
  /** For each coefficient of each block whether it was not zero, made when an AC scan asks for it. */
  known: Uint8Array | undefined
}

/** @throws {DicomError} `invalid-codestream` */
export function checkProgressive(bytes: Uint8Array): void {
  const components = new Map<number, Component>()
  let end = 0
  for (const scan of readScans(bytes)) {
    const offset = scan.data.offsetOf(0)
    for (const { index } of scan.components) {
      const component = components.get(index) ?? { sent: new Uint8Array(coefficients).fill(nothing), known: undefined }
      components.set(index, component)
      checkProgression(scan, component.sent, offset)
    }
    if (scan.selection === 0) checkDcScan(scan)
    else checkAcScan(scan, components.get(scan.components[0]!.index)!)
    end = scan.data.end
  }
  const isWhole = [...components.values()].every(({ sent }) => sent.every((bit) => bit === 0))
  if (!isWhole) throw invalidJpeg('scans of all coefficients, to their last bit', end)
}

/** G.1.1.1: a first scan of DC coefficients, then of bands of AC ones of a component; refinements of one bit after another. */
function checkProgression(scan: JpegScan, sent: Uint8Array, offset: number): void {
  const { selection: first, selectionEnd: last, approximationBefore: before, approximation: low, components } = scan
  const isBand = first === 0 ? last === 0 : first <= last && last < coefficients && components.length === 1
  if (!isBand || low > 13) throw invalidJpeg('a band of coefficients', offset)
  if (first > 0 && sent[0] === nothing) throw invalidJpeg('a scan of DC coefficients first', offset)
  const expected = before === 0 ? nothing : low + 1
  if (before !== 0 && before !== low + 1) throw invalidJpeg('a refinement of one bit', offset)
  for (let at = first; at <= last; at++) {
    if (sent[at] !== expected) throw invalidJpeg('a first scan before its refinements', offset)
    sent[at] = low
  }
}

/** Differences of a component's blocks, or of each block one bit (G.1.2.1). */
function checkDcScan(scan: JpegScan): void {
  const { data, components, header, approximationBefore } = scan
  const readers = components.flatMap(({ index, dcTable }) => {
    const { horizontal, vertical } = header.components[index]!
    if (approximationBefore === 0 && dcTable === undefined) throw invalidJpeg('a Huffman table', data.offsetOf(0))
    const reader = new ProgressiveReader(data, approximationBefore === 0 ? dcTable : undefined)
    return Array<ProgressiveReader>(components.length === 1 ? 1 : horizontal * vertical).fill(reader)
  })
  for (const { start, end, units } of readIntervals(scan)) {
    let position = start * 8
    for (let unit = 0; unit < units; unit++) {
      for (const reader of readers) position = reader.readDc(position)
      if (position > end * 8) break
    }
    checkEnd(data, position >> 3, position & 7, end)
  }
}

/** Bands of a component's blocks, with runs of bands that end (G.1.2.2, G.1.2.3). */
function checkAcScan(scan: JpegScan, component: Component): void {
  const { data, components, selection, selectionEnd, approximationBefore, approximation } = scan
  const reader = new ProgressiveReader(data, components[0]!.acTable)
  const intervals = readIntervals(scan)
  const { first, units } = intervals.at(-1)!
  // Without a refinement to come nobody asks which coefficients were zero.
  if (approximation > 0) component.known ??= new Uint8Array((first + units) * coefficients)
  for (const interval of intervals) {
    const { start, end } = interval
    const stop = interval.first + interval.units
    reader.begin(start * 8)
    for (let block = interval.first; block < stop && reader.position <= end * 8; block++) {
      const base = block * coefficients
      if (approximationBefore === 0) reader.readBand(selection, selectionEnd, component.known, base)
      else reader.refineBand(selection, selectionEnd, component.known!, base)
    }
    checkEnd(data, reader.position >> 3, reader.position & 7, end)
    if (reader.endedBands > 0) throw invalidJpeg('a run of ended bands within the interval', data.offsetOf(end))
  }
}
