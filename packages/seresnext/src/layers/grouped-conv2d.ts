import type { serialization, Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { initializers, type Shape } from '@tensorflow/tfjs-layers'
import { convolve } from '../functions.ts'
import { ImageLayer, type ImageLayerArgs, imageShape, windowed } from './image-layer.ts'

/** Arguments of the layer `GroupedConv2D`. */
export interface GroupedConv2DArgs extends ImageLayerArgs {
  /** Channels of the output, a multiple of `groups`. */
  readonly filters: number
  /** Height and width of the filters. @default 3 */
  readonly kernelSize?: number
  /** @default 1 */
  readonly strides?: number
  /** Groups of channels, each with filters of its own. @default 1 */
  readonly groups?: number
}

/** Convolution of groups of channels, with floor(kernelSize / 2) zeros on every side and no bias, as timm's networks have it. */
export class GroupedConv2D extends ImageLayer {
  static readonly className = 'GroupedConv2D'
  private readonly filters: number
  private readonly kernelSize: number
  private readonly strides: number
  private readonly groups: number
  private filter: ReturnType<ImageLayer['weight']> | undefined

  constructor({ filters, kernelSize = 3, strides = 1, groups = 1, ...args }: GroupedConv2DArgs) {
    super(args)
    this.filters = filters
    this.kernelSize = kernelSize
    this.strides = strides
    this.groups = groups
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = [this.kernelSize, this.kernelSize, Number(imageShape(inputShape)[3]) / this.groups, this.filters]
    const kaiming = initializers.varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' })
    this.filter = this.weight('weight', shape, kaiming)
    this.built = true
  }

  protected run(x: Tensor4D): Tensor {
    return convolve(this.ops, x, this.filter?.read() as Tensor4D, this.strides, this.groups)
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [count, height, width] = imageShape(inputShape)
    const padding = 2 * (this.kernelSize >> 1)
    const size = (length: number | null) => windowed(length, this.kernelSize, this.strides, padding)
    return [count, size(height), size(width), this.filters]
  }

  override getConfig(): serialization.ConfigDict {
    const { filters, kernelSize, strides, groups } = this
    return { ...super.getConfig(), filters, kernelSize, strides, groups }
  }
}
