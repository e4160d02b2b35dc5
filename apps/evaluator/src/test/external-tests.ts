import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readTestResult, runPaths, type TestResult } from '@mammokit/training-run'

/** The results of a run on the cases of other places, in the order of their names. @throws TrainingRunError as `readTestResult` */
export async function readExternalTests(run: string): Promise<TestResult[]> {
  const { site } = runPaths(run)
  const sites = dirname(site('name'))
  if (!existsSync(sites)) return []
  const results: TestResult[] = []
  for (const name of (await readdir(sites)).sort()) {
    if (existsSync(runPaths(site(name)).test())) results.push(await readTestResult(site(name)))
  }
  return results
}
