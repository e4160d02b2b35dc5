/** What the restart intervals of a DCT scan promise (ITU-T T.81 A.2, B.2.1). */
import type { EntropyData } from './entropy-data.ts'
import type { JpegScan } from './scans.ts'
import { invalidJpeg } from './segments.ts'

export interface RestartInterval {
  /** Positions in the entropy-coded data. */
  readonly start: number
  readonly end: number
  /** Minimum coded units before and in the interval. */
  readonly first: number
  readonly units: number
}

/** @throws {DicomError} `invalid-codestream` where the scan has more or fewer than its units need. */
export function readIntervals(scan: JpegScan): RestartInterval[] {
  const { data, restartInterval } = scan
  const units = countUnits(scan)
  const perInterval = restartInterval > 0 ? restartInterval : units
  const intervals = Math.ceil(units / perInterval)
  const starts = [0, ...data.restarts]
  if (starts.length !== intervals) throw invalidJpeg(`${intervals} restart intervals`, data.end)
  return starts.map((start, index) => {
    const first = index * perInterval
    return { start, end: starts[index + 1] ?? data.length, first, units: Math.min(perInterval, units - first) }
  })
}

/** @throws {DicomError} `invalid-codestream` where a reader at byte `at` and `bit` has not just reached the end of an interval. */
export function checkEnd(data: EntropyData, at: number, bit: number, end: number): void {
  const unread = (end - at) * 8 - bit
  if (unread < 0) throw invalidJpeg('more entropy-coded data', data.offsetOf(end))
  if (unread > 7) throw invalidJpeg(`the end of the data instead of ${unread} unread bits`, data.offsetOf(at))
}

/** How many minimum coded units the scan has (A.1.1, A.2.2, A.2.3). */
function countUnits({ header, components: [first, ...others] }: JpegScan): number {
  const factors = header.components.flatMap(({ horizontal, vertical }) => [horizontal, vertical])
  if (factors.some((factor) => factor < 1 || factor > 4)) throw invalidJpeg('sampling factors of 1 to 4', header.start)
  const most = (direction: 'horizontal' | 'vertical') => Math.max(...header.components.map((one) => one[direction]))
  const { horizontal, vertical } =
    others.length === 0 ? header.components[first!.index]! : { horizontal: 1, vertical: 1 }
  const across = Math.ceil((header.width * horizontal) / (8 * most('horizontal')))
  return across * Math.ceil((header.height * vertical) / (8 * most('vertical')))
}
