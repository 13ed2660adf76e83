/** `npm start`: the gate, an edge in front of it and a demo bank behind it, on this machine. */
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Edge, startEdge } from './edge/edge.ts'
import { localIdentity } from './edge/identity.ts'
import { lockFolder } from './folder-lock.ts'
import { startRounds } from './rounds.ts'
import { localSecrets } from './secrets.ts'
import { blockListOf, registerOf } from './tpp/documents.ts'
import { internetOf } from './tpp/internet.ts'
import { DIRECTORY, signersOf } from './tpp/key-directory.ts'
import { startResponder } from './tpp/responder.ts'
import { routesWithSignatures } from './tpp/routes.ts'
import { localTpps } from './tpp/store.ts'
import { welcome } from './welcome.ts'
import { startWorkers } from './workerd.ts'

interface Options {
  readonly port: number
  readonly botManagement: boolean
  /** Where memory, certificate and secrets are kept. */
  readonly folder: string
}

const ANOTHER = 'npm start -- --port 9443 --folder .portcullis-9443'
const USAGE = 'Usage: npm start -- [--port 8443] [--no-bot-management] [--folder .portcullis]'

const options = readOptions()
await checkPort(options.port)
claimFolder(options.folder)
const secrets = await localSecrets(options.folder)
const identity = await localIdentity(options.folder)
const tpps = await localTpps(join(options.folder, 'tpp'))
const responder = await startResponder(tpps)
const workers = await startWorkers({
  secrets,
  vars: {
    // workerd has no jurisdictions: asking for one throws.
    JURISDICTION: 'none',
    // Nobody else is trusted: certificates of the real world open nothing here.
    TRUST_ANCHORS: tpps.anchors,
    // Everything is held against the demo bank's document, and nobody is stopped for it.
    ROUTES: routesWithSignatures().map((route) => ({ conformance: 'observe', ...(route as object) })),
    CONFORMANCE_SAMPLE: 1,
    KEY_DIRECTORY: DIRECTORY,
    SIGNERS: signersOf(),
    // A certificate that nobody has asked about yet is asked about first: a tour has no second request.
    REVOCATION_WAIT_MS: 2_000,
  },
  internet: internetOf(responder, tpps),
  persistTo: join(options.folder, 'state'),
})
await writeDocuments()
const rounds = await startRounds(workers)
const edge = await startEdge({ identity, gate: workers.front, ...options })
stopOnSignals(edge)
console.log(
  welcome({
    url: `https://localhost:${edge.port}`,
    folder: options.folder,
    authorityPath: identity.authorityPath,
    token: secrets.OPERATOR_TOKEN,
    botManagement: options.botManagement,
  }),
)

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

/** Before the gate starts: on a taken port there is most often another gate, whose folder is then taken too. */
async function checkPort(port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((done) => {
    server.once('error', (error) =>
      leave(error, `Choose another port, and a folder for its memory: ${ANOTHER}`),
    )
    server.listen(port, '127.0.0.1', () => server.close(() => done()))
  })
}

function claimFolder(folder: string): void {
  try {
    lockFolder(folder)
  } catch (error) {
    leave(error, `Choose another folder: ${ANOTHER}`)
  }
}

/** The register and the block list, where the operator has not written others. */
async function writeDocuments(): Promise<void> {
  const lists = await workers.mf.getKVNamespace('LISTS', 'portcullis')
  const documents = { register: registerOf(['withdrawn'], new Date()), blocked: blockListOf(['blocked']) }
  for (const [key, text] of Object.entries(documents)) {
    if ((await lists.get(key)) === null) await lists.put(key, text)
  }
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
      rounds.stop()
      void opened
        .close()
        .then(() => workers.close())
        .then(() => responder.close())
        .then(() => process.exit(0))
    })
  }
}
