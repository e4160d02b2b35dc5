/**
 * Dilation of a mask of one bit a pixel: AssemblyScript, built by `npm run build:kernels`.
 *
 * Addresses and strides are in bytes, strides are whole groups of 16. Bits beyond a row's last pixel may come out as 1.
 */

/** Longest step to the side within a disc, `away` rows from its middle: 3 * (the longer step) + (the shorter one) <= reach. */
function halfWidth(reach: i32, away: i32): i32 {
  const rest = reach - 3 * away
  return rest < away ? rest : (reach - away) / 3
}

/** A row and its copies moved by 1 to 63 pixels to both sides; it is 0 before `first` and from `end` on. */
function widen(from: usize, into: usize, first: usize, end: usize, by: u64): void {
  const back = 64 - by
  let before = load<u64>(from + first - 8)
  let here = load<u64>(from + first)
  for (let at = first; at < end; at += 8) {
    const after = load<u64>(from + at + 8)
    store<u64>(into + at, here | (here << by) | (before >> back) | (here >> by) | (after << back))
    before = here
    here = after
  }
}

function add(row: usize, into: usize, first: usize, end: usize): void {
  for (let at = first & ~15; at < end; at += 16) {
    v128.store(into + at, v128.or(v128.load(into + at), v128.load(row + at)))
  }
}

/**
 * Adds a disc around each pixel of `contour` to `grown`: each row widens step by step to the rows of the disc, from its ends to its
 * middle, and is added to the rows that are so far away.
 *
 * @param row - room for two rows, with 16 bytes of 0 before, between and after them
 */
export function dilate(contour: usize, grown: usize, stride: usize, width: i32, height: i32, reach: i32, row: usize): void {
  const rows = min(height - 1, reach / 3)
  let wide = row
  let wider = row + stride + 16
  for (let y = 0; y < height; y++) {
    const source = contour + <usize>y * stride
    let first: usize = 0
    let end = stride
    while (first < end && load<u64>(source + first) == 0) first += 8
    if (first == end) continue
    while (load<u64>(source + end - 8) == 0) end -= 8
    memory.fill(wide, 0, stride)
    memory.fill(wider, 0, stride)
    memory.copy(wide + first, source + first, end - first)
    let half = 0
    for (let away = rows; away >= 0; away--) {
      const wanted = halfWidth(reach, away)
      while (half < wanted && half < width) {
        const by = min(min(wanted - half, 2 * half + 1), 63)
        if (first > 0) first -= 8
        if (end < stride) end += 8
        widen(wide, wider, first, end, by)
        const narrower = wide
        wide = wider
        wider = narrower
        half += by
      }
      if (y >= away) add(wide, grown + <usize>(y - away) * stride, first, end)
      if (away > 0 && y + away < height) add(wide, grown + <usize>(y + away) * stride, first, end)
    }
  }
}
