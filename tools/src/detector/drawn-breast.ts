/** Breasts without texture: half-ellipses with a nipple, as even or as noisy as chance has it, so that a detector learns the shape too. */
import type { Box, GrayImage } from '@mammokit/roi-detector'
import { createRandom, type Random } from '@mammokit/seeded-random'

/** Draws a breast; the same seed and index give the same picture. */
export function drawnBreast(seed: number, index: number): GrayImage & { readonly breast: Box } {
  const random = createRandom(seed, 'drawn', index)
  const height = random.integer(256, 512)
  const width = Math.round(height * random.uniform(0.5, 0.9))
  const isLeft = random.chance(0.5)
  const [depth, half] = [width * random.uniform(0.3, 0.9), height * random.uniform(0.2, 0.48)]
  const middle = Math.min(height - half, Math.max(half, height * random.uniform(0.35, 0.65)))
  const tissue = tissueOf(random)
  const air = random.uniform(0, 0.08)
  const grain = random.uniform(0, 0.01)
  const data = new Uint16Array(width * height)
  let [top, bottom, reach] = [height, 0, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = isLeft ? x : width - 1 - x
      const inside = 1 - (u / depth) ** 2 - ((y - middle) / half) ** 2
      const isNipple = Math.hypot(u - depth - 2, y - middle) < 0.018 * height
      const value = inside > 0 ? tissue(inside) : isNipple ? tissue(0.1) : 0
      data[y * width + x] = Math.max(0, Math.min(65_535, 65_535 * (air + value + grain * random.uniform(-1, 1))))
      if (inside <= 0 && !isNipple) continue
      if (y < top) top = y
      bottom = y
      if (u > reach) reach = u
    }
  }
  const breast = { x: isLeft ? 0 : width - 1 - reach, y: top, width: reach + 1, height: bottom + 1 - top }
  return { data, width, height, breast }
}

/** Brightness of tissue, a share of white, from how far inside it lies: 0 at the skin, 1 at the chest wall. */
function tissueOf(random: Random): (inside: number) => number {
  const [level, skin, slope] = [random.uniform(0.15, 0.8), random.uniform(0.2, 0.9), random.uniform(1, 8)]
  const texture = random.chance(0.7) ? random.uniform(0, 0.4) : 0
  return (inside) => level * Math.min(1, skin + inside * slope) * (1 + texture * random.uniform(-1, 1))
}
