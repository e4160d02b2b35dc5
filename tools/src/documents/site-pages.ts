/** Pages of the documentation site that are made from the sources: one for each command, and the keys of each JSON file. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Command, describeOptions } from '@mammokit/command-line'
import * as schemas from '@mammokit/training-run/schema'
import { productionDependencies } from '../packages/licenses.ts'
import { workspaceRoot } from '../packages/pack.ts'

export interface Page {
  /** Below `docs/`. */
  readonly path: string
  readonly text: string
}

const apps = ['trainer', 'evaluator'] as const

/** The pages of all commands of both programs, which must be built, and that of the files of a run. */
export async function sitePages(): Promise<Page[]> {
  const pages: Page[] = [fileKeysPage(), await licensesPage()]
  const lists: string[] = []
  for (const app of apps) {
    const file = pathToFileURL(join(workspaceRoot, 'apps', app, 'dist/commands.js')).href
    const { commands }: { commands: readonly Command[] } = await import(file)
    pages.push(...commands.map((command) => commandPage(app, command)))
    const items = commands.map(({ name, summary }) => `- [\`${name}\`](${app}-${name}.md): ${summary}`)
    lists.push(`## mammokit-${app}\n\n${items.join('\n')}\n`)
  }
  return [...pages, { path: 'commands/index.md', text: `# Commands\n\n${lists.join('\n')}` }]
}

/** Writes the pages to `docs/`, in place of those of an earlier version. */
export async function writeSitePages(): Promise<void> {
  rmSync(join(workspaceRoot, 'docs/commands'), { recursive: true, force: true })
  mkdirSync(join(workspaceRoot, 'docs/commands'))
  for (const { path, text } of await sitePages()) writeFileSync(join(workspaceRoot, 'docs', path), text)
}

function commandPage(app: string, command: Command): Page {
  const options = describeOptions(command)
  const withFlag = Object.keys(command.flags).flatMap((key) => options.filter((option) => option.key === key))
  const others = options.filter(({ key }) => !(key in command.flags))
  const rows = (list: typeof options, name: (option: (typeof options)[number]) => string) =>
    list.map(
      (option) => `| ${code(name(option))} | ${cell(describe(option))} | ${code(option.default ?? 'required')} |`,
    )
  const text = [
    `# mammokit-${app} ${command.name}`,
    command.summary,
    `\`\`\`sh\nnpx mammokit-${app} ${command.name} --help\n\`\`\``,
    ['| flag | | default |', '|---|---|---|', ...rows(withFlag, ({ flag, key }) => flag ?? key)].join('\n'),
    'Each is a key of the configuration, too; `--config FILE` reads any of them from a JSON file, and `--option KEY=VALUE` sets any of these:',
    ['| key | | default |', '|---|---|---|', ...rows(others, ({ key }) => key)].join('\n'),
  ].join('\n\n')
  return { path: `commands/${app}-${command.name}.md`, text: `${text}\n` }
}

function describe({ description, values }: { description: string; values: string }): string {
  return values === 'text' || values === '' ? description : `${description} (${values})`
}

/** The JSON files of a run, each with its schema. */
const runFiles = {
  'config.json': schemas.runConfigSchema,
  'checkpoints/epoch-001/trainer.json': schemas.trainerStateSchema,
  'a line of metrics.jsonl': schemas.metricsLineSchema,
  'predictions/<subset>/epoch-001.json': schemas.predictionRecordSchema,
  'selection.json': schemas.selectionSchema,
  'sites/<name>/calibration-001.json': schemas.siteCalibrationSchema,
  'test.json': schemas.testResultSchema,
  'a line of test-history.jsonl': schemas.testHistoryLineSchema,
}

function fileKeysPage(): Page {
  const parts = Object.entries(runFiles).map(([file, schema]) => {
    const keys = describeOptions({ schema: schema as Command['schema'], flags: {} })
    const rows = keys.map(({ key, values }) => `| ${code(key)} | ${cell(values)} |`)
    return `## ${code(file)}\n\n| key | value |\n|---|---|\n${rows.join('\n')}\n`
  })
  const head =
    '# Keys of the JSON files of a run\n\nMade from the schemas that read and write them, `@mammokit/training-run/schema`. A figure is `{ "value", "low", "high" }` with its 95 % interval, null where it is undefined.\n'
  return { path: 'commands/file-keys.md', text: [head, ...parts].join('\n') }
}

async function licensesPage(): Promise<Page> {
  const rows = (await productionDependencies()).map((one) => `| \`${one.name}\` | ${one.version} | ${one.license} |`)
  const head =
    '# Licenses of dependencies\n\nWhat is installed with the packages and the two programs, on any platform, from package-lock.json. MammoKit itself is under the MIT license. libvips, which sharp loads as a library of its own, is under the LGPL.\n'
  const table = ['| package | version | license |', '|---|---|---|', ...rows].join('\n')
  return { path: 'commands/licenses.md', text: `${head}\n${table}\n` }
}

const code = (text: string) => (text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``)
/** Braces and angles would be read as Vue's. */
const cell = (text: string) => text.replace(/\{[^|]*\}|<[^>]*>/g, (found) => `\`${found}\``).replaceAll('|', '\\|')
