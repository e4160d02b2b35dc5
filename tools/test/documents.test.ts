/** What the Markdown files promise is there: files and headings that they link to, commands and flags that they show. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'
import { writeManifest } from '@mammokit/screening-data'
import { expect, it } from 'vitest'
import { commands as evaluatorCommands } from '../../apps/evaluator/src/commands.ts'
import { commands as trainerCommands } from '../../apps/trainer/src/commands.ts'
import { anchorsOf, fencedLines, linksOf, markdownFiles } from '../src/documents/markdown.ts'
import { sitePages } from '../src/documents/site-pages.ts'
import { nodeReleases } from '../src/install/node-release.ts'
import { workspaceRoot } from '../src/packages/pack.ts'
import { repositoryUrl } from '../src/packages/published-fields.ts'

const files = markdownFiles()
const read = (path: string) => readFileSync(join(workspaceRoot, path), 'utf8')

it('every link leads to a file of the repository, and every anchor to a heading', () => {
  const dead = files.flatMap(({ path, text }) =>
    linksOf(text)
      .filter((link) => !leadsSomewhere(link, path))
      .map((link) => `${path}: ${link}`),
  )
  expect(dead).toEqual([])
  expect(files.length).toBeGreaterThan(40)
  const text = '# A `b`, c\n[x](y.md#z) `[not](this)`\n```\n[nor](that)\n```\n# A b c'
  expect([linksOf(text), [...anchorsOf(text)]]).toEqual([['y.md#z'], ['a-b-c', 'a-b-c-1']])
})

function leadsSomewhere(link: string, from: string): boolean {
  const inRepository = new RegExp(`^${repositoryUrl}/(?:tree|blob|raw)/main/`)
  if (/^[a-z]+:/.test(link) && !inRepository.test(link)) return true
  const [target, anchor] = link.replace(inRepository, '/').split('#')
  const path = target === '' ? from : normalize(target.startsWith('/') ? target.slice(1) : join(from, '..', target))
  if (path.startsWith('..') || !existsSync(join(workspaceRoot, path))) return false
  return anchor === undefined || !path.endsWith('.md') || anchorsOf(read(path)).has(anchor)
}

const programs = { trainer: trainerCommands, evaluator: evaluatorCommands }

it('every command of the two programs that a page shows has that name and those flags', () => {
  const unknown = files.flatMap(({ path, text }) =>
    fencedLines(text).flatMap((line) => faultsOf(line).map((fault) => `${path}: ${fault}`)),
  )
  expect(unknown).toEqual([])
  expect(faultsOf('npx mammokit-trainer trian && mammokit-evaluator select --run x --nonsense 1 # --fine')).toEqual([
    'mammokit-trainer trian',
    'mammokit-evaluator select --nonsense',
  ])
})

function faultsOf(line: string): string[] {
  const called = /(?:^|[\s;&(])mammokit-(trainer|evaluator)\s+([a-z-]+)(?=\s|$)([^#|;&]*)/g
  return [...line.matchAll(called)].flatMap(([, app, name, args]) => {
    const command = programs[app as keyof typeof programs].find((one) => one.name === name)
    if (command === undefined) return [`mammokit-${app} ${name}`]
    const known = [...Object.values(command.flags).map((flag) => flag.split(' ')[0]), '--config', '--option', '--help']
    const given = [...args.matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag)
    return given.filter((flag) => !known.includes(flag)).map((flag) => `mammokit-${app} ${name} ${flag}`)
  })
}

it('every page of docs is in the sidebar of the site', () => {
  const sidebar = read('docs/.vitepress/config.ts')
  const pages = files.flatMap(({ path }) => /^docs\/([a-z-]+)\.md$/.exec(path)?.[1] ?? [])
  expect(pages.filter((page) => page !== 'index' && !sidebar.includes(`link: '/${page}'`))).toEqual([])
})

it('README.md and docs/benchmarks.md name every benchmark', () => {
  const [, list] = /const benchmarks: .*? = \{\n([\s\S]*?)\n\}/.exec(read('tools/src/bench/bench.ts'))!
  const names = [...list!.matchAll(/^ {2}'?([a-z0-9-]+)'?:/gm)].map(([, name]) => name!)
  expect(names.length).toBeGreaterThan(10)
  const readme = fencedLines(read('README.md')).find((line) => line.startsWith('npm run bench'))!
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme))).toEqual([])
  expect(names.filter((name) => !read('docs/benchmarks.md').includes(`\n## ${name}\n`))).toEqual([])
})

it('every script of npm that a page shows is one of package.json', () => {
  const { scripts } = JSON.parse(read('package.json'))
  const unknown = files.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([a-z][a-z:-]*)(?! -w)/g)]
      .filter(([, name]) => !(name in scripts) && !path.startsWith('packages/'))
      .map(([call]) => `${path}: ${call}`),
  )
  expect(unknown).toEqual([])
})

it('docs/files.md lists the columns of manifest.csv in their order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-manifest-'))
  await writeManifest(join(folder, 'manifest.csv'), [])
  const header = readFileSync(join(folder, 'manifest.csv'), 'utf8').trim().split(',')
  rmSync(folder, { recursive: true })
  const [, section] = read('docs/files.md').split('## manifest.csv')
  const firstCells = section
    .split('\n## ')[0]
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|')[1])
  expect(firstCells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))).toEqual(header)
})

it('the pages of commands and of JSON keys describe each flag and each key', async () => {
  const pages = new Map((await sitePages()).map(({ path, text }) => [path, text]))
  for (const [app, commands] of Object.entries(programs))
    for (const { name, flags } of commands) {
      const page = pages.get(`commands/${app}-${name}.md`)
      for (const flag of Object.values(flags)) expect(page).toContain(`| \`${flag.replaceAll('|', '\\|')}\` |`)
    }
  expect(pages.get('commands/file-keys.md')).toContain('## `sites/<name>/calibration-001.json`')
  expect(pages.get('commands/file-keys.md')).toMatch(/\| `threshold` \| number/)
})

it('continuous integration runs each supported Node.js, with actions of a full tag and no more rights than to read', () => {
  const ci = read('.github/workflows/ci.yml')
  const versions = nodeReleases.map(({ node }) => `'${node}'`).join(', ')
  expect(ci.match(/node: \[(.*)\]/g)).toEqual([`node: [${versions}]`, `node: [${versions}]`])
  for (const text of [ci, read('.github/workflows/release.yml')]) {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m)
    for (const [, tag] of text.matchAll(/uses: \S+@(\S+)/g)) expect(tag).toMatch(/^v\d+\.\d+\.\d+$/)
  }
})
