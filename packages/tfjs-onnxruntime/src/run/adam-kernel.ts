/**
 * Adam's update of one variable in one pass, four numbers at a time, in WebAssembly: JavaScript takes four times as long.
 *
 * Reference: https://webassembly.github.io/spec/core/binary (numbers below are those of its sections, types and instructions).
 */

/** What one step of Adam is made of: m' = decay m + (1 - decay) g, v' = beta2 v + (1 - beta2) g^2, w' = w - rate m' / (sqrt(v') + floor). */
export interface AdamFactors {
  readonly decay: number
  readonly beta2: number
  readonly rate: number
  readonly floor: number
}

/** Numbers of each array in the kernel's memory at a time: all four fit the second-level cache. */
const chunkLength = 1 << 14

type Kernel = (
  end: number,
  decay: number,
  decayRest: number,
  beta2: number,
  beta2Rest: number,
  rate: number,
  floor: number,
) => void

let loaded: { readonly kernel: Kernel; readonly chunks: readonly Float32Array[] } | undefined

/** Updates a variable, m and v in place; all four arrays are of one length. */
export function updateByAdam(
  targets: readonly Float32Array[],
  gradient: Float32Array,
  { decay, beta2, rate, floor }: AdamFactors,
): void {
  loaded ??= load()
  const { kernel, chunks } = loaded
  for (let start = 0; start < gradient.length; start += chunkLength) {
    const end = Math.min(start + chunkLength, gradient.length)
    for (const [i, array] of [...targets, gradient].entries()) chunks[i].set(array.subarray(start, end))
    kernel(4 * (end - start), decay, 1 - decay, beta2, 1 - beta2, rate, floor)
    for (const [i, array] of targets.entries()) array.set(chunks[i].subarray(0, end - start), start)
  }
}

/** What is used of WebAssembly: TypeScript has it among the types of the DOM. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

function load() {
  const memory = new WebAssembly.Memory({ initial: (4 * 4 * chunkLength) / 65536 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble()), { env: { memory } })
  const chunks = [0, 1, 2, 3].map((i) => new Float32Array(memory.buffer, 4 * i * chunkLength, chunkLength))
  return { kernel: exports.update as Kernel, chunks }
}

/** Where the function's locals are: the end in bytes and six factors, its parameters; the same six as vectors, the position, and the vectors g, m and v. */
const local = {
  end: 0,
  factors: 1,
  decay: 7,
  decayRest: 8,
  beta2: 9,
  beta2Rest: 10,
  rate: 11,
  floor: 12,
  position: 13,
  g: 14,
  m: 15,
  v: 16,
}

const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const keep = (local: number): number[] => [0x22, local]
const simd = (instruction: number): number[] => [0xfd, ...leb(instruction)]
const [splat, add, sub, mul, div, sqrt] = [0x13, 0xe4, 0xe5, 0xe6, 0xe7, 0xe3].map(simd)
const load4 = (array: number): number[] => [...get(local.position), ...simd(0), 4, ...leb(4 * array * chunkLength)]
const store4 = (array: number): number[] => [...simd(11), 4, ...leb(4 * array * chunkLength)]

function assemble(): Uint8Array {
  const { end, factors, decay, decayRest, beta2, beta2Rest, rate, floor, position, g, m, v } = local
  const spread = [decay, decayRest, beta2, beta2Rest, rate, floor].flatMap((local, i) => [
    ...get(factors + i),
    ...splat,
    ...set(local),
  ])
  const momentum = [...load4(1), ...get(decay), ...mul, ...get(g), ...get(decayRest), ...mul, ...add, ...keep(m)]
  const squares = [
    ...load4(2),
    ...get(beta2),
    ...mul,
    ...get(g),
    ...get(g),
    ...mul,
    ...get(beta2Rest),
    ...mul,
    ...add,
    ...keep(v),
  ]
  const change = [...get(m), ...get(v), ...sqrt, ...get(floor), ...add, ...div, ...get(rate), ...mul]
  const next = [...get(position), 0x41, 16, 0x6a, ...keep(position)] // position += 16
  const loop = [
    ...[...load4(3), ...set(g)],
    ...[...get(position), ...momentum, ...store4(1)],
    ...[...get(position), ...squares, ...store4(2)],
    ...[...get(position), ...load4(0), ...change, ...sub, ...store4(0)],
    ...[...next, ...get(end), 0x49, 0x0d, 0], // again while position < end
  ]
  const body = [...spread, 0x03, 0x40, ...loop, 0x0b, 0x0b]
  const locals = list([
    [6, 0x7b],
    [1, 0x7f],
    [3, 0x7b],
  ])
  const [i32, f32] = [0x7f, 0x7d]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([[0x60, ...list([i32, ...new Array(6).fill(f32)].map((type) => [type])), 0]])),
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
