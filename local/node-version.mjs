// Plain JavaScript, and loaded before anything else: the Node that is too old does not read TypeScript.
// `npm start` preloads it (`node --import`), `npm test` runs it first, vitest.config.ts imports it. Where npm skips the
// scripts that set up, nobody else says what is missing.
import { existsSync } from 'node:fs'

const NEEDED = 22
/** What local/setup.mjs leaves: the packages, the scorer, the demo bank's specification. */
const MADE = ['node_modules/.package-lock.json', 'wasm/build/scorer.wasm', 'dist/specifications.js']

const { node } = process.versions
const old = Number(node.split('.')[0]) < NEEDED
const missing = MADE.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))

if (old) {
  leave(
    `Portcullis needs Node ${NEEDED} or newer, and this is Node ${node}.`,
    'npm normally installs it here as the package "node" and runs scripts with it. Where npm is set to',
    'ignore-scripts=true it can do neither. Either:',
    '  npm run setup --ignore-scripts=false     installs it here, or',
    `  put Node ${NEEDED} on the PATH, and run npm run setup once.`,
  )
}
if (missing.length > 0) {
  leave(
    `Portcullis is not set up: ${missing.join(', ')} missing.`,
    'npm normally sets it up before each script. Where npm is set to ignore-scripts=true it does not. Run once:',
    '  npm run setup --ignore-scripts=false',
  )
}

function leave(...lines) {
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exit(1)
}
