/** `npm start`: the gate, an edge in front of it and a demo bank behind it, on this machine. */
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { customers } from './bank/customers.ts'
import { type Edge, startEdge } from './edge/edge.ts'
import { localIdentity } from './edge/identity.ts'
import { localSecrets } from './secrets.ts'
import { startWorkers } from './workerd.ts'

interface Options {
  readonly port: number
  readonly botManagement: boolean
  /** Where memory, certificate and secrets are kept. */
  readonly folder: string
}

const USAGE = 'Usage: npm start -- [--port 8443] [--no-bot-management] [--folder .portcullis]'

const options = readOptions()
await checkPort(options.port)
const secrets = await localSecrets(options.folder)
const identity = await localIdentity(options.folder)
const workers = await startWorkers({
  secrets,
  // workerd has no jurisdictions: asking for one throws.
  vars: { JURISDICTION: 'none' },
  persistTo: join(options.folder, 'state'),
})
const edge = await startEdge({ identity, gate: workers.front, ...options })
stopOnSignals(edge)
console.log(welcome(edge.port))

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '8443' },
        'bot-management': { type: 'boolean', default: true },
        folder: { type: 'string', default: fileURLToPath(new URL('../.portcullis', import.meta.url)) },
      },
      allowNegative: true,
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`No such port: ${values.port}`)
    return { port, botManagement: values['bot-management'], folder: resolve(values.folder) }
  } catch (error) {
    return leave(error, USAGE)
  }
}

/** Before the gate starts: on a taken port there is most often another gate, and two would share one memory. */
async function checkPort(port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((done) => {
    server.once('error', (error) => leave(error, 'Choose another port: npm start -- --port 9443'))
    server.listen(port, '127.0.0.1', () => server.close(() => done()))
  })
}

/** Somebody's slip at the command line: nobody needs a stack for that. */
function leave(error: unknown, advice: string): never {
  console.error(`Cannot start: ${error instanceof Error ? error.message : error}\n${advice}`)
  process.exit(1)
}

/** Miniflare ends the process at the first signal, and with it whatever the edge is about to answer. */
function stopOnSignals(opened: Edge): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal)
    process.once(signal, () => {
      console.log('Stopping')
      void opened
        .close()
        .then(() => workers.close())
        .then(() => process.exit(0))
    })
  }
}

function welcome(open: number): string {
  const url = `https://localhost:${open}`
  const person = customers[0]
  return `
Portcullis: a gate, an edge in front of it and a demo bank behind it. A development tool, on this machine only.

  The bank's login page   ${url}/login
                          as ${person?.username} with ${person?.password} (nobody real)
  The operator's page     ${url}/_portcullis/
                          token ${secrets.OPERATOR_TOKEN}
  From a shell            curl --cacert ${identity.authorityPath} ${url}/login
                          and --interface 127.64.0.9 to come from a hosting network

  request.cf.botManagement (JA3, JA4) is ${options.botManagement ? 'filled: --no-bot-management leaves it out' : 'left out'}.
  Memory, certificate and secrets are in ${options.folder}: remove it to start afresh.
  Ctrl+C stops.
`
}
