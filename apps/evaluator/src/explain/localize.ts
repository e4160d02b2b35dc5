/**
 * Whether a heatmap points at the lesion, where the truth is known.
 *
 * Reference: Zhang et al., "Top-down Neural Attention by Excitation Backprop", https://arxiv.org/abs/1608.00507, section 4.2 (the pointing game).
 */
import type { LesionBox } from '@mammokit/mammogram-dataset'

export interface Localization {
  /** Whether the strongest pixel of the breast lies in a lesion's box. */
  readonly hit: boolean
  /** Share of the breast with evidence as strong as the strongest at a lesion: what has to be looked at, strongest first, until one is met. */
  readonly area: number
}

export interface LocalizedImage {
  readonly map: Localization
  /** The same where one looks at the middle of the breast first, and ever farther from it. */
  readonly center: Localization
  /** Share of the breast that lesions cover: how often a point by chance would hit. */
  readonly chance: number
}

/**
 * Holds a heatmap against the lesions of its image; undefined where none of them lies on the breast.
 *
 * @param heat of the network's image, float32 [height * width]
 * @param isBreast whether a pixel is not background, [height * width]
 */
export function localize(
  heat: Float32Array,
  isBreast: (at: number) => boolean,
  lesions: readonly LesionBox[],
  width: number,
): LocalizedImage | undefined {
  const breast = Array.from(heat.keys()).filter(isBreast)
  const inLesion = (at: number): boolean => {
    const [x, y] = [at % width, Math.floor(at / width)]
    return lesions.some(({ left, top, right, bottom }) => x >= left && x < right && y >= top && y < bottom)
  }
  const lesion = breast.filter(inLesion)
  if (lesion.length === 0) return undefined
  const meanOf = (coordinate: (at: number) => number) =>
    breast.reduce((sum, at) => sum + coordinate(at), 0) / breast.length
  const [middleX, middleY] = [meanOf((at) => at % width), meanOf((at) => Math.floor(at / width))]
  const nearness = (at: number) => -Math.hypot((at % width) - middleX, Math.floor(at / width) - middleY)
  return {
    map: judge(breast, lesion, (at) => heat[at]!),
    center: judge(breast, lesion, nearness),
    chance: lesion.length / breast.length,
  }
}

function judge(breast: readonly number[], lesion: readonly number[], strength: (at: number) => number): Localization {
  const strongest = (pixels: readonly number[]) => pixels.reduce((most, at) => Math.max(most, strength(at)), -Infinity)
  const atLesion = strongest(lesion)
  const above = breast.reduce((count, at) => count + Number(strength(at) >= atLesion), 0)
  return { hit: atLesion === strongest(breast), area: above / breast.length }
}
