/**
 * Tileable noise textures, the basis of the breast tissue.
 *
 * The power spectrum of mammographic texture falls as 1/f^beta with beta near 3 (Burgess, "Mammographic structure: data
 * preparation and spatial statistics analysis", 1999); in octaves of gradient noise that is an amplitude of
 * 2^(-(beta-2)/2) from one octave to the next. `ridged` turns its zero crossings into filaments.
 */
import { createRandom, type Random } from '@mammokit/seeded-random'

/** Side of a tile in texels; a power of two, so that wrapping is a mask. */
export const TILE_SIZE = 512

export interface NoiseTiles {
  /** 1/f^beta clouds, mean 0, standard deviation 1. */
  readonly clouds: Float32Array
  /** A web of filaments, 0 to 1, mostly low. */
  readonly filaments: Float32Array
}

let cached: { seed: number; tiles: NoiseTiles } | undefined

/** The two textures of a seed, float32 [TILE_SIZE, TILE_SIZE]; those of the last seed are cached. */
export function noiseTiles(seed: number): NoiseTiles {
  if (cached?.seed !== seed) {
    cached = { seed, tiles: { clouds: createClouds(seed), filaments: createFilaments(seed) } }
  }
  return cached.tiles
}

function createClouds(seed: number): Float32Array {
  const tile = new Float32Array(TILE_SIZE * TILE_SIZE)
  const beta = 3
  const persistence = Math.sqrt(1 / 2 ** (beta - 2))
  let amplitude = 1
  for (let cells = 4; cells <= 256; cells *= 2) {
    addOctave(tile, createRandom(seed, 'clouds', cells), cells, (noise) => amplitude * noise)
    amplitude *= persistence
  }
  let mean = 0
  for (const value of tile) mean += value / tile.length
  let variance = 0
  for (const value of tile) variance += ((value - mean) * (value - mean)) / tile.length
  const scale = 1 / Math.sqrt(variance)
  for (let i = 0; i < tile.length; i++) tile[i] = (tile[i] - mean) * scale
  return tile
}

function createFilaments(seed: number): Float32Array {
  const tile = new Float32Array(TILE_SIZE * TILE_SIZE)
  const octaves = [
    { cells: 14, amplitude: 0.8, sharpness: 9 },
    { cells: 23, amplitude: 0.85, sharpness: 7 },
    { cells: 41, amplitude: 0.75, sharpness: 5 },
    { cells: 83, amplitude: 0.5, sharpness: 3.5 },
    { cells: 150, amplitude: 0.3, sharpness: 2.5 },
  ]
  for (const { cells, amplitude, sharpness } of octaves) {
    addOctave(tile, createRandom(seed, 'filaments', cells), cells, (noise) => {
      const ridge = 1 - Math.min(1, Math.abs(noise) * sharpness)
      return amplitude * ridge * ridge
    })
  }
  // A low-frequency mask varies the density of the filaments.
  const mask = new Float32Array(TILE_SIZE * TILE_SIZE)
  addOctave(mask, createRandom(seed, 'presence', 9), 9, (noise) => noise)
  addOctave(mask, createRandom(seed, 'presence', 21), 21, (noise) => 0.7 * noise)
  for (let i = 0; i < tile.length; i++) {
    const presence = Math.min(1, Math.max(0.15, 0.62 + 1.1 * mask[i]))
    tile[i] = Math.min(1, tile[i] * presence * 0.8)
  }
  return tile
}

/** Adds f(gradient noise) with `cells` lattice cells across the tile (Perlin, "Improving Noise", 2002). */
function addOctave(tile: Float32Array, random: Random, cells: number, shape: (noise: number) => number): void {
  const gradientX = new Float32Array(cells * cells)
  const gradientY = new Float32Array(cells * cells)
  for (let i = 0; i < gradientX.length; i++) {
    let x: number
    let y: number
    do {
      x = random.uniform(-1, 1)
      y = random.uniform(-1, 1)
    } while (x * x + y * y > 1 || x * x + y * y < 0.01)
    const length = Math.sqrt(x * x + y * y)
    gradientX[i] = x / length
    gradientY[i] = y / length
  }
  const step = cells / TILE_SIZE
  for (let row = 0; row < TILE_SIZE; row++) {
    const y = row * step
    const top = Math.floor(y)
    const fy = y - top
    const sy = fy * fy * fy * (fy * (fy * 6 - 15) + 10)
    const rowTop = top * cells
    const rowBottom = ((top + 1) % cells) * cells
    for (let column = 0; column < TILE_SIZE; column++) {
      const x = column * step
      const left = Math.floor(x)
      const right = (left + 1) % cells
      const fx = x - left
      const sx = fx * fx * fx * (fx * (fx * 6 - 15) + 10)
      const a = gradientX[rowTop + left] * fx + gradientY[rowTop + left] * fy
      const b = gradientX[rowTop + right] * (fx - 1) + gradientY[rowTop + right] * fy
      const c = gradientX[rowBottom + left] * fx + gradientY[rowBottom + left] * (fy - 1)
      const d = gradientX[rowBottom + right] * (fx - 1) + gradientY[rowBottom + right] * (fy - 1)
      const upper = a + sx * (b - a)
      const lower = c + sx * (d - c)
      tile[row * TILE_SIZE + column] += shape(upper + sy * (lower - upper))
    }
  }
}

/** Bilinear sample of a tile at (u, v) in texels, wrapped. */
export function sampleTile(tile: Float32Array, u: number, v: number): number {
  const iu = Math.floor(u)
  const iv = Math.floor(v)
  const fu = u - iu
  const fv = v - iv
  const u0 = iu & (TILE_SIZE - 1)
  const u1 = (iu + 1) & (TILE_SIZE - 1)
  const v0 = (iv & (TILE_SIZE - 1)) * TILE_SIZE
  const v1 = ((iv + 1) & (TILE_SIZE - 1)) * TILE_SIZE
  const upper = tile[v0 + u0] + fu * (tile[v0 + u1] - tile[v0 + u0])
  const lower = tile[v1 + u0] + fu * (tile[v1 + u1] - tile[v1 + u0])
  return upper + fv * (lower - upper)
}
