/** The entry `@mammokit/mammogram-classifier/heatmap`: from a map to pixels, without a network; for Node and pages alike. */
export { ClassifierError, type ClassifierErrorCode } from './classifier-error.ts'
export type { ActivationMap } from './heatmap/activation-map.ts'
export { clipToBreast } from './heatmap/clip-to-breast.ts'
export { drawOverlay, heatLayer, heatMask, type OverlayImage, type OverlayOptions } from './heatmap/draw-overlay.ts'
export { type FrameSize, type MapPlacement, mapInFrame, wholeImage } from './heatmap/map-in-frame.ts'
export { type MapMethod, mapMethods } from './heatmap/map-methods.ts'
