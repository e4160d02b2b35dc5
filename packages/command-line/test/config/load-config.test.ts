import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { CommandLineError, loadConfig, parseConfig } from '../../src/index.ts'
import { runTrain, schema } from '../program.ts'

const dir = mkdtempSync(join(tmpdir(), 'command-line-'))
afterAll(() => rmSync(dir, { recursive: true }))
const write = (name: string, text: string) => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

describe('defaults < file < flags', () => {
  it('flags override the file, and the file the defaults', async () => {
    const file = write('a.json', '{"training": {"lr": 0.1, "decay": 0.5}, "workers": 3}')
    const { config } = await runTrain(['--config', file, '--lr', '0.2', '--option', 'workers=4'])
    expect(config).toMatchObject({ workers: 4, data: 'data', training: { lr: 0.2, decay: 0.5, sampling: 'shuffle' } })
  })

  it.each([
    [['--data', '13'], { data: '13' }],
    [['--data', 'true'], { data: 'true' }],
    [['--option', 'data=a=b'], { data: 'a=b' }],
    [['--weights', 'w.safetensors'], { weights: 'w.safetensors' }],
    [['--weights', 'null'], { weights: null }],
    [['--strict'], { strict: true }],
    [['--option', 'strict=false'], { strict: false }],
    [['--lr', '.5'], { training: { lr: 0.5 } }],
    [['--lr', '1e-4'], { training: { lr: 1e-4 } }],
    [['--decay', 'null'], { training: { decay: null } }],
    [['--columns', '["cancer", "age"]'], { columns: ['cancer', 'age'] }],
    [['--sampling', 'sequential'], { training: { sampling: 'sequential' } }],
    [['--sampling', '{"factor": 10}'], { training: { sampling: { factor: 10 } } }],
    [['--schedule', 'cosine'], { training: { schedule: { name: 'cosine', warmup: 0.05 } } }],
    [['--option', 'training.schedule.pctStart=0.2'], { training: { schedule: { name: 'one-cycle', pctStart: 0.2 } } }],
    [
      ['--schedule', 'cosine', '--option', 'training.schedule.warmup=0.2'],
      { training: { schedule: { name: 'cosine', warmup: 0.2 } } },
    ],
    [['--option', 'training.schedule={"name": "cosine"}'], { training: { schedule: { name: 'cosine' } } }],
    [
      ['--option', 'options.margin=0.2', '--option', 'options.method=full'],
      { options: { margin: 0.2, method: 'full' } },
    ],
  ])('%j', async (args, expected) => {
    const { stderr, config } = await runTrain(args)
    expect(stderr).toBe('')
    expect(config).toMatchObject(expected)
  })
})

