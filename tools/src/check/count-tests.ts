/** Adds up the results that every project's tests left in `.vitest/results.json`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface VitestResults {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

export interface TestCounts {
  readonly passed: number
  readonly failed: number
  /** `project: title` of each test that was skipped. */
  readonly skipped: readonly string[]
}

/** @throws if a project of the workspace has no results: its tests did not run. */
export function countTests(root: string): TestCounts {
  const folders = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  )
  const skipped: string[] = []
  let passed = 0
  let failed = 0
  for (const folder of [...folders, 'tools']) {
    const results: VitestResults = JSON.parse(readFileSync(join(root, folder, '.vitest/results.json'), 'utf8'))
    passed += results.numPassedTests
    failed += results.numFailedTests
    for (const { assertionResults } of results.testResults) {
      for (const { status, fullName } of assertionResults) {
        if (status === 'pending' || status === 'skipped') skipped.push(`${folder}: ${fullName}`)
      }
    }
  }
  return { passed, failed, skipped }
}
