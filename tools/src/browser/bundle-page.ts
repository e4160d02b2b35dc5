/** Bundles a module for a page, as a user of vite would. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'

export interface BundledPage {
  /** Where `index.html` and its assets are. */
  readonly folder: string
  /** What the bundler warned of. */
  readonly warnings: readonly string[]
  /** The text of every script, by its name. */
  readonly scripts: ReadonlyMap<string, string>
}

/**
 * Bundles a project with vite's own settings.
 *
 * @param project - a folder with the `node_modules` that `code` imports from; the page's files are written into it
 * @param code - the page's one module
 */
export async function bundlePage(project: string, code: string): Promise<BundledPage> {
  const source = join(project, 'page')
  const folder = join(project, 'bundle')
  await mkdir(source, { recursive: true })
  await writeFile(join(source, 'index.html'), '<!doctype html><script type="module" src="./main.js"></script>\n')
  await writeFile(join(source, 'main.js'), code)
  const warnings: string[] = []
  const note = (text: string) => warnings.push(text)
  const customLogger = {
    hasWarned: false,
    info() {},
    warn: note,
    warnOnce: note,
    error: note,
    clearScreen() {},
    hasErrorLogged: () => false,
  }
  await build({
    root: source,
    configFile: false,
    logLevel: 'warn',
    customLogger,
    build: { outDir: folder, emptyOutDir: true },
  })
  const names = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.js'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'assets', name), 'utf8')))
  return { folder, warnings, scripts: new Map(names.map((name, index) => [name, texts[index]])) }
}
