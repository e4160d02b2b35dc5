/** The contexts that a coefficient's neighbors give (ITU-T T.800 Annex D.3), as tables of 8 times their number. */

/** By the 9 bits NW N NE, W - E, SW S SE, each 1 where the neighbor is significant: three tables, see {@link zeroCodingTable}. */
const zeroCoding: usize = memory.data(3 * 512)
/** By significance and sign of N, W, E and S in pairs of bits; the lowest bit says whether the decoded sign is inverted. */
const signCoding: usize = memory.data(256)

/** Table D.1: HL exchanges horizontal and vertical, HH looks at the diagonal first. */
export function zeroCodingTable(orientation: u32): usize {
  return zeroCoding + 512 * (orientation == 1 ? 1 : orientation == 3 ? 2 : 0)
}

@inline
export function zeroCodingContext(table: usize, significant: u32): usize {
  return load<u8>(table + (significant & 0x1ef))
}

/** `significant` and `negative`: 9 bits each in the order of the zero coding tables. */
@inline
export function signContext(significant: u32, negative: u32): u32 {
  return load<u8>(signCoding + ((significant & 0xaa) | ((negative & 0xaa) >>> 1)))
}

function bit(bits: i32, at: i32): i32 {
  return (bits >> at) & 1
}

function zeroContext(horizontal: i32, vertical: i32, diagonal: i32): i32 {
  if (horizontal == 2) return 8
  if (horizontal == 1) return vertical > 0 ? 7 : diagonal > 0 ? 6 : 5
  return vertical > 0 ? 2 + vertical : min(diagonal, 2)
}

function zeroContextHh(straight: i32, diagonal: i32): i32 {
  if (diagonal > 2) return 8
  if (diagonal == 2) return straight > 0 ? 7 : 6
  return diagonal * 3 + min(straight, 2)
}

/** Contribution of a neighbor, 1, 0 or -1 (Table D.2). */
function contribution(bits: i32, at: i32): i32 {
  return bit(bits, at + 1) * (1 - 2 * bit(bits, at))
}

for (let bits = 0; bits < 512; bits++) {
  const horizontal = bit(bits, 3) + bit(bits, 5)
  const vertical = bit(bits, 1) + bit(bits, 7)
  const diagonal = bit(bits, 0) + bit(bits, 2) + bit(bits, 6) + bit(bits, 8)
  store<u8>(zeroCoding + bits, <u8>(8 * zeroContext(horizontal, vertical, diagonal)))
  store<u8>(zeroCoding + bits + 512, <u8>(8 * zeroContext(vertical, horizontal, diagonal)))
  store<u8>(zeroCoding + bits + 1024, <u8>(8 * zeroContextHh(horizontal + vertical, diagonal)))
}

// Table D.3: contexts 9 to 13, mirrored where the first contribution that is not 0 is negative.
for (let bits = 0; bits < 256; bits++) {
  const horizontal = max(min(contribution(bits, 2) + contribution(bits, 4), 1), -1)
  const vertical = max(min(contribution(bits, 0) + contribution(bits, 6), 1), -1)
  const isMirrored = 3 * horizontal + vertical < 0
  store<u8>(signCoding + bits, <u8>(8 * (9 + abs(3 * horizontal + vertical)) + <i32>isMirrored))
}
