/**
 * `npm run replay -- FILE… [options]`: access logs through the very same guard, in virtual time. A line of JSON for each
 * client on standard output. Exits with 0, with 1 when a file ends in the middle, and with 2 when one cannot be opened or there
 * was nothing to read.
 */
import { tmpdir } from 'node:os'
import { type Clients, newClients } from './replay/clients.ts'
import { parseOptions, USAGE } from './replay/options.ts'
import { play } from './replay/play.ts'
import { readPolicy } from './replay/policy.ts'
import { remedies, report, tell } from './replay/report.ts'
import { newWriter } from './replay/writer.ts'

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2))
  if (!options.ok) return unable(`${options.reason}\n${USAGE}`)
  const { files, format, policy, json, scratch = tmpdir() } = options.value
  const proposed = policy === undefined ? undefined : readPolicy(policy)
  if (proposed?.ok === false) return unable(proposed.reason)
  const clients = newClients({ scratch })
  closeOnSignals(clients)
  try {
    const played = await play({ files, format, proposed: proposed?.value }, clients)
    if (!played.ok) return unable(played.reason)
    const writer = newWriter(process.stdout.fd)
    const compared = proposed !== undefined
    const summary = report(clients, compared, writer.write)
    writer.end()
    if (!json) process.stderr.write(tell(played.value, summary, compared, clients.spilled))
    if (summary.site.requests === 0) {
      // Whoever asked for nothing but lines gets none, and has to be told why.
      const why = json ? remedies(played.value) : []
      return unable(['Cannot read any request in it', ...why].join('\n'))
    }
    return played.value.logs.every(({ whole }) => whole) ? 0 : 1
  } finally {
    clients.close()
  }
}

/** Who has had enough after an hour leaves no gigabytes behind. */
function closeOnSignals(clients: Clients): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => {
      clients.close()
      process.exit(128 + number)
    })
  }
}

function unable(message: string): number {
  process.stderr.write(`${message}\n`)
  return 2
}

process.exitCode = await main()
