/** Pictures without a breast to find: empty ones of every kind that reaches a detector, and inverted mammograms. */
import { scanFilm } from '@mammokit/mammogram-phantom'
import type { GrayImage } from '@mammokit/roi-detector'
import { createRandom, type Random } from '@mammokit/seeded-random'

type Draw = (random: Random) => GrayImage

/** White minus each value. */
export function invert({ data, width, height }: GrayImage): GrayImage {
  return { data: data.map((value) => 65_535 - value), width, height }
}

/** An empty picture of a kind that the index chooses; the same seed and index give the same picture. */
export function emptyPicture(seed: number, index: number): GrayImage {
  return emptyKinds[index % emptyKinds.length](createRandom(seed, 'empty', index))
}

const emptyKinds: readonly Draw[] = [constant, noise, gradient, labels, blankFilm, clouds]

function frame(random: Random): { width: number; height: number } {
  const height = random.integer(256, 640)
  return { height, width: Math.round(height * random.uniform(0.5, 1.1)) }
}

/** A picture whose value at (u, v), shares of its size from -0.5 to 0.5, is a share of white. */
function paint(random: Random, value: (u: number, v: number) => number): GrayImage {
  const { width, height } = frame(random)
  const data = new Uint16Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      data[at] = Math.max(0, Math.min(65_535, 65_535 * value(x / width - 0.5, y / height - 0.5)))
    }
  }
  return { data, width, height }
}

function constant(random: Random): GrayImage {
  const level = random.chance(0.3) ? 0 : random.uniform()
  return paint(random, () => level)
}

function noise(random: Random): GrayImage {
  const level = random.uniform(0, 0.8)
  const deviation = random.chance(0.5) ? random.uniform(0.002, 0.03) : random.uniform(0.03, 0.3)
  return paint(random, () => level + deviation * random.normal())
}

function gradient(random: Random): GrayImage {
  const level = random.uniform(0, 0.8)
  const [across, down] = [random.uniform(-0.8, 0.8), random.uniform(-0.8, 0.8)]
  const grain = random.uniform(0, 0.01)
  return paint(random, (u, v) => level + across * u + down * v + grain * random.normal())
}

/** Rectangles, solid or of bars, on even air. */
function labels(random: Random): GrayImage {
  const level = random.uniform(0, 0.2)
  const picture = paint(random, () => level)
  const { width, height, data } = picture
  for (let left = random.integer(1, 4); left > 0; left--) {
    const [w, h] = [Math.round(width * random.uniform(0.05, 0.35)), Math.round(height * random.uniform(0.03, 0.25))]
    const [x, y] = [random.integer(0, width - w), random.integer(0, height - h)]
    const gray = 65_535 * random.uniform(0.4, 1)
    const bar = random.chance(0.5) ? random.integer(2, 8) : 0
    for (let row = y; row < y + h; row++) {
      for (let column = x; column < x + w; column++) {
        if (bar === 0 || (column - x) % (2 * bar) < bar) data[row * width + column] = gray
      }
    }
  }
  return picture
}

/** A film that was exposed without a breast. */
function blankFilm(random: Random): GrayImage {
  const { width, height } = frame(random)
  const film = { data: new Uint16Array(width * height), width, height, breastWidths: new Int32Array(height) }
  return scanFilm({ ...film, laterality: random.chance(0.5) ? 'L' : 'R' }, { seed: random.bits() })
}

/** Even texture over the whole frame: noise averaged over blocks and interpolated. */
function clouds(random: Random): GrayImage {
  const cells = random.integer(4, 24)
  const grid = Float64Array.from({ length: (cells + 2) ** 2 }, () => random.normal())
  const level = random.uniform(0.1, 0.7)
  const depth = random.uniform(0.02, 0.2)
  return paint(random, (u, v) => {
    const [gx, gy] = [(u + 0.5) * cells, (v + 0.5) * cells]
    const [i, j] = [Math.floor(gx), Math.floor(gy)]
    const [fx, fy] = [gx - i, gy - j]
    const at = j * (cells + 2) + i
    const upper = grid[at] * (1 - fx) + grid[at + 1] * fx
    const lower = grid[at + cells + 2] * (1 - fx) + grid[at + cells + 3] * fx
    return level + depth * (upper * (1 - fy) + lower * fy)
  })
}
