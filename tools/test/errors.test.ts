import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ErrorClass, isPlain, type MadeError, readErrors } from '../src/errors/read-errors.ts'
import { workspaceRoot } from '../src/packages/pack.ts'

const projects = ['packages', 'apps'].flatMap((kind) =>
  readdirSync(join(workspaceRoot, kind)).map((name) => `${kind}/${name}`),
)

/** What was expected (for what, where) and what came, in whole sentences; `…` at the end is advice that a caller gives. */
const form = /^Expected .+ but .+(?:\.|\. …)$/s

/** The message of another error, which was looked at where it was made, alone or with what is known here around it. */
const passedOn = /^(?:…: )?…(?: .+\.)?$/s

/** Messages of what happened where nothing was given that could be shown. */
const statements = [
  /^The decoder crashed on this frame/,
  /^Batch loader closed; create a new one\.$/,
  /^This function was disposed/,
  /^Stopped after /,
]

/** Where an error of the language is made all the same, and why. */
const plainPlaces: Readonly<Record<string, string>> = {
  'packages/dicom-io/src/codecs/decoder-port.browser.ts': 'caught there, its text is part of the message',
  'packages/dicom-io/src/codecs/wasm-files.browser.ts': 'caught there, its text is part of the message',
  'packages/dicom-io/src/inflate-raw.browser.ts': 'caught there, its text is part of the message',
  'packages/mammogram-preprocess/src/raster/decode-jpeg.browser.ts':
    'caught where the file is opened, its text is part of the message',
  'packages/dicom-io/src/codecs/capped-wasm.ts': 'of a file of the package itself, not of what a caller gave',
  'packages/command-line/src/flags.ts': 'of the table of an app, not of what a user typed',
  'packages/mammogram-preprocess/src/png/decode-gray-png.ts': 'caught there, its text is part of the message',
  'packages/tensor-engine/src/peers.ts': 'caught there, its text is part of the message',
  'packages/tfjs-onnxruntime/src/trace/call-site.ts': 'its stack is read, it is not thrown',
  'packages/tfjs-onnxruntime/src/kernels/shape-arithmetic.ts': 'the errors that the kernels of tfjs throw',
}

let classes: ErrorClass[]
let made: MadeError[]

beforeAll(() => {
  ;({ classes, made } = readErrors(workspaceRoot, projects))
})

describe('every error of the packages and apps', () => {
  it('is of the one class of its package, which index.ts exports', async () => {
    for (const project of projects) {
      const own = classes.filter((errorClass) => errorClass.project === project)
      expect(own.length, project).toBeLessThanOrEqual(1)
      if (own.length === 0) continue
      const entry = await import(pathToFileURL(join(workspaceRoot, project, 'dist/index.js')).href)
      const exported = Object.keys(entry).filter((name) => entry[name]?.prototype instanceof Error)
      // Apps hand on the error of the terminal beside their own.
      expect(exported.filter((name) => name !== 'CommandLineError' || own[0].name === name)).toEqual([own[0].name])
      const [details, message] = [{ value: 13 }, 'Expected x for y but received z. Do w.']
      const error = new entry[own[0].name](own[0].codes[0], message, details)
      expect({ ...error, message: error.message, name: error.name }, project).toEqual({
        code: own[0].codes[0],
        details,
        message,
        name: own[0].name,
      })
      expect(new entry[own[0].name](own[0].codes[0], message).details, project).toEqual({})
    }
  })

  it('has one of the codes of its class, in kebab-case', () => {
    for (const { name, codes } of classes) {
      expect(codes.length, name).toBeGreaterThan(0)
      for (const code of codes) expect(code, name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    }
  })

  it('has a code: none is of a class of the language, but for those of which is said why', () => {
    const plain = made.filter(({ className }) => isPlain(className)).map(({ place }) => place.replace(/:\d+$/, ''))
    expect([...new Set(plain)].sort()).toEqual(Object.keys(plainPlaces).sort())
  })

  it('says what was expected and what came, and ends with a period', () => {
    const forms = [form, passedOn, ...statements]
    const wrong = made
      .filter(({ className }) => !isPlain(className))
      .flatMap(({ place, messages }) =>
        messages
          .filter((message) => !forms.some((each) => each.test(message)))
          .map((message) => `${place}: ${message}`),
      )
    expect(wrong).toEqual([])
    expect(made.length).toBeGreaterThan(200)
  })
})

describe('readErrors', () => {
  it('follows a message through constants, tables, conditions and the calls of the helper that makes it', () => {
    const root = mkdtempSync(join(tmpdir(), 'mammokit-errors-'))
    mkdirSync(join(root, 'packages/x/src'), { recursive: true })
    copyFileSync(join(workspaceRoot, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'))
    writeFileSync(
      join(root, 'packages/x/src/x.ts'),
      [
        "export class XError extends Error { code: 'bad-a' | 'BAD_B'; constructor(code: 'bad-a', message: string) {} }",
        "const advices = { one: 'Do one.', two: 'Do two' } as const",
        'const fail = (name: string, advice: string) => {',
        "  const where = name === '' ? 'nowhere' : name",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template
        "  throw new XError('bad-a', `Expected a for ${where} but received b. ` + advice)",
        '}',
        "export function f(given: string, key: 'one' | 'two') {",
        "  fail('c', advices[key])",
        "  fail(given, 'Do it.')",
        "  throw new TypeError('odd')",
        '}',
      ].join('\n'),
    )
    try {
      const found = readErrors(root, ['packages/x'])
      expect(found.classes).toEqual([{ name: 'XError', project: 'packages/x', codes: ['bad-a', 'BAD_B'] }])
      expect(found.made.map(({ place, className }) => `${place} ${className}`)).toEqual([
        'packages/x/src/x.ts:5 XError',
        'packages/x/src/x.ts:10 TypeError',
      ])
      expect(found.made.map(({ messages }) => messages)).toEqual([
        [
          'Expected a for nowhere but received b. Do one.',
          'Expected a for nowhere but received b. Do two',
          'Expected a for c but received b. Do one.',
          'Expected a for c but received b. Do two',
          'Expected a for nowhere but received b. Do it.',
          'Expected a for … but received b. Do it.',
        ],
        ['odd'],
      ])
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
