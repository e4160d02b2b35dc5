import { decodeSafetensors, encodeSafetensors, type SafetensorsTensor } from '@mammokit/safetensors'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSeResNeXt, type SeResNeXt, SeResNeXtError } from '../src/index.ts'
import { hashed, hashedState } from './hashed-weights.ts'

const tiny = { layers: [1, 1], channels: [8, 16], cardinality: 2, baseWidth: 16, stemWidth: 8 }

let model: SeResNeXt
let state: Map<string, SafetensorsTensor>

beforeAll(async () => {
  tf.enableProdMode()
  await tf.setBackend('cpu')
})

beforeEach(() => {
  model = createSeResNeXt(tiny, { seed: 1 })
  state = new Map(hashedState(model.stateDict()))
})

afterEach(() => model.dispose())

describe('stateDict', () => {
  it('gives back what was loaded, bit for bit, also through a safetensors file', () => {
    const { tensors } = decodeSafetensors(encodeSafetensors(state, { format: 'pt' }))
    expect(model.loadStateDict(tensors)).toEqual({ missing: [], unexpected: [] })
    expect(model.stateDict()).toEqual(state)
  })

  it('holds copies', () => {
    const before = model.stateDict()
    model.loadStateDict(state)
    expect(before).not.toEqual(model.stateDict())
  })

  it("keeps filters as [kh, kw, in, out] and exports PyTorch's [out, in, kh, kw]", () => {
    model.loadStateDict(state)
    const { shape, data } = model.stateDict().get('layer1.0.conv2.weight') as SafetensorsTensor
    const variable = model.variables.get('layer1.0.conv2.weight') as tf.Variable
    expect([shape, variable.shape]).toEqual([
      [4, 2, 3, 3],
      [3, 3, 2, 4],
    ])
    const at = ([o, i, y, x]: number[]) => data[((o * 2 + i) * 3 + y) * 3 + x]
    expect(variable.arraySync()).toHaveLength(3)
    expect((variable.arraySync() as number[][][][])[2][1][0][3]).toBe(at([3, 0, 2, 1]))
  })
})

