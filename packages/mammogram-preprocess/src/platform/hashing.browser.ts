import { PreprocessError } from '../preprocess-error.ts'
import type { Hashing } from './platform.ts'
import { hexOf } from './subtle.browser.ts'

export const hashText: Hashing['hashText'] = (text) => hexOf(new TextEncoder().encode(text))

/** Of the model that roi-detector ships: a page cannot read it before it is fetched. */
const shipped = '87245e0d4c6b972a02f1517ba2e52c6895a3c03f7c43caf6011b5611f757f0d3'

/** @throws PreprocessError `invalid-options` for any model but the shipped one */
export const hashModel: Hashing['hashModel'] = (model) => {
  if (model === 'breast-yolov5n') return shipped
  throw new PreprocessError(
    'invalid-options',
    `Expected breast-yolov5n for detector.model in a page but received ${model}. Preprocess with another model in Node.js.`,
    { model },
  )
}
