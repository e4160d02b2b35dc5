import type { serialization, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import { initializers, type Shape } from '@tensorflow/tfjs-layers'
import { batchNormInference, batchNormTraining } from '../functions.ts'
import { ImageLayer, type ImageLayerArgs, imageShape } from './image-layer.ts'

/** Arguments of the layer `RunningBatchNorm`. */
export interface RunningBatchNormArgs extends ImageLayerArgs {
  /** Share of the batch in the running statistics, PyTorch's convention. @default 0.1 */
  readonly momentum?: number
  /** @default 1e-5 */
  readonly epsilon?: number
}

/**
 * Batch normalization as PyTorch has it: the running variance is the unbiased one. Frozen (`trainable = false`), it uses its running
 * statistics in training too and leaves them, as Keras does.
 */
export class RunningBatchNorm extends ImageLayer {
  static readonly className = 'RunningBatchNorm'
  private readonly momentum: number
  private readonly epsilon: number
  private parts:
    | Readonly<Record<'scale' | 'offset' | 'mean' | 'variance', ReturnType<ImageLayer['weight']>>>
    | undefined

  constructor({ momentum = 0.1, epsilon = 1e-5, ...args }: RunningBatchNormArgs = {}) {
    super(args)
    this.momentum = momentum
    this.epsilon = epsilon
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = [Number(imageShape(inputShape)[3])]
    this.parts = {
      scale: this.weight('weight', shape, initializers.ones()),
      offset: this.weight('bias', shape, initializers.zeros()),
      mean: this.weight('running_mean', shape, initializers.zeros(), false),
      variance: this.weight('running_var', shape, initializers.ones(), false),
    }
    this.built = true
  }

  protected run(x: Tensor4D, training: boolean): Tensor {
    const { scale, offset, mean, variance } = this.parts as NonNullable<typeof this.parts>
    const read = (part: typeof scale) => part.read() as Tensor1D
    const tensors = { scale: read(scale), offset: read(offset), mean: read(mean), variance: read(variance) }
    const { name, epsilon, momentum } = this
    if (!training || !this.trainable) return batchNormInference(x, tensors, epsilon)
    const trained = batchNormTraining(this.ops, x, tensors, { name, epsilon, momentum })
    mean.write(trained.mean)
    variance.write(trained.variance)
    return trained.y
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), momentum: this.momentum, epsilon: this.epsilon }
  }
}
