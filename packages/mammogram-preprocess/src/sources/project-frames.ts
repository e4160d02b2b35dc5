import type { DicomImage, StoredFrame } from '@mammokit/dicom-io'

/**
 * One frame of the stored values of all: at each pixel the largest or smallest, or the mean. No more than two frames are in memory.
 *
 * @throws DicomError where a frame cannot be decoded
 */
export async function projectFrames(
  decode: DicomImage['decodeFrame'],
  count: number,
  how: 'largest' | 'smallest' | 'mean',
): Promise<StoredFrame> {
  const first = await decode(0)
  const data = first.data.slice()
  const sums = how === 'mean' ? Float64Array.from(data) : undefined
  for (let index = 1; index < count; index++) {
    const frame = await decode(index)
    if (sums) for (let at = 0; at < sums.length; at++) sums[at] += frame.data[at]!
    else if (how === 'largest') for (let at = 0; at < data.length; at++) data[at] = Math.max(data[at]!, frame.data[at]!)
    else for (let at = 0; at < data.length; at++) data[at] = Math.min(data[at]!, frame.data[at]!)
  }
  if (sums) for (let at = 0; at < sums.length; at++) data[at] = Math.round(sums[at]! / count)
  return { ...first, data }
}
