/** Small JPEG codestreams that cost much (ITU-T T.81 Annex B). */

/** Colours of 8 bits in scans without data, each as dear as the image: a second takes about 150 of `side` 4000, a kilobyte and a half. */
export function slowJpeg(side: number, scans: number): Uint8Array {
  const out = [0xff, 0xd8]
  const segment = (marker: number, body: readonly number[]) => {
    out.push(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body)
  }
  const length = [side >> 8, side & 255]
  segment(0xdb, [0, ...Array(64).fill(1)])
  segment(0xc0, [8, ...length, ...length, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
  for (const table of [0, 0x10]) segment(0xc4, [table, 1, ...Array(15).fill(0), 0])
  for (let scan = 0; scan < scans; scan++) segment(0xda, [1, 1 + (scan % 3), 0, 0, 63, 0])
  return Uint8Array.from([...out, 0xff, 0xd9])
}