describe('loadStateDict', () => {
  it('names what is missing and unexpected, and changes nothing', () => {
    const before = model.stateDict()
    state.delete('layer1.0.conv1.weight')
    state.set('layer9.0.conv1.weight', vector(1))
    const error = errorOf(() => model.loadStateDict(state))
    expect(error.code).toBe('state-names')
    expect(error.message).toContain('1 missing (layer1.0.conv1.weight) and 1 unexpected (layer9.0.conv1.weight)')
    expect(error.details).toEqual({ missing: ['layer1.0.conv1.weight'], unexpected: ['layer9.0.conv1.weight'] })
    expect(model.stateDict()).toEqual(before)
  })

  it('loads the rest and returns the names with strict: false', () => {
    state.delete('bn1.bias')
    state.set('extra', vector(1))
    expect(model.loadStateDict(state, { strict: false })).toEqual({ missing: ['bn1.bias'], unexpected: ['extra'] })
    expect(model.stateDict().get('bn1.weight')).toEqual(state.get('bn1.weight'))
  })

  it('shortens long lists of names', () => {
    const { message } = errorOf(() => model.loadStateDict(new Map()))
    expect(message).toContain('(conv1.weight, bn1.weight, bn1.bias, bn1.running_mean, bn1.running_var, ...)')
  })

  it('names both shapes of a tensor that does not fit, and changes nothing', () => {
    const before = model.stateDict()
    state.set('layer2.0.bn2.bias', vector(5))
    const error = errorOf(() => model.loadStateDict(state, { strict: false }))
    expect(error.code).toBe('state-shape')
    expect(error.message).toContain('Expected [8] for layer2.0.bn2.bias but received [5]')
    expect(model.stateDict()).toEqual(before)
  })

  it('rejects data that is not as long as its shape says', () => {
    state.set('bn1.bias', { dtype: 'F32', shape: [8], data: new Float32Array(7) })
    expect(() => model.loadStateDict(state)).toThrow('Expected [8] for bn1.bias but received [8] with 7 values')
  })

  it('reads F16 and BF16, and rejects integers', () => {
    state.set('bn1.bias', { dtype: 'BF16', shape: [8], data: new Uint16Array(8).fill(0x3fc0) })
    state.set('bn1.weight', { dtype: 'F16', shape: [8], data: new Uint16Array(8).fill(0x3e00) })
    model.loadStateDict(state)
    for (const name of ['bn1.bias', 'bn1.weight']) {
      expect(Array.from((model.stateDict().get(name) as SafetensorsTensor).data as Float32Array)).toEqual(
        Array(8).fill(1.5),
      )
    }
    state.set('bn1.bias', { dtype: 'I32', shape: [8], data: new Int32Array(8) })
    const error = errorOf(() => model.loadStateDict(state))
    expect(error.code).toBe('state-dtype')
    expect(error.message).toContain('Expected one of F32, F16, BF16, F64 for bn1.bias but received I32')
  })

  it("ignores PyTorch's num_batches_tracked", () => {
    state.set('bn1.num_batches_tracked', { dtype: 'I64', shape: [], data: BigInt64Array.of(7n) })
    expect(model.loadStateDict(state)).toEqual({ missing: [], unexpected: [] })
  })

  it('sums the three channels of a color stem into the one of a gray image', () => {
    const data = Float32Array.from(hashed('stem', 8 * 3 * 49))
    model.loadStateDict(state.set('conv1.weight', { dtype: 'F32', shape: [8, 3, 7, 7], data }))
    const stem = model.stateDict().get('conv1.weight') as SafetensorsTensor
    expect(stem.shape).toEqual([8, 1, 7, 7])
    const at = (o: number, c: number, i: number) => data[(o * 3 + c) * 49 + i]
    expect(stem.data[5 * 49 + 11]).toBe(Math.fround(at(5, 0, 11) + at(5, 1, 11) + at(5, 2, 11)))
  })

  it('repeats the colors for more channels, scaled to keep their sum, as timm does', () => {
    const wide = createSeResNeXt({ ...tiny, inChannels: 4 }, { scope: 'wide' })
    const data = Float32Array.from(hashed('stem', 8 * 3 * 49))
    wide.loadStateDict(new Map(state).set('conv1.weight', { dtype: 'F32', shape: [8, 3, 7, 7], data }))
    const loaded = wide.stateDict().get('conv1.weight')?.data as Float32Array
    for (const channel of [0, 1, 2, 3]) {
      expect(loaded[(5 * 4 + channel) * 49 + 11]).toBeCloseTo((data[(5 * 3 + (channel % 3)) * 49 + 11] * 3) / 4, 6)
    }
    wide.dispose()
  })

  it('refuses other numbers of channels', () => {
    state.set('conv1.weight', { dtype: 'F32', shape: [8, 4, 7, 7], data: new Float32Array(8 * 4 * 49) })
    expect(() => model.loadStateDict(state)).toThrow('Expected [8, 1, 7, 7] for conv1.weight but received [8, 4, 7, 7]')
  })

  it('keeps its own head with dropHead, and says so when the head does not fit', () => {
    state.set('fc.weight', { dtype: 'F32', shape: [1000, 64], data: new Float32Array(64_000) })
    state.set('fc.bias', vector(1000))
    expect(() => model.loadStateDict(state)).toThrow('Give numClasses as it was saved, or load with dropHead: true.')
    const head = model.stateDict().get('fc.weight')
    expect(model.loadStateDict(state, { dropHead: true })).toEqual({ missing: [], unexpected: [] })
    expect(model.stateDict().get('fc.weight')).toEqual(head)
    expect(model.stateDict().get('conv1.weight')).toEqual(state.get('conv1.weight'))
    state.delete('fc.weight')
    expect(model.loadStateDict(state, { dropHead: true })).toEqual({ missing: [], unexpected: [] })
  })
})

function vector(size: number): SafetensorsTensor {
  return { dtype: 'F32', shape: [size], data: new Float32Array(size) }
}

function errorOf(call: () => unknown): SeResNeXtError {
  try {
    call()
  } catch (error) {
    if (error instanceof SeResNeXtError) return error
    throw error
  }
  throw new Error('Expected a SeResNeXtError but nothing was thrown.')
}
