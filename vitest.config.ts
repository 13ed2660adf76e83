import './local/node-version.mjs'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { wholeRun } from './test/whole-run.ts'

const NODE_TESTS = [
  'test/architecture.test.ts',
  'test/local/**/*.test.ts',
  'test/lab/**/*.test.ts',
  'test/journeys/**/*.test.ts',
]

export default defineConfig({
  test: {
    reporters: ['default', wholeRun()],
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                // Local workerd has no jurisdictions; the rest are keys of the tests alone.
                JURISDICTION: 'none',
                GATE_KEYS: `test:${'A'.repeat(43)}`,
                OPERATOR_TOKEN: 'operator-token-of-the-tests',
                // workerd has no environment but its bindings, and requireReal() asks whether this is CI.
                ...(process.env.CI ? { CI: process.env.CI } : {}),
              },
              workers: [
                {
                  name: 'bank',
                  modules: true,
                  scriptPath: 'test/fixtures/bank.js',
                  compatibilityDate: '2026-11-01',
                },
              ],
            },
          }),
        ],
        test: {
          name: 'workers',
          include: ['test/**/*.test.ts'],
          exclude: NODE_TESTS,
          // Keys and certificates are made before the tests, on as few cores as there are.
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'node',
          include: NODE_TESTS,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
