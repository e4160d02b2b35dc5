/** A lossless JPEG encoder for tests (ITU-T T.81 Annex H): any predictor, precision, restart interval, point transform, table. */

export interface LosslessOptions {
  readonly width: number
  readonly height: number
  readonly components?: number
  readonly precision: number
  readonly predictor: number
  readonly pointTransform?: number
  /** Rows between restart markers, 0 none. */
  readonly restartRows?: number
  /** Codes of each length 1 to 16; categories 0 to 16 take them in order. */
  readonly counts?: readonly number[]
  /** One scan for each component instead of one for all. */
  readonly separateScans?: boolean
}

/** 17 codes of 5 bits. */
const flatTable = [0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
/** One code of each length, two of the longest: categories 14 to 16 have codes longer than any lookup. */
export const steepTable = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]

/** `samples` pixel by pixel; what the point transform cuts off is lost. */
export function encodeJpegLossless(samples: ArrayLike<number>, options: LosslessOptions): Uint8Array {
  const { width, height, precision, predictor, pointTransform = 0, restartRows = 0, components = 1 } = options
  const counts = options.counts ?? flatTable
  const ids = Array.from({ length: components }, (_, index) => index + 1)
  const out: number[] = [0xff, 0xd8]
  const segment = (marker: number, body: readonly number[]) => {
    out.push(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body)
  }
  const sizes = [height >> 8, height & 255, width >> 8, width & 255]
  segment(0xc3, [precision, ...sizes, components, ...ids.flatMap((id) => [id, 0x11, 0])])
  segment(0xc4, [0, ...counts, ...Array.from({ length: 17 }, (_, category) => category)])
  const interval = restartRows * width
  if (restartRows > 0) segment(0xdd, [interval >> 8, interval & 255])
  const scans = options.separateScans ? ids.map((id) => [id]) : [ids]
  for (const scan of scans) {
    segment(0xda, [scan.length, ...scan.flatMap((id) => [id, 0]), predictor, 0, pointTransform])
    writeScan(
      out,
      samples,
      options,
      scan.map((id) => id - 1),
      createCodes(counts),
    )
  }
  return Uint8Array.from([...out, 0xff, 0xd9])
}

interface Code {
  readonly code: number
  readonly length: number
}

function createCodes(counts: readonly number[]): Code[] {
  const codes: Code[] = []
  let code = 0
  counts.forEach((count, index) => {
    for (let left = count; left > 0; left--) codes.push({ code: code++, length: index + 1 })
    code <<= 1
  })
  return codes
}

function writeScan(
  out: number[],
  samples: ArrayLike<number>,
  { width, height, components = 1, precision, predictor, pointTransform = 0, restartRows = 0 }: LosslessOptions,
  scan: readonly number[],
  codes: readonly Code[],
): void {
  let bits = 0
  let count = 0
  const flushByte = () => {
    const byte = (bits >> (count - 8)) & 255
    out.push(byte)
    if (byte === 255) out.push(0)
    count -= 8
    bits &= (1 << count) - 1
  }
  const put = (value: number, length: number) => {
    for (let at = length - 1; at >= 0; at--) {
      bits = (bits << 1) | ((value >> at) & 1)
      if (++count === 8) flushByte()
    }
  }
  const finish = () => {
    while (count > 0) put(1, 1)
  }
  const at = (row: number, column: number, component: number) =>
    samples[(row * width + column) * components + component]! >> pointTransform
  let restarts = 0
  for (let row = 0; row < height; row++) {
    const isRestart = restartRows > 0 && row > 0 && row % restartRows === 0
    if (isRestart) {
      finish()
      out.push(0xff, 0xd0 + (restarts++ & 7))
    }
    const isFirst = row === 0 || isRestart
    for (let column = 0; column < width; column++) {
      for (const component of scan) {
        const ra = column > 0 ? at(row, column - 1, component) : 0
        const rb = isFirst ? 0 : at(row - 1, column, component)
        const rc = isFirst || column === 0 ? 0 : at(row - 1, column - 1, component)
        let prediction = [0, ra, rb, rc, ra + rb - rc, ra + ((rb - rc) >> 1), rb + ((ra - rc) >> 1), (ra + rb) >> 1][
          predictor
        ]!
        if (isFirst) prediction = column === 0 ? 1 << (precision - pointTransform - 1) : ra
        else if (column === 0) prediction = rb
        putDifference((at(row, column, component) - prediction) & 0xffff)
      }
    }
  }
  finish()

  function putDifference(modulo: number): void {
    const difference = modulo > 32_768 ? modulo - 65_536 : modulo
    const category = difference === 32_768 ? 16 : 32 - Math.clz32(Math.abs(difference))
    const { code, length } = codes[category]!
    put(code, length)
    if (category === 0 || category === 16) return
    put(difference < 0 ? difference + (1 << category) - 1 : difference, category)
  }
}
