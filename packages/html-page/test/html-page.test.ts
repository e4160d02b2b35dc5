import { expect, test } from 'vitest'
import { html, htmlPage } from '../src/index.ts'

test('a page has its title escaped, its body as it is and its style after that of every page', () => {
  const page = htmlPage({ title: '<data>', body: html`<h1>1 < ${2}</h1>`, style: '.own { color: red; }' })
  expect(page).toContain('<title>&#60;data&#62;</title>')
  expect(page).toContain('<main>\n<h1>1 < 2</h1>\n</main>')
  expect(page.indexOf('.own { color: red; }')).toBeGreaterThan(page.indexOf('main {'))
})

test('a page names its language, fits a phone, follows the dark setting, and loads nothing', () => {
  const page = htmlPage({ title: 'Data', body: html`` })
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
  expect(page).toContain('name="viewport"')
  expect(page).toContain('prefers-color-scheme: dark')
  expect(page).not.toMatch(/<script|<link|@import|url\(|src=/)
})

test.each([
  ['light', '#fcfbf9', ['#1f2429', '#676e75', '#1d6a78', '#b5532c']],
  ['dark', '#15181b', ['#e6e3dd', '#979da3', '#6cbcc9', '#e8976b']],
])('every color of text has a contrast of 4.5 or more on the %s paper (WCAG 2.2, 1.4.3)', (_, paper, inks) => {
  const page = htmlPage({ title: 'Data', body: html`` })
  for (const ink of inks) {
    expect(page).toContain(ink)
    expect(contrast(ink, paper)).toBeGreaterThanOrEqual(4.5)
  }
})

/** WCAG 2.2, contrast ratio and relative luminance. */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
