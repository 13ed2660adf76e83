import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type ClientHello, helloReader } from '../../../local/edge/client-hello.ts'
import { ja4 } from '../../../local/edge/ja4.ts'
import { requireReal } from '../../real.ts'
import { readStreams } from './capture.ts'

const CAPTURES = fileURLToPath(new URL('../../../../shared/data/fingerprints/pcap/', import.meta.url))
const present = existsSync(CAPTURES)

/** One expected connection. "JA4.1" is its first ClientHello, "JA4.2" the one after a HelloRetryRequest. */
type Expected = Readonly<Record<string, string>>

/** Every hello of a connection, read a byte at a time, as the slowest network would bring it. */
function hellos(bytes: Buffer): ClientHello[] {
  const found: ClientHello[] = []
  let read = helloReader()
  for (let at = 0; at < bytes.length; at++) {
    const state = read(bytes.subarray(at, at + 1))
    if (state.state === 'refused') break
    if (state.state === 'more') continue
    found.push(state.hello)
    read = helloReader()
    // A TLS 1.3 client in compatibility mode sends a ChangeCipherSpec before its second hello (RFC 8446 section D.4).
    if (bytes[at + 1] === 20) at += 6
  }
  return found
}

function expectedIn(file: string): { connection: string; ja4: string[] }[] {
  // The captures' own expected values: a list of flat objects.
  const connections = JSON.parse(readFileSync(`${CAPTURES}${file}.json`, 'utf8')) as Expected[]
  return connections
    .map((entry) => ({
      connection: `${entry.src}:${entry.srcport}`,
      ja4: ['JA4.1', 'JA4.2'].flatMap((name) => entry[name] ?? []),
    }))
    .filter((entry) => entry.ja4.length > 0)
}

describe.runIf(requireReal('the captures beside the checkout', present))(
  'ja4 of the published captures',
  () => {
    const files = present ? readdirSync(CAPTURES).filter((name) => /\.pcap(ng)?$/.test(name)) : []
    const withTls = files.filter((file) => expectedIn(file).length > 0)

    it('finds TLS in all captures but those of plain HTTP', () => {
      expect(files.filter((file) => !withTls.includes(file))).toEqual(['http1.pcapng', 'single-packets.pcap'])
    })

    it.each(withTls)('equals what is expected for every ClientHello in %s', (file) => {
      const streams = readStreams(readFileSync(`${CAPTURES}${file}`))
      for (const { connection, ja4: expected } of expectedIn(file)) {
        const stream = streams.find(({ source, port }) => `${source}:${port}` === connection)
        expect({ connection, ja4: hellos(stream?.bytes ?? Buffer.alloc(0)).map(ja4) }).toEqual({
          connection,
          ja4: expected,
        })
      }
    })
  },
)
