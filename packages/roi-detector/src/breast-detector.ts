import { shippedModel } from '#platform'
import { loadYolov5Detector, type Yolov5Detector } from './yolov5/load-yolov5-detector.ts'

/**
 * Path (in a page the URL) of the detector that this package ships: `models/breast-yolov5n.onnx`, one channel, one class, 256 x 256.
 *
 * @example
 * const detector = await loadYolov5Detector(breastDetectorPath())
 */
export function breastDetectorPath(): string {
  return shippedModel()
}

let shipped: Promise<Yolov5Detector> | undefined

/** The detector that this package ships, loaded once per process or worker, with one thread of ONNX Runtime. */
export function loadBreastDetector(): Promise<Yolov5Detector> {
  shipped ??= loadYolov5Detector(breastDetectorPath(), { threads: 1 })
  return shipped
}
