/** What timm lacks: local contrast normalization, and the pool of the highest places. */
import type { serialization, Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import type { Shape } from '@tensorflow/tfjs-layers'
import type { InputNormalization } from '../config.ts'
import { normalizeLocally } from '../local-contrast.ts'
import { averagePlaces, meanOfHighest } from '../places.ts'
import { ImageLayer, type ImageLayerArgs, imageShape, windowed } from './image-layer.ts'

/** Arguments of the layer `HighestMean2D`. */
export interface HighestMean2DArgs extends ImageLayerArgs {
  readonly places: number
}

/** The mean of the highest places of an image of scores, [N, H, W, 1] to [N, 1]. */
export class HighestMean2D extends ImageLayer {
  static readonly className = 'HighestMean2D'
  private readonly places: number

  constructor({ places, ...args }: HighestMean2DArgs) {
    super(args)
    this.places = places
  }

  protected run(x: Tensor4D): Tensor {
    return meanOfHighest(x, this.places, (scores) => scores)
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [imageShape(inputShape)[0], 1]
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), places: this.places }
  }
}

/** Arguments of the layer `AveragePlaces2D`. */
export interface AveragePlaces2DArgs extends ImageLayerArgs {
  readonly window: number
}

/** Means of window x window cells, one cell apart. */
export class AveragePlaces2D extends ImageLayer {
  static readonly className = 'AveragePlaces2D'
  private readonly window: number

  constructor({ window, ...args }: AveragePlaces2DArgs) {
    super(args)
    this.window = window
  }

  protected run(x: Tensor4D): Tensor {
    return averagePlaces(x, this.window)
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [count, height, width, channels] = imageShape(inputShape)
    const size = (length: number | null) => windowed(length, this.window, 1, 0)
    return [count, size(height), size(width), channels]
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), window: this.window }
  }
}

/** Arguments of the layer `LocalContrast2D`. */
export interface LocalContrast2DArgs extends ImageLayerArgs, InputNormalization {}

/** Local contrast normalization. */
export class LocalContrast2D extends ImageLayer {
  static readonly className = 'LocalContrast2D'
  private readonly options: InputNormalization

  constructor({ window, air, floor, ...args }: LocalContrast2DArgs) {
    super(args)
    this.options = { window, air, floor }
  }

  protected run(x: Tensor4D): Tensor {
    return normalizeLocally(x, this.options)
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options }
  }
}
