import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineCommand, runProgram } from '../src/index.ts'

const text = z.string().min(1)
const schema = z.strictObject({
  data: z
    .union([text, z.array(text).min(1)])
    .default('data')
    .describe('data folder, or several'),
  size: z.int().min(1).default(8).describe('images'),
  fit: z.boolean().default(false).describe('measure'),
  columns: z.array(text).default([]).describe('columns'),
})

/** Runs the command and gives its configuration, and what it wrote as errors. */
async function run(...args: string[]): Promise<{ config: unknown; errors: string }> {
  let config: unknown
  const command = defineCommand({
    name: 'train',
    summary: 'Train.',
    schema,
    flags: { data: '--data <dir>', size: '--size <n>', columns: '--columns <json>' },
    words: { '--size auto': { fit: true } },
    load: async () => async (given) => {
      config = given
      throw Object.assign(new Error('EACCES: permission denied, open'), { code: 'EACCES', syscall: 'open' })
    },
  })
  const stderr = new PassThrough()
  const program = { name: 'demo', description: 'Trains.', version: '1.0.0', commands: [command] }
  await runProgram(program, { args: ['train', ...args], stdout: new PassThrough(), stderr })
  return { config, errors: String(stderr.read() ?? '') }
}

test('a flag that takes a text or a list is a text once given, and a list in order where it is given again', async () => {
  expect((await run()).config).toMatchObject({ data: 'data' })
  expect((await run('--data', 'a')).config).toMatchObject({ data: 'a' })
  expect((await run('--data', 'b', '--data=a', '--data', '13')).config).toMatchObject({ data: ['b', 'a', '13'] })
  expect((await run('--option', 'data=["a", "b"]')).config).toMatchObject({ data: ['a', 'b'] })
})

test('an error that names no path names every folder that was given', async () => {
  expect((await run('--data', 'a', '--data', 'b')).errors).toContain('(with --data a, --data b)')
})

test('an empty text in the list is refused, and so is a flag beside --option of the same key', async () => {
  expect((await run('--data', 'a', '--data', '')).errors).toMatch(/^demo: Expected .* for .*--data but received/)
  expect((await run('--data', 'a', '--option', 'data=b')).errors).toContain('received both --data and --option data')
})

test('a flag that takes a list only is given once', async () => {
  expect((await run('--columns', '["a"]', '--columns', '["b"]')).errors).toContain('received --columns twice')
})

test('a word in place of a value sets the keys that the command says, and leaves the flag’s own as it was', async () => {
  expect((await run('--size', 'auto')).config).toMatchObject({ size: 8, fit: true })
  expect((await run('--size', '4')).config).toMatchObject({ size: 4, fit: false })
  expect((await run('--size', 'automatic')).errors).toContain('--size but received')
  expect((await run('--size', 'auto', '--option', 'fit=false')).errors).toContain('received both --size auto and')
})