describe('a value that cannot be used', () => {
  const known = 'Known there: data, weights, workers, strict, columns, options, training.'
  it.each([
    [['--workers', '0'], 'Expected an integer from 1 to 64 for --workers but received 0.'],
    [['--workers', '2.5'], 'Expected an integer from 1 to 64 for --workers but received 2.5.'],
    [['--workers', 'many'], 'Expected an integer from 1 to 64 for --workers but received "many".'],
    [['--lr', '0'], 'Expected a number > 0 for --lr but received 0.'],
    [['--lr', '1e999'], 'Expected a number > 0 for --lr but received Infinity.'],
    [['--lr', ''], 'Expected a number > 0 for --lr but received "".'],
    [['--data', ''], 'Expected text for --data but received "".'],
    [['--decay', '2'], 'Expected a number from 0 to 1 or null for --decay but received 2.'],
    [
      ['--columns', 'cancer'],
      'Expected a list such as ["cancer"] or ["cancer","age"] for --columns but received "cancer".',
    ],
    [['--columns', '[1]'], 'Expected text for columns.0 of --columns but received 1.'],
    [
      ['--sampling', '{"share": 2}'],
      'Expected a number from 0 to 1 for training.sampling.share of --sampling but received 2.',
    ],
    [
      ['--sampling', '{"factor": 1, "share": 1}'],
      'received training.sampling.factor. Known there: share. Possible values: shuffle, sequential, {"share": number from 0 to 1} or {"factor": number}.',
    ],
    [
      ['--sampling', 'random'],
      'Expected shuffle, sequential, {"share": number from 0 to 1} or {"factor": number} for --sampling but received "random".',
    ],
    [['--schedule', 'step'], 'Expected one-cycle or cosine for --schedule but received "step".'],
    [
      ['--option', 'training.schedule.pctStart=2'],
      'Expected a number from 0 to 1 for --option training.schedule.pctStart but received 2.',
    ],
    [
      ['--option', 'training.schedule.warmup=0.2'],
      'received training.schedule.warmup. Known for name one-cycle: name, pctStart. It belongs to name cosine: add --schedule cosine.',
    ],
    [
      ['--schedule', 'cosine', '--option', 'training.schedule.pctStart=1'],
      'Known for name cosine: name, warmup. It belongs to name one-cycle: add --schedule one-cycle.',
    ],
    [['--option', 'training.schedule.gamma=1'], 'Known for name one-cycle: name, pctStart.'],
    [
      ['--option', 'training.rate=1'],
      'Expected a known key for --option but received training.rate. Known there: lr, decay, sampling, schedule.',
    ],
    [
      ['--option', 'training.lr.x=1'],
      'Expected a known key for --option but received training.lr.x. training.lr has no keys: it is a number > 0.',
    ],
    [['--option', '__proto__.x=1'], `Expected a known key for --option but received __proto__. ${known}`],
    [['--option', 'constructor.prototype.x=1'], `Expected a known key for --option but received constructor. ${known}`],
    [
      ['--option', 'training.__proto__.x=1'],
      'received training.__proto__. Known there: lr, decay, sampling, schedule.',
    ],
    [['--option', 'toString.x=1'], `Expected a known key for --option but received toString. ${known}`],
    [
      ['--option', 'options.__proto__.x=1'],
      'Expected a known key for --option but received options.__proto__. __proto__ is a reserved name.',
    ],
    [['--option', 'options={"constructor": 1}'], 'received options.constructor. constructor is a reserved name.'],
    [['--option', '=1'], 'Expected KEY=VALUE for --option but received =1.'],
    [['--option', ''], 'Expected KEY=VALUE for --option but received nothing.'],
    [['--option', 'training..lr=1'], 'Expected KEY=VALUE for --option but received training..lr=1.'],
    [['--option', '.lr=1'], 'Expected KEY=VALUE for --option but received .lr=1.'],
    [['--option', 'lr'], 'Expected KEY=VALUE for --option but received lr.'],
    [['--lr', '1', '--lr', '2'], 'Expected each key once but received --lr twice. Leave one out.'],
    [
      ['--lr', '1', '--option', 'training.lr=2'],
      'Expected each key once but received both --lr and --option training.lr. They set training.lr. Leave one out.',
    ],
    [
      ['--lr', '1', '--option', 'training={"lr": 2}'],
      'received both --lr and --option training. One of them sets a part of the other.',
    ],
    [['--strict', '--strict'], 'received --strict twice'],
    [['--config', 'a.json', '--config', 'b.json'], 'Expected one file for --config but received a.json and b.json.'],
  ])('%j names the flag and the range, exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await runTrain(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^demo: .*\.\n$/)
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  it.each([
    ['{"training": {"lr": 0}}', 'Expected a number > 0 for training.lr in FILE but received 0.'],
    ['{"training": 5}', 'Expected an object for training in FILE but received 5.', ['--lr', '1']],
    ['{"trainig": {}}', `Expected a known key for FILE but received trainig. ${known}`],
    ['{"__proto__": {"x": 1}}', `Expected a known key for FILE but received __proto__. ${known}`],
    ['{"training": {"prototype": 1}}', 'received training.prototype. Known there: lr'],
    ['{"options": {"__proto__": {"x": 1}}}', 'received options.__proto__. __proto__ is a reserved name.'],
    [
      '{"training": {"schedule": {"pctStart": 1}}}',
      'It belongs to name one-cycle: add --schedule one-cycle.',
      ['--schedule', 'cosine'],
    ],
    [
      '{"workers": 1, "training": {"lr": 1, "lr": 2}}',
      'Expected each key once in FILE but received training.lr twice. Leave one out.',
    ],
    ['{"training":', 'Expected JSON in FILE but received: '],
    ['[1]', 'Expected a JSON object in FILE but received [1]. Put the keys within braces.'],
    ['', 'Expected JSON in FILE but received: '],
  ])('%s in a file names the file and the key, exit code 2', async (text, message, args: string[] = []) => {
    const file = write('bad.json', text)
    const { code, stderr } = await runTrain(['--config', file, ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(message.replace('FILE', file))
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  it.each([
    ['none.json', 'ENOENT: no such file'],
    ['.', 'EISDIR: it is a folder'],
    ['a.json/b.json', 'ENOTDIR: a part of the path is a file, not a folder'],
  ])('--config %s names the path and the reason', async (name, reason) => {
    write('a.json', '{}')
    const { code, stderr } = await runTrain(['--config', join(dir, name)])
    expect(code).toBe(2)
    expect(stderr).toContain(
      `Expected a readable file for --config but received ${join(dir, name)} (${reason}). Check the path.`,
    )
  })
})

describe('parseConfig', () => {
  it('fills in the defaults of a plain object and leaves it as it was', () => {
    const input = { training: { schedule: { pctStart: 0.1 } } }
    expect(parseConfig(schema, input).training.schedule).toEqual({ name: 'one-cycle', pctStart: 0.1 })
    expect(input).toEqual({ training: { schedule: { pctStart: 0.1 } } })
  })

  it.each([
    [[], 'Expected an object for the configuration but received [].'],
    [{ training: { lr: '3' } }, 'Expected a number > 0 for training.lr in the configuration but received "3".'],
    [{ training: { schedule: { warmup: 1 } } }, 'It belongs to name cosine: add training.schedule.name: "cosine".'],
  ])('refuses %j', (input, message) => {
    expect(() => parseConfig(schema, input)).toThrow(CommandLineError)
    expect(() => parseConfig(schema, input)).toThrow(message)
  })
})

it('loadConfig reads a file with a byte order mark', async () => {
  expect(await loadConfig(schema, { file: write('bom.json', '\uFEFF{"workers": 7}') })).toMatchObject({ workers: 7 })
})
