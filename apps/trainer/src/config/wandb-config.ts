import { z } from 'zod'
import { text } from './values.ts'

/** Where `train` sends what it logs beside the run folder; nowhere without a project. */
export const wandbSchema = z.strictObject({
  project: text
    .nullable()
    .default(null)
    .describe('project at Weights & Biases that gets figures and configuration; null: nothing is sent'),
  entity: text.nullable().default(null).describe("user or team whose project it is; null: the API key's own"),
  group: text.nullable().default(null).describe('group of the run; null: none, and of folds their run'),
  tags: z
    .array(text)
    .default([])
    .describe('tags of the run')
    .meta({ examples: [['baseline']] }),
})
