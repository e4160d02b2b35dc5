/** What a page has: an exported ONNX file on onnxruntime-web, its answers for breasts, and heatmaps as pixels. */
export * from './answers.ts'
export { type OpenModelOptions, openModel } from './model/open-model.browser.ts'
