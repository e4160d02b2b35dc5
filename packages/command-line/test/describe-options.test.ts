import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeOptions } from '../src/index.ts'

const schema = z.strictObject({
  run: z.string().describe('folder'),
  seed: z.int().min(0).default(13).describe('seed'),
  training: z
    .strictObject({
      lr: z.number().positive().default(0.1).describe('rate'),
      schedule: z
        .discriminatedUnion('name', [
          z.strictObject({
            name: z.literal('a').describe('schedule'),
            power: z.number().default(1).describe('exponent'),
          }),
          z.strictObject({ name: z.literal('b').describe('schedule') }),
        ])
        .prefault({ name: 'a' }),
      fold: z.int().nullable().default(null).describe('fold'),
    })
    .prefault({ lr: 0.5 }),
})

test('describes each key that has none of its own, and what has a flag, with values and default', () => {
  expect(
    describeOptions({
      schema,
      flags: { run: '--run <dir>', 'training.lr': '--lr <rate>', 'training.schedule': '--schedule <json>' },
    }),
  ).toEqual([
    { key: 'run', flag: '--run <dir>', description: 'folder', values: 'text' },
    { key: 'seed', description: 'seed', values: 'integer >= 0', default: '13' },
    { key: 'training.lr', flag: '--lr <rate>', description: 'rate', values: 'number > 0', default: '0.5' },
    {
      key: 'training.schedule',
      flag: '--schedule <json>',
      description: '',
      values: '{"name": "a", ...} or {"name": "b"}',
      default: '{"name":"a"}',
    },
    { key: 'training.schedule.name', description: 'schedule', values: 'a or b', default: 'a' },
    { key: 'training.schedule.power', description: 'exponent', values: 'number', default: '1' },
    { key: 'training.fold', description: 'fold', values: 'integer or null', default: 'none' },
  ])
})
