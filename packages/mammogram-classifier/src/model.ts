/** The entry `./model`: a model that is there, its answers for breasts, and heatmaps as pixels; no engine is loaded before a run is opened. */
export * from './answers.ts'
export { type OpenModelOptions, openModel, readModel } from './model/open-model.ts'
