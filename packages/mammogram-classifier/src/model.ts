/** The entry `./model`: opening a model, answers for breasts, heatmaps; TensorFlow.js and an engine are loaded for a run folder only. */
export * from './answers.ts'
export type { PendingModel } from './model/model.ts'
export { type OpenModelOptions, openModel, readModel } from './model/open-model.ts'
