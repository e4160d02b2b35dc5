/**
 * Adam's update of one variable in one pass, four numbers at a time, in WebAssembly: JavaScript is four times slower.
 *
 * Reference: https://webassembly.github.io/spec/core/binary (numbers below are those of its sections, types and instructions).
 */

/** Coefficients of one step of Adam: m' = decay m + (1 - decay) g, v' = beta2 v + (1 - beta2) g^2, w' = shrink w - rate m' / (sqrt(v') + floor). */
export interface AdamFactors {
  readonly decay: number
  readonly beta2: number
  readonly rate: number
  readonly floor: number
  /** @default 1 */
  readonly shrink?: number
}

/** Updates w, m and v in place; `places` are the byte offsets of w, m, v and g, `end` is the end of w. */
export type AdamKernel = (places: readonly number[], end: number, factors: AdamFactors) => void

/** The part of WebAssembly that is used here; TypeScript declares it only among the DOM types. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

const pageBytes = 65536

/** A kernel with its own memory. It works on 16 bytes at a time: each array's padding up to that boundary is overwritten. */
export function loadAdamKernel(bytes: number): { readonly kernel: AdamKernel; readonly buffer: ArrayBuffer } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble()), { env: { memory } })
  const update = exports.update as (...numbers: readonly number[]) => void
  return {
    kernel: (places, end, { decay, beta2, rate, floor, shrink = 1 }) =>
      update(...places, end, decay, 1 - decay, beta2, 1 - beta2, rate, floor, shrink),
    buffer: memory.buffer,
  }
}

/** Indices of the function's locals. Parameters: four offsets, the end and seven factors; then the same seven as vectors, and the vectors g, m and v. */
const local = {
  wPlace: 0,
  mPlace: 1,
  vPlace: 2,
  gPlace: 3,
  end: 4,
  factors: 5,
  decay: 12,
  decayRest: 13,
  beta2: 14,
  beta2Rest: 15,
  rate: 16,
  floor: 17,
  shrink: 18,
  g: 19,
  m: 20,
  v: 21,
}

const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const keep = (local: number): number[] => [0x22, local]
const simd = (instruction: number): number[] => [0xfd, ...leb(instruction)]
const [splat, add, sub, mul, div, sqrt] = [0x13, 0xe4, 0xe5, 0xe6, 0xe7, 0xe3].map(simd)
const load4 = (place: number): number[] => [...get(place), ...simd(0), 4, 0]
const store4 = [...simd(11), 4, 0]
const advance = (place: number): number[] => [...get(place), 0x41, 16, 0x6a, ...set(place)] // place += 16

function assemble(): Uint8Array {
  const { wPlace, mPlace, vPlace, gPlace, end, factors, decay, decayRest, beta2, beta2Rest, rate, floor } = local
  const { shrink, g, m, v } = local
  const spread = [decay, decayRest, beta2, beta2Rest, rate, floor, shrink].flatMap((local, i) => [
    ...get(factors + i),
    ...splat,
    ...set(local),
  ])
  const momentum = [...load4(mPlace), ...get(decay), ...mul, ...get(g), ...get(decayRest), ...mul, ...add, ...keep(m)]
  const square = [...get(g), ...get(g), ...mul]
  const squares = [...load4(vPlace), ...get(beta2), ...mul, ...square, ...get(beta2Rest), ...mul, ...add, ...keep(v)]
  const change = [...get(m), ...get(v), ...sqrt, ...get(floor), ...add, ...div, ...get(rate), ...mul]
  const loop = [
    ...[...load4(gPlace), ...set(g)],
    ...[...get(mPlace), ...momentum, ...store4],
    ...[...get(vPlace), ...squares, ...store4],
    ...[...get(wPlace), ...load4(wPlace), ...get(shrink), ...mul, ...change, ...sub, ...store4],
    ...[wPlace, mPlace, vPlace, gPlace].flatMap(advance),
    ...[...get(wPlace), ...get(end), 0x49, 0x0d, 0], // loop while the offset in w < end
  ]
  const body = [...spread, 0x03, 0x40, ...loop, 0x0b, 0x0b]
  const [i32, f32, v128] = [0x7f, 0x7d, 0x7b]
  const locals = list([[10, v128]])
  const parameters = list([...new Array(5).fill(i32), ...new Array(7).fill(f32)].map((type) => [type]))
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([[0x60, ...parameters, 0]])),
    ...section(2, list([[...text('env'), ...text('memory'), 2, 0, 1]])),
    ...section(3, list([[0]])),
    ...section(7, list([[...text('update'), 0, 0]])),
    ...section(10, list([[...leb(locals.length + body.length), ...locals, ...body]])),
  ])
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content]
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()]
}

function text(name: string): number[] {
  return list(Array.from(name, (letter) => [letter.charCodeAt(0)]))
}

/** An unsigned number in LEB128. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]
}
