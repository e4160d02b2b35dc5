/** Pools and the drop of branches as timm has them, of which tfjs's own layers lack the padding or the gradient. */
import type { serialization, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { initializers, type Shape } from '@tensorflow/tfjs-layers'
import { blurPool, dropPath, generalizedMean, maxPool } from '../functions.ts'
import { ImageLayer, type ImageLayerArgs, imageShape, windowed } from './image-layer.ts'

/** Arguments of the layer `MaxPool3x3`. */
export interface MaxPool3x3Args extends ImageLayerArgs {
  /** @default 2 */
  readonly strides?: number
  /** PyTorch's ceil_mode in place of one pixel of padding. @default false */
  readonly ceil?: boolean
}

/** Maxima of 3x3 windows over values >= 0. */
export class MaxPool3x3 extends ImageLayer {
  static readonly className = 'MaxPool3x3'
  private readonly strides: number
  private readonly ceil: boolean

  constructor({ strides = 2, ceil = false, ...args }: MaxPool3x3Args = {}) {
    super(args)
    this.strides = strides
    this.ceil = ceil
  }

  protected run(x: Tensor4D): Tensor {
    return maxPool(this.ops, x, this.strides, this.ceil)
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [count, height, width, channels] = imageShape(inputShape)
    const size = (length: number | null) => windowed(length, 3, this.strides, this.ceil ? this.strides - 1 : 2)
    return [count, size(height), size(width), channels]
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), strides: this.strides, ceil: this.ceil }
  }
}

/** [1, 2, 1] / 4 in both directions over reflected borders, stride 2: timm's BlurPool2d. */
export class BlurPool2D extends ImageLayer {
  static readonly className = 'BlurPool2D'

  constructor(args: ImageLayerArgs = {}) {
    super(args)
  }

  protected run(x: Tensor4D): Tensor {
    return blurPool(x)
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [count, height, width, channels] = imageShape(inputShape)
    return [count, windowed(height, 3, 2, 2), windowed(width, 3, 2, 2), channels]
  }
}

/** Generalized mean over the image with a trained exponent, from 3: [N, H, W, C] to [N, C]. */
export class GlobalGeneralizedMean2D extends ImageLayer {
  static readonly className = 'GlobalGeneralizedMean2D'
  private exponent: ReturnType<ImageLayer['weight']> | undefined

  constructor(args: ImageLayerArgs = {}) {
    super(args)
  }

  override build(): void {
    this.exponent = this.weight('p', [1], initializers.constant({ value: 3 }))
    this.built = true
  }

  protected run(x: Tensor4D): Tensor {
    return generalizedMean(x, this.exponent?.read() as Tensor1D)
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [count, , , channels] = imageShape(inputShape)
    return [count, channels]
  }
}

/** Arguments of the layer `DropPath`. */
export interface DropPathArgs extends ImageLayerArgs {
  /** Share of the images whose values become 0 in training. */
  readonly rate: number
}

/** Stochastic depth: zeros whole images in training, and scales the others to keep the mean. */
export class DropPath extends ImageLayer {
  static readonly className = 'DropPath'
  private readonly rate: number

  constructor({ rate, ...args }: DropPathArgs) {
    super(args)
    this.rate = rate
  }

  protected run(x: Tensor4D, training: boolean): Tensor {
    return training && this.rate > 0 ? dropPath(x, this.rate) : x.clone()
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate }
  }
}
