export { assignTargets, type BoxLabel, type TargetOptions, targetValues } from './assign-targets.ts'
export { completeIou } from './complete-iou.ts'
export { type Anchors, strides, type Yolov5Config, yolov5n } from './config.ts'
export { decodeHeads } from './decode-heads.ts'
export { type DetectionLoss, type DetectionLossOptions, detectionLoss } from './detection-loss.ts'
export {
  type DetectorEvaluation,
  type DetectorReport,
  evaluateDetector,
  type LabeledImage,
  type PixelBox,
  type ScoredBox,
} from './evaluate-detector.ts'
export type { BatchStatistics, Yolov5Ops } from './ops.ts'
export type { LoadResult, StateDict, StateTensor } from './state-dict.ts'
export { createYolov5, type Yolov5, type Yolov5Options } from './yolov5.ts'
export { Yolov5Error, type Yolov5ErrorCode } from './yolov5-error.ts'
