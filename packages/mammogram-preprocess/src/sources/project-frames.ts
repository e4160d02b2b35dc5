import { PreprocessError } from '../preprocess-error.ts'

/** A frame whose values are typed. */
interface Frame {
  readonly data: Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array
}

/**
 * One frame of the values of all: at each pixel the largest or smallest, or the mean. No more than two frames are in memory.
 *
 * @throws what `decode` throws
 */
export async function projectFrames<F extends Frame>(
  decode: (index: number) => Promise<F>,
  count: number,
  how: 'largest' | 'smallest' | 'mean',
): Promise<F> {
  const first = await decode(0)
  const data = first.data.slice()
  const sums = how === 'mean' ? Float64Array.from(data) : undefined
  for (let index = 1; index < count; index++) {
    const frame = await decode(index)
    assertSameSize(first.data.length, frame.data.length, index)
    if (sums) for (let at = 0; at < sums.length; at++) sums[at] += frame.data[at]!
    else if (how === 'largest') for (let at = 0; at < data.length; at++) data[at] = Math.max(data[at]!, frame.data[at]!)
    else for (let at = 0; at < data.length; at++) data[at] = Math.min(data[at]!, frame.data[at]!)
  }
  if (sums) for (let at = 0; at < sums.length; at++) data[at] = Math.round(sums[at]! / count)
  return { ...first, data }
}

/** Pages of a TIFF may be thumbnails of the first one. */
function assertSameSize(expected: number, received: number, index: number): void {
  if (expected === received) return
  throw new PreprocessError(
    'image-unreadable',
    `Expected ${expected} pixels in frame ${index}, as in the first, but received ${received}. Set frame to one of them.`,
    { index, expected, received },
  )
}
