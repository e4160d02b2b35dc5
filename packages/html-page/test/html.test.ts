import { expect, test } from 'vitest'
import { html } from '../src/html.ts'

test('html escapes what is put in, joins arrays and leaves markup alone', () => {
  const items = ['a & b', '<c>'].map((text) => html`<li>${text}</li>`)
  expect(html`<ul title="${'"quoted"'}">${items}${null}${undefined}${false}${0}</ul>`.text).toBe(
    '<ul title="&#34;quoted&#34;"><li>a &#38; b</li><li>&#60;c&#62;</li>0</ul>',
  )
})
