/** A half-ellipse of tissue with a fading skin line and a nipple on a noisy background: enough breast for a threshold. */
import type { GrayImage, Side } from '../src/index.ts'

export interface SyntheticOptions {
  readonly width?: number
  readonly height?: number
  readonly side?: Side
  readonly background?: number
}

export function syntheticMammogram({
  width = 300,
  height = 400,
  side = 'L',
  background = 800,
}: SyntheticOptions = {}): { image: GrayImage; truth: Uint8Array } {
  const data = new Uint16Array(width * height)
  const truth = new Uint8Array(width * height)
  const random = randomNumbers(7)
  const [rx, ry, cy] = [0.6 * width, 0.38 * height, 0.5 * height]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = side === 'L' ? x : width - 1 - x
      const depth = 1 - (u / rx) ** 2 - ((y - cy) / ry) ** 2
      const nipple = Math.hypot(u - rx - 2, y - cy) < 0.018 * height
      const at = y * width + x
      truth[at] = depth > 0 || nipple ? 1 : 0
      const tissue = nipple ? 15_000 : depth > 0 ? 20_000 * Math.min(1, 0.25 + depth * 4) * (0.7 + 0.6 * random()) : 0
      data[at] = background + tissue + 150 * random()
    }
  }
  return { image: { data, width, height }, truth }
}

export function fillRectangle(image: GrayImage, x: number, y: number, width: number, height: number, value: number) {
  for (let row = y; row < y + height; row++) {
    image.data.fill(value, row * image.width + x, row * image.width + x + width)
  }
}

export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
