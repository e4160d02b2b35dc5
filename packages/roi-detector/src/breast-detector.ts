import { fileURLToPath } from 'node:url'

/**
 * Path of the detector that this package ships: `models/breast-yolov5n.onnx`, one channel, one class, 256 x 256.
 *
 * @example
 * const detector = await loadYolov5(breastDetectorPath())
 */
export function breastDetectorPath(): string {
  return fileURLToPath(new URL('../models/breast-yolov5n.onnx', import.meta.url))
}
