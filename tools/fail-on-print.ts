/** A test that prints fails: libraries never log, and a test's output is its verdict. */
import { afterEach, beforeEach, expect, vi } from 'vitest'

const methods = ['log', 'info', 'warn', 'error', 'debug'] as const

beforeEach(() => {
  for (const method of methods) vi.spyOn(console, method)
})

afterEach(() => {
  for (const method of methods) {
    const spy = vi.mocked(console[method])
    const calls = spy.mock.calls
    spy.mockRestore()
    expect(calls, `console.${method} was called in a test`).toEqual([])
  }
})
