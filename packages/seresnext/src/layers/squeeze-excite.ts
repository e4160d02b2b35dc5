import type { serialization, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { initializers, type Shape } from '@tensorflow/tfjs-layers'
import { squeezeExcite } from '../functions.ts'
import { ImageLayer, type ImageLayerArgs, imageShape } from './image-layer.ts'

/** Arguments of the layer `SqueezeExcite`. */
export interface SqueezeExciteArgs extends ImageLayerArgs {
  /** Channels between the two layers. */
  readonly squeezed: number
}

/** Scales each channel by what two layers make of the means of all. */
export class SqueezeExcite extends ImageLayer {
  static readonly className = 'SqueezeExcite'
  private readonly squeezed: number
  private parts: Readonly<Record<'fc1' | 'bias1' | 'fc2' | 'bias2', ReturnType<ImageLayer['weight']>>> | undefined

  constructor({ squeezed, ...args }: SqueezeExciteArgs) {
    super(args)
    this.squeezed = squeezed
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = Number(imageShape(inputShape)[3])
    const kaiming = () => initializers.varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' })
    this.parts = {
      fc1: this.weight('fc1.weight', [1, 1, channels, this.squeezed], kaiming()),
      bias1: this.weight('fc1.bias', [this.squeezed], initializers.zeros()),
      fc2: this.weight('fc2.weight', [1, 1, this.squeezed, channels], kaiming()),
      bias2: this.weight('fc2.bias', [channels], initializers.zeros()),
    }
    this.built = true
  }

  protected run(x: Tensor4D): Tensor {
    const { fc1, bias1, fc2, bias2 } = this.parts as NonNullable<typeof this.parts>
    return squeezeExcite(x, {
      fc1: fc1.read() as Tensor4D,
      bias1: bias1.read() as Tensor1D,
      fc2: fc2.read() as Tensor4D,
      bias2: bias2.read() as Tensor1D,
    })
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), squeezed: this.squeezed }
  }
}
