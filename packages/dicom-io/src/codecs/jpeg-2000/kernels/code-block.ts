/**
 * Decodes the bit planes of one code-block (ITU-T T.800 Annex D), a column of four coefficients at a time.
 *
 * A column's word holds, from bit 0, the significance of 3 x 6 coefficients, row by row: its own four with all their neighbors;
 * from bit 32 their signs. What else is known of its own row r stands 3 r bits above `visited` and `refined`.
 */
import { decodeBit, decoded, runLength, startMqDecoder, uniform } from './mq-decoder'
import { signContext, zeroCodingContext, zeroCodingTable } from './neighborhood'

const own: u32 = 4
const refined: u32 = 19
/** Coded in this bit plane's first pass. */
const visited: u32 = 20
/** One bit for each row of a column. */
const rows: u32 = 0o1111

/** The largest code-blocks have 1026 x 3 words with those around them, and 4096 coefficients (A.6.1). */
const words: usize = memory.data(1026 * 3 * 8, 16)
/** Column by column: sign bit, and twice the magnitude and a half of the last plane that was decoded. */
const coefficients: usize = memory.data(4096 * 4, 16)

let stripes: usize = 0
/** Bytes from a column's word to the one below. */
let pitch: usize = 0
let lastRows: u32 = 0
let zeroCoding: usize = 0
let plane: u32 = 0
/** The arithmetic decoder's register between two passes, which hold it in a local variable. */
let register: u64 = 0

/**
 * Decodes `passes` coding passes from the `length` bytes at `input`, into coefficients that {@link writeCodeBlock} writes.
 *
 * @param planes - bit planes that are coded, at most 30
 * @param orientation - 0 LL, 1 HL, 2 LH, 3 HH
 */
export function decodeCodeBlock(
  input: usize,
  length: usize,
  width: usize,
  height: usize,
  planes: u32,
  passes: u32,
  orientation: u32,
): void {
  stripes = (height + 3) >>> 2
  pitch = (width + 2) * 8
  lastRows = rows >>> (<u32>(stripes * 4 - height) * 3)
  zeroCoding = zeroCodingTable(orientation)
  memory.fill(words, 0, pitch * (stripes + 2))
  memory.fill(coefficients, 0, width * stripes * 16)
  register = startMqDecoder(input, length)
  for (let pass: u32 = 2; pass < passes + 2; pass++) {
    plane = planes - 1 - pass / 3
    if (pass % 3 == 0) propagateSignificance()
    else if (pass % 3 == 1) refineMagnitudes()
    else cleanUp()
  }
}

/** D.3.1: coefficients next to significant ones. */
function propagateSignificance(): void {
  let mq = register
  let column = coefficients
  for (let stripe: usize = 0; stripe < stripes; stripe++) {
    const present = stripe == stripes - 1 ? lastRows : rows
    const first = words + (stripe + 1) * pitch + 8
    for (let at = first; at < first + pitch - 16; at += 8, column += 16) {
      let word = load<u64>(at)
      const significant = <u32>word & 0x3_ffff
      if (significant == 0) continue
      const insignificant = ~(significant >>> own) & present
      const inRow = significant | (significant >>> 1) | (significant >>> 2)
      let todo = (inRow | (inRow >>> 3) | (inRow >>> 6)) & insignificant
      if (todo == 0) continue
      let done: u32 = 0
      do {
        const row = ctz(todo)
        const bit = (<u32>1) << row
        todo ^= bit
        done |= bit
        mq = decodeBit(mq, zeroCodingContext(zeroCoding, <u32>(word >>> row)))
        if (decoded != 0) {
          const coding = signContext(<u32>(word >>> row), <u32>(word >>> (row + 32)))
          mq = decodeBit(mq, coding & 0xf8)
          word = becomeSignificant(column, at, word, row, decoded ^ (coding & 1))
          todo |= (bit << 3) & insignificant
        }
      } while (todo != 0)
      store<u64>(at, word | ((<u64>done) << visited))
    }
  }
  register = mq
}

/** D.3.3: another bit of the coefficients that were significant before this plane. */
function refineMagnitudes(): void {
  let mq = register
  let column = coefficients
  for (let stripe: usize = 0; stripe < stripes; stripe++) {
    const first = words + (stripe + 1) * pitch + 8
    for (let at = first; at < first + pitch - 16; at += 8, column += 16) {
      const word = load<u64>(at)
      let todo = <u32>(word >>> own) & ~(<u32>(word >>> visited)) & rows
      if (todo == 0) continue
      store<u64>(at, word | (todo << refined))
      do {
        const row = ctz(todo)
        todo &= todo - 1
        const around = <u32>(word >>> row)
        const context: usize = (around & (1 << refined)) != 0 ? 16 : (around & 0x1ef) != 0 ? 15 : 14
        const coefficient = addressOf(column, row)
        mq = decodeBit(mq, context * 8)
        const half = 2 * decoded - 1
        store<u32>(coefficient, load<u32>(coefficient) + (half << plane))
      } while (todo != 0)
    }
  }
  register = mq
}

