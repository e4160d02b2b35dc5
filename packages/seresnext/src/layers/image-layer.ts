/** What the layers have in common: one image [N, H, W, C] in, one tensor out. */
import type * as tf from '@tensorflow/tfjs-core'
import { type initializers, layers, type Shape } from '@tensorflow/tfjs-layers'
import { defaultOps, type SeResNeXtOps } from '../ops.ts'

/** Arguments of every layer of images. */
export interface ImageLayerArgs {
  readonly name?: string
  readonly trainable?: boolean
  /** Operations of an engine; they are not saved. @default plain tfjs */
  readonly ops?: Partial<SeResNeXtOps>
}

type Initializer = ReturnType<typeof initializers.zeros>
type LayerVariable = ReturnType<layers.Layer['addWeight']>

export abstract class ImageLayer extends layers.Layer {
  protected readonly ops: SeResNeXtOps

  protected constructor({ ops, ...args }: ImageLayerArgs) {
    super(args)
    this.ops = { ...defaultOps, ...ops }
  }

  /** The layer's function of an image. */
  protected abstract run(x: tf.Tensor4D, training: boolean): tf.Tensor

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs?: { readonly training?: boolean }): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D
    return this.run(x, kwargs?.training === true)
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return imageShape(inputShape)
  }

  protected weight(name: string, shape: number[], initializer: Initializer, trainable = true): LayerVariable {
    return this.addWeight(name, shape, 'float32', initializer, undefined, trainable)
  }
}

/** [N, H, W, C], of which N, H and W may be null. */
export function imageShape(inputShape: Shape | Shape[]): Shape {
  return (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as Shape
}

/** The height or width after windows of `size` and `stride` over `padding` pixels more. */
export function windowed(length: number | null, size: number, stride: number, padding: number): number | null {
  return length === null ? null : Math.floor((length + padding - size) / stride) + 1
}
