/** Adds up the results that every project's tests left in `.vitest/results.json`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface VitestResults {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

export interface TestCounts {
  readonly passed: number
  readonly failed: number
  /** `project: title` of each test that failed, with the beginning of what it said. */
  readonly failures: readonly string[]
  /** `project: title` of each test that was skipped. */
  readonly skipped: readonly string[]
}

/** @throws if a project of the workspace has no results: its tests did not run. */
export function countTests(root: string): TestCounts {
  const folders = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  )
  const failures: string[] = []
  const skipped: string[] = []
  let passed = 0
  let failed = 0
  for (const folder of [...folders, 'tools']) {
    const results: VitestResults = JSON.parse(readFileSync(join(root, folder, '.vitest/results.json'), 'utf8'))
    passed += results.numPassedTests
    failed += results.numFailedTests
    for (const file of results.testResults) {
      if (file.status === 'failed' && file.message !== '') failures.push(describe(file.name, file.message))
      for (const { status, fullName, failureMessages } of file.assertionResults) {
        const title = `${folder}: ${fullName}`
        if (status === 'failed') failures.push(describe(title, failureMessages.join('\n')))
        if (status === 'pending' || status === 'skipped') skipped.push(title)
      }
    }
  }
  return { passed, failed, failures, skipped }
}

/** A line for each test that was skipped or failed. */
export function listTests(tests: TestCounts): string[] {
  const skipped = tests.skipped.map((name) => `skipped  ${name}`)
  return [...skipped, ...tests.failures.map((failure) => `FAILED   ${failure}`)]
}

/** A property's seed and counterexample stand in its first lines. */
function describe(title: string, message: string): string {
  return [title, ...message.split('\n').slice(0, 12)].join('\n    ')
}
