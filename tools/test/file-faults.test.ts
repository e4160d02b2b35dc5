/** A path that is a file where a folder is needed, a folder where a file is needed, nothing, or a run's config.json without its keys: named, with advice. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { runProgram } from '@mammokit/command-line'
import { afterAll, describe, expect, it } from 'vitest'
import { commands as evaluatorCommands } from '../../apps/evaluator/src/commands.ts'
import { commands as trainerCommands } from '../../apps/trainer/src/commands.ts'

const folder = mkdtempSync(join(tmpdir(), 'mammokit-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
const paths = {
  FILE: join(folder, 'file'),
  FOLDER: join(folder, 'folder'),
  NOTHING: join(folder, 'nothing'),
  BARE: join(folder, 'bare'),
}
writeFileSync(paths.FILE, '')
mkdirSync(paths.FOLDER)
mkdirSync(paths.BARE)
writeFileSync(join(paths.BARE, 'config.json'), '{"model": {}}')
const full = (text: string) => text.replace(/FILE|FOLDER|NOTHING|BARE/, (name) => paths[name as keyof typeof paths])

const cases = {
  trainer: [
    ['phantom', '--data', 'FILE'],
    ['phantom', '--data', 'FILE/x'],
    ['extract-rois', '--data', 'FILE'],
    ['extract-rois', '--data', 'FOLDER'],
    ['extract-rois', '--data', 'NOTHING'],
    ['split', '--data', 'FILE'],
    ['split', '--data', 'NOTHING'],
    ['split', '--config', 'FILE/x'],
    ['split', '--config', 'FOLDER'],
    ['split', '--config', 'NOTHING'],
    ['train', '--data', 'FILE'],
    ['train', '--data', 'NOTHING'],
    ['train-detector', '--images', 'FILE'],
    ['train-detector', '--images', 'NOTHING'],
  ],
  evaluator: [
    ...['predict', 'select', 'test', 'report'].flatMap((name) => [
      [name, '--run', 'FILE'],
      [name, '--run', 'FILE/x'],
      [name, '--run', 'FOLDER'],
      [name, '--run', 'NOTHING'],
      [name, '--run', 'BARE'],
    ]),
  ],
}

describe.each([
  ['trainer', trainerCommands, cases.trainer],
  ['evaluator', evaluatorCommands, cases.evaluator],
] as const)('%s', (_, commands, table) => {
  it.each(table.map((args) => ({ args })))('$args', async ({ args }) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const program = { name: 'app', description: '', version: '1', commands }
    const code = await runProgram(program, { args: args.map(full), stdout, stderr, env: {} })
    const text = String(stderr.read() ?? '')
    expect(code).toBe(args.includes('--config') ? 2 : 1)
    // One line: what was expected where, what came, and what to do.
    expect(text).toMatch(/^app: Expected [^\n]* but received:? [^\n]*\. [^\n]+\.?\n$/)
    const given = args[0] === 'report' ? [full(args[2]), join('data', 'processed')] : [full(args[2])]
    expect(
      given.some((path) => text.includes(path)),
      text,
    ).toBe(true)
    expect(text).not.toMatch(/of undefined|Internal error|no such file or directory, |illegal operation/)
  })
})
