import { createRandom } from '@mammokit/seeded-random'
import { strides, type Yolov5Config } from './config.ts'
import type { Parameter } from './layers.ts'

/**
 * Values of a new parameter in PyTorch's layout: filters uniform within 1 / sqrt(fan-in) (PyTorch's default), scales and variances 1;
 * biases of the heads such that an image holds about 8 objects per 640 pixels squared and each class is as likely as the others
 * (Lin et al., "Focal Loss for Dense Object Detection", https://arxiv.org/abs/1708.02002, section 3.3: a prior for rare objects).
 */
export function initialValues(parameter: Parameter, config: Yolov5Config, seed: number): Float32Array {
  const { name, kind, shape } = parameter
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  switch (kind) {
    case 'filter': {
      const random = createRandom(seed, 'yolov5', name)
      const bound = 1 / Math.sqrt(shape[1] * shape[2] * shape[3])
      return values.map(() => random.uniform(-bound, bound))
    }
    case 'bias':
      return values.map((_, i) => priorLogit(name, i % (5 + config.numClasses), config.numClasses))
    case 'scale':
    case 'variance':
      return values.fill(1)
    case 'offset':
    case 'mean':
      return values
  }
}

/** Place 4 is objectness, those after it are classes. */
function priorLogit(name: string, place: number, classes: number): number {
  const stride = strides[Number(name.split('.')[3])]
  if (place < 4) return 0
  return place === 4 ? Math.log(8 / (640 / stride) ** 2) : Math.log(0.6 / (classes - 0.99999))
}
