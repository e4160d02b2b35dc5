/** Kinds of values that options of several commands have. */
import { z } from 'zod'

export const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)
  .default(13)
export const count = z.int().min(1)
export const fraction = z.number().min(0).max(1)
export const text = z.string().min(1)
