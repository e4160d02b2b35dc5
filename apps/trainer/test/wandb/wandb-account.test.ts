import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readWandbAccount } from '../../src/wandb/wandb-account.ts'

const home = mkdtempSync(join(tmpdir(), 'wandb-home-'))
writeFileSync(
  join(home, '.netrc'),
  '# a comment\nmachine other.example\n  login me\n  password no\nmachine api.wandb.ai\n  login user\n  password key-of-netrc\nmachine last.example login user\n',
)

it('takes address and key of the environment, and the key of .netrc where there is none', () => {
  expect(readWandbAccount({ HOME: home })).toEqual({ baseUrl: 'https://api.wandb.ai', apiKey: 'key-of-netrc' })
  expect(readWandbAccount({ HOME: home, WANDB_BASE_URL: 'http://wandb.local:8080/', WANDB_API_KEY: ' key ' })).toEqual({
    baseUrl: 'http://wandb.local:8080',
    apiKey: 'key',
  })
})

it('refuses to begin without a key, or with an address that is none', () => {
  for (const WANDB_BASE_URL of ['https://wandb.example', 'https://last.example']) {
    expect(() => readWandbAccount({ HOME: home, WANDB_BASE_URL })).toThrow(
      `Expected an API key for ${WANDB_BASE_URL} but received none. Set WANDB_API_KEY, run wandb login once, or leave wandb.project out.`,
    )
  }
  expect(() => readWandbAccount({ HOME: home, WANDB_BASE_URL: 'wandb.local' })).toThrow(
    'Expected an address such as https://api.wandb.ai for WANDB_BASE_URL but received wandb.local.',
  )
})
