/**
 * The MQ arithmetic decoder (ITU-T T.800 Annex C), written without branches on what is decoded: those cannot be predicted.
 *
 * The register holds A in its upper 16 bits, then Chigh, then the 32 bits that follow, of which the last one that counts is
 * followed by a 1. As C < A always holds, one shift renormalizes both, and one subtraction takes Qe from both.
 */

/** A state, 8 bytes: Qe twice in the upper half; in the lower one offsets of the states after an LPS and after an MPS, and the MPS. */
const states: usize = memory.data(47 * 2 * 8, 8)
/** The state that each context is in. */
const contexts: usize = memory.data(19 * 8, 8)

export const runLength: usize = 17 * 8
export const uniform: usize = 18 * 8

const interval: u64 = 0xffff_0000_0000_0000
const bothIntervals: u64 = 0xffff_ffff_0000_0000

let next: usize = 0
let end: usize = 0

/** Starts to decode `length` bytes at `input`, which are overwritten, as are the 16 after them. */
export function startMqDecoder(input: usize, length: usize): u64 {
  end = unstuff(input, length)
  next = input + 4
  for (let context: usize = 0; context < 19; context++) setContext(context * 8, 0)
  setContext(0, 4)
  setContext(runLength, 3)
  setContext(uniform, 46)
  return ((<u64>0x8000) << 48) | ((<u64>bswap<u32>(load<u32>(input))) << 15) | (1 << 14)
}

function setContext(context: usize, state: usize): void {
  store<u64>(contexts + context, load<u64>(states + state * 16))
}

/** The bit that {@link decodeBit} decoded last. */
export let decoded: u32 = 0

/**
 * Decodes one bit, {@link decoded}, in a context, 8 times its number in Table D.1 (C.3.2), and gives the register behind it: the caller keeps it in a
 * local variable, which the processor's registers can hold.
 */
@inline
export function decodeBit(register: u64, context: usize): u64 {
  const state = load<u64>(contexts + context)
  const qe = <u32>(state >>> 48)
  const isLow = <u32>(<u32>((register >>> 32) & 0xffff) < qe)
  // The symbols change places where what is left of A is smaller than Qe (C.3.2.1).
  const isLps = isLow ^ <u32>(<u32>(register >>> 48) - qe < qe)
  const divided = select<u64>((register & ~interval) | (state & interval), register - (state & bothIntervals), isLow)
  // Where A keeps its upper bit nothing is renormalized, and the state stays (C.3.2).
  const after = select<u32>(<u32>state >>> 16, <u32>state & 0xfff8, isLps)
  store<u64>(contexts + context, select<u64>(state, load<u64>(states + after), <i64>divided < 0))
  decoded = (<u32>state & 1) ^ isLps
  const shifted = divided << clz(divided)
  return (<u32>shifted & 0xffff) == 0 ? refill(shifted) : shifted
}

/** Puts 16 bits behind the last one that counts. */
function refill(register: u64): u64 {
  const marker = ctz(register)
  const bits = <u64>bswap<u16>(load<u16>(next))
  next = min(next + 2, end)
  return register + ((bits * 2 + 1 - 0x1_0000) << (marker - 16))
}

/**
 * Turns the bytes into the binary number that they stand for, in place: after FF a byte adds its upper bit to the last one
 * of the FF (C.3.4). Ones follow the number. Gives the end of the bytes that count.
 */
function unstuff(input: usize, length: usize): usize {
  let out = input
  let bits: u64 = 0
  let count: u64 = 0
  let previous: u32 = 0
  for (let at = input; at < input + length; at++) {
    const byte = <u32>load<u8>(at)
    if (previous == 0xff && byte > 0x8f) break
    const width: u64 = previous == 0xff ? 7 : 8
    bits = (bits << width) + byte
    count += width
    if (bits >>> count != 0) carry(input, out)
    if (count >= 32) {
      count -= 8
      store<u8>(out++, <u8>(bits >>> count))
    }
    bits &= ((<u64>1) << count) - 1
    previous = byte
  }
  bits = (bits << 32) | 0xffff_ffff
  for (count += 32; count >= 8; out++) {
    count -= 8
    store<u8>(out, <u8>(bits >>> count))
  }
  store<u32>(out, 0xffff_ffff)
  return out
}

/** Adds 1 to the number that ends before `out`. */
function carry(start: usize, out: usize): void {
  for (let at = out - 1; at >= start; at--) {
    const byte = load<u8>(at) + 1
    store<u8>(at, byte)
    if (byte != 0) return
  }
}

/** Table C.2, a row for each state: Qe, state after an MPS, state after an LPS, whether that changes the MPS. */
// biome-ignore format: as in the standard
const tableC2: usize = memory.data<u16>([
  0x5601, 1, 1, 1, 0x3401, 2, 6, 0, 0x1801, 3, 9, 0, 0x0ac1, 4, 12, 0, 0x0521, 5, 29, 0, 0x0221, 38, 33, 0,
  0x5601, 7, 6, 1, 0x5401, 8, 14, 0, 0x4801, 9, 14, 0, 0x3801, 10, 14, 0, 0x3001, 11, 17, 0, 0x2401, 12, 18, 0,
  0x1c01, 13, 20, 0, 0x1601, 29, 21, 0, 0x5601, 15, 14, 1, 0x5401, 16, 14, 0, 0x5101, 17, 15, 0, 0x4801, 18, 16, 0,
  0x3801, 19, 17, 0, 0x3401, 20, 18, 0, 0x3001, 21, 19, 0, 0x2801, 22, 19, 0, 0x2401, 23, 20, 0, 0x2201, 24, 21, 0,
  0x1c01, 25, 22, 0, 0x1801, 26, 23, 0, 0x1601, 27, 24, 0, 0x1401, 28, 25, 0, 0x1201, 29, 26, 0, 0x1101, 30, 27, 0,
  0x0ac1, 31, 28, 0, 0x09c1, 32, 29, 0, 0x08a1, 33, 30, 0, 0x0521, 34, 31, 0, 0x0441, 35, 32, 0, 0x02a1, 36, 33, 0,
  0x0221, 37, 34, 0, 0x0141, 38, 35, 0, 0x0111, 39, 36, 0, 0x0085, 40, 37, 0, 0x0049, 41, 38, 0, 0x0025, 42, 39, 0,
  0x0015, 43, 40, 0, 0x0009, 44, 41, 0, 0x0005, 45, 42, 0, 0x0001, 45, 43, 0, 0x5601, 46, 46, 0,
])

function rowOfC2(state: u32, column: u32): u32 {
  return load<u16>(tableC2 + (state * 4 + column) * 2)
}

for (let state: u32 = 0; state < 47; state++) {
  for (let mps: u32 = 0; mps < 2; mps++) {
    const qe = rowOfC2(state, 0) * 0x1_0001
    const afterMps = (rowOfC2(state, 1) * 2 + mps) * 8 + mps
    const afterLps = (rowOfC2(state, 2) * 2 + (mps ^ rowOfC2(state, 3))) * 8
    store<u64>(states + (state * 2 + mps) * 8, ((<u64>qe) << 32) | (afterLps << 16) | afterMps)
  }
}
