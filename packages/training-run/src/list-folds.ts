/** The folds of a run: runs/<run>/fold-0 and so on. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { foldRun, runPaths } from './run-paths.ts'

/** The folds that have a run, rising; none for a run that is one itself. */
export async function listFolds(run: string): Promise<number[]> {
  if (existsSync(runPaths(run).config)) return []
  const names = await readdir(run).catch(() => [])
  return names
    .flatMap((name) => /^fold-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((fold) => existsSync(runPaths(foldRun(run, fold)).config))
    .sort((a, b) => a - b)
}
