// Plain JavaScript, and loaded before anything else: the Node that is too old does not read TypeScript.
// `npm start` preloads it (`node --import`), vitest.config.ts imports it.

const NEEDED = 22

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  process.stderr.write(
    [
      `Portcullis needs Node ${NEEDED} or newer, and this is Node ${process.versions.node}.`,
      'npm normally installs it here as the package "node" and runs scripts with it. Where npm is set to',
      'ignore-scripts=true it can do neither. Either:',
      '  npm run setup --ignore-scripts=false     installs it here, or',
      `  put Node ${NEEDED} on the PATH, and run npm run setup once.`,
      '',
    ].join('\n'),
  )
  process.exit(1)
}
