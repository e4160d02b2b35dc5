import { expect, test } from 'vitest'
import { html, scrollable } from '../src/index.ts'

test('a table that scrolls has a name, takes the focus, and is still a table', () => {
  expect(scrollable('Views & "sides"', html`<table></table>`).text).toBe(
    '<div class="scroll" role="region" aria-label="Views &#38; &#34;sides&#34;" tabindex="0"><table></table></div>',
  )
})
