/** Input specs of compiled functions: the shape and dtype of each input, in any structure. */
import type * as tf from '@tensorflow/tfjs-core'
import { EngineError } from '../errors.ts'
import { checkNames, checkOption } from '../options.ts'
import { describe, flatten, type Nested, type Structure } from './structure.ts'

/** Spec of one input of a compiled or exported function. */
export interface InputSpec {
  /** `null` as the first length leaves the batch size open; `toOnnx` takes it for the height and width of images [N, H, W, C] too. */
  readonly shape: readonly (number | null)[]
  /** @default 'float32' */
  readonly dtype?: 'float32' | 'int32' | 'bool'
  /** The input's name in the ONNX graph. @default 'input0', 'input1', ...; 'input0.weights' inside a structure */
  readonly name?: string
}

/** One spec for each parameter of a function, or an array or object of specs where the parameter is one of tensors. */
export type InputSpecs = readonly Nested<InputSpec>[]

/** Tensors in place of specs. */
export type TensorsOf<Specs> = Specs extends InputSpec
  ? tf.Tensor
  : { -readonly [Key in keyof Specs]: TensorsOf<Specs[Key]> }

/** A function of tensors in the structure of specs; its parameters may have narrower types, such as Tensor4D. */
export type FunctionOf<Specs extends InputSpecs, Result> = {
  call(...inputs: { -readonly [Key in keyof Specs]: TensorsOf<Specs[Key]> }): Result
}['call']

/** @throws {EngineError} `bad-input` where there is no array of specs, or a spec has no shape */
export function flattenSpecs<Spec extends { readonly shape: readonly unknown[] }>(
  specs: readonly Nested<Spec>[],
): Structure<Spec> {
  const refuse = (received: string): EngineError =>
    new EngineError(
      'bad-input',
      `Expected an array of input specs with a shape, or of arrays and objects of them, but received ${received}. Write { shape: [2, 3] } for each tensor.`,
    )
  if (!Array.isArray(specs)) throw refuse(describe(specs))
  const isSpec = (item: unknown): item is Spec => Array.isArray((item as Spec | null | undefined)?.shape)
  const structure = flatten(specs, isSpec, refuse)
  for (const { value } of structure.leaves) {
    checkNames<object>(value, { shape: true, dtype: true, name: true }, 'an input spec')
    const { name } = value as { readonly name?: unknown }
    checkOption({ name }, 'a name of at least one character', (given) => typeof given === 'string' && given !== '')
  }
  return structure
}

/** The shape of a spec that leaves nothing open. @throws {EngineError} `bad-input` if a dimension is not an integer */
export function checkShape({ shape }: InputSpec, place: string): readonly number[] {
  if (shape.every((length) => Number.isInteger(length) && (length as number) >= 0)) return shape as readonly number[]
  throw new EngineError(
    'bad-input',
    `Expected integers for the shape of input ${place} but received [${shape.map(String)}]. Write null for a batch size that is not known.`,
    { place, shape },
  )
}
