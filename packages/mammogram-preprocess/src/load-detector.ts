import { loadYolov5Detector, type Yolov5Detector } from '@mammokit/roi-detector'
import { detectorPath, type ResolvedPreprocessOptions } from './preprocess-options.ts'

type DetectorOptions = NonNullable<ResolvedPreprocessOptions['detector']>

const detectors = new Map<string, Promise<Yolov5Detector>>()

/** Loads a model once per thread; one thread of ONNX Runtime, because files are what runs in parallel. @throws RoiError */
export function loadDetector({ model, sha256 }: DetectorOptions): Promise<Yolov5Detector> {
  let detector = detectors.get(sha256)
  if (!detector) {
    detector = loadYolov5Detector(detectorPath(model), { threads: 1 })
    detectors.set(sha256, detector)
  }
  return detector
}

/** Loads the model and lets go of it. @throws RoiError where it cannot be used */
export async function assertDetectorLoads({ model }: DetectorOptions): Promise<void> {
  await (await loadYolov5Detector(detectorPath(model), { threads: 1 })).dispose()
}
