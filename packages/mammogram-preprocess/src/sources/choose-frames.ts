/** Which frames of an image with several become the picture. */
import { notAdmitted } from '../admission/admit.ts'
import { PreprocessError } from '../preprocess-error.ts'
import type { ResolvedPreprocessOptions } from '../preprocess-options.ts'

export interface ChosenFrames {
  /** The frame whose attributes hold. */
  readonly index: number
  /** Over all frames, in place of that frame alone. */
  readonly projection?: 'maximum' | 'mean'
  readonly warnings: readonly string[]
}

/**
 * The frames of `count` that `option` chooses; an image of one frame has only that one.
 *
 * @throws PreprocessError `not-admitted` for several frames without the option, `image-unreadable` for a frame that is not there
 */
export function chooseFrames(
  { count, isSlices }: { readonly count: number; readonly isSlices: boolean },
  option: ResolvedPreprocessOptions['frame'],
): ChosenFrames {
  if (count === 1 && !isSlices) return { index: 0, warnings: [] }
  if (option === undefined) {
    const what = isSlices ? 'tomosynthesis' : 'an image of several frames'
    throw notAdmitted(
      'frames',
      `Expected one frame of a 2-D mammogram but received ${what} with ${count}.`,
      'Set frame to an index, middle, maximum or mean to choose.',
      [`frames:${count}`],
    )
  }
  const source = isSlices ? ['source:tomosynthesis'] : []
  if (option === 'maximum' || option === 'mean') {
    return { index: middle(count), projection: option, warnings: [...source, `source:${option}-of-${count}-frames`] }
  }
  const index = count === 1 || option === 'middle' ? middle(count) : option
  if (index < count) return { index, warnings: [...source, `source:frame-${index}-of-${count}`] }
  throw new PreprocessError(
    'image-unreadable',
    `Expected a frame below ${count} but received ${index}. Set frame to one that every image has, or to middle.`,
    { frame: index, numberOfFrames: count },
  )
}

const middle = (count: number) => (count - 1) >> 1
