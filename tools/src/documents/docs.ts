/**
 * `npm run docs`: writes the pages that are made from the sources and builds the site in `docs/.vitepress/dist`, with the evaluator's page
 * in its folder `try`; `npm run docs -- --api` adds the API reference of all packages, by typedoc, in its folder `api`. Needs no network.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { workspaceRoot } from '../packages/pack.ts'
import { writeSitePages } from './site-pages.ts'

await writeSitePages()
run('vitepress', ['build', 'docs'])
const page = join(workspaceRoot, 'docs', '.vitepress', 'dist', 'try')
run('vite', ['build', join('apps', 'evaluator', 'web'), '--outDir', page, '--emptyOutDir'])
if (process.argv.includes('--api')) run('typedoc', [])

function run(tool: string, args: readonly string[]): void {
  const { status } = spawnSync(join(workspaceRoot, 'node_modules/.bin', tool), args, {
    cwd: workspaceRoot,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
}
