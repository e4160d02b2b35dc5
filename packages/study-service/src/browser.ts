/** What a page has: files that its user chose in, the result of Node.js out. */
export { type AnalyzeOptions, analyzeStudies, type ChosenFile } from './analyze-studies.browser.ts'
export type { Overlay, Seen, ShownFrame } from './answer/answer-image.ts'
export type { AnswerMemory } from './answer/prepare-images.ts'
export { type BreastResult, type ImageResult, notice, type Result, type StudyResult } from './result/result-schema.ts'
export { StudyError, type StudyErrorCode } from './study-error.ts'