/** D.3.4: all others, whole columns without a significant neighbor by their first significant coefficient. */
function cleanUp(): void {
  let mq = register
  let column = coefficients
  for (let stripe: usize = 0; stripe < stripes; stripe++) {
    const present = stripe == stripes - 1 ? lastRows : rows
    const first = words + (stripe + 1) * pitch + 8
    for (let at = first; at < first + pitch - 16; at += 8, column += 16) {
      let word = load<u64>(at)
      let todo = ~(<u32>(word >>> own) | <u32>(word >>> visited)) & present
      if ((<u32>word & 0x3_ffff) == 0 && present == rows) {
        mq = decodeBit(mq, runLength)
        if (decoded == 0) continue
        mq = decodeBit(mq, uniform)
        const upper = decoded
        mq = decodeBit(mq, uniform)
        const row = (2 * upper + decoded) * 3
        const coding = signContext(<u32>(word >>> row), <u32>(word >>> (row + 32)))
        mq = decodeBit(mq, coding & 0xf8)
        word = becomeSignificant(column, at, word, row, decoded ^ (coding & 1))
        todo &= rows << (row + 3)
      }
      for (; todo != 0; todo &= todo - 1) {
        const row = ctz(todo)
        mq = decodeBit(mq, zeroCodingContext(zeroCoding, <u32>(word >>> row)))
        if (decoded != 0) {
          const coding = signContext(<u32>(word >>> row), <u32>(word >>> (row + 32)))
          mq = decodeBit(mq, coding & 0xf8)
          word = becomeSignificant(column, at, word, row, decoded ^ (coding & 1))
        }
      }
      store<u64>(at, word & ~((<u64>rows) << visited))
    }
  }
  register = mq
}

/** Sets the coefficient, updates the neighbors, and returns the column's new word. */
@inline
function becomeSignificant(column: usize, at: usize, word: u64, row: u32, negative: u32): u64 {
  store<u32>(addressOf(column, row), ((<u32>3) << plane) | (negative << 31))
  const here: u64 = 1 | ((<u64>negative) << 32)
  mark(at - 8, here << (row + own + 1))
  mark(at + 8, here << (row + own - 1))
  if (row == 0) markRow(at - pitch, here << 15)
  else if (row == 9) markRow(at + pitch, here)
  return word | (here << (row + own))
}

@inline
function mark(at: usize, bits: u64): void {
  store<u64>(at, load<u64>(at) | bits)
}

/** Marks a coefficient above or below three columns; `bits` are those of the column on its right. */
@inline
function markRow(at: usize, bits: u64): void {
  mark(at - 8, bits << 2)
  mark(at, bits << 1)
  mark(at + 8, bits)
}

/** `row`: three times its number, as in the words. */
@inline
function addressOf(column: usize, row: u32): usize {
  return column + ((row * 11) >>> 3)
}

/** Writes the coefficients as 32-bit integers, rows `stride` bytes apart. */
export function writeCodeBlock(output: usize, stride: usize, width: usize, height: usize): void {
  for (let y: usize = 0; y < height; y++) {
    let from = coefficients + (y >>> 2) * width * 16 + (y & 3) * 4
    const to = output + y * stride
    for (let x: usize = 0; x < width; x++, from += 16) {
      const coefficient = load<i32>(from)
      const sign = coefficient >> 31
      store<i32>(to + x * 4, (((coefficient & 0x7fff_ffff) >> 1) ^ sign) - sign)
    }
  }
}

/** Writes the coefficients as floats, halves included, times `step`, which is for twice a coefficient. */
export function writeRealCodeBlock(output: usize, stride: usize, width: usize, height: usize, step: f32): void {
  for (let y: usize = 0; y < height; y++) {
    let from = coefficients + (y >>> 2) * width * 16 + (y & 3) * 4
    const to = output + y * stride
    for (let x: usize = 0; x < width; x++, from += 16) {
      const coefficient = load<i32>(from)
      const sign = coefficient >> 31
      store<f32>(to + x * 4, <f32>(((coefficient & 0x7fff_ffff) ^ sign) - sign) * step)
    }
  }
}
