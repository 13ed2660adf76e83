/** A gate that trusts the invented trust service, and curl in the hands of each of its third parties. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TppName } from '../../local/tpp/cast.ts'
import { internetOf } from '../../local/tpp/internet.ts'
import { DIRECTORY, signersOf } from '../../local/tpp/key-directory.ts'
import { type Responder, startResponder } from '../../local/tpp/responder.ts'
import { type LocalTpps, localTpps } from '../../local/tpp/store.ts'
import { run } from '../local/edge/harness.ts'
import { fixture, type Gate, type GateOptions, startGate } from './gate.ts'

export interface TppGate extends Gate {
  readonly tpps: LocalTpps
  readonly responder: Responder
  /** Puts the gate's clock forward: what is read once a minute, or holds for an hour, is then read again. */
  later(ms: number): Promise<void>
  /** The time on that clock. */
  now(): number
  /** Writes an operator's document: `register`, `blocked`. */
  write(document: string, text: string): Promise<void>
}

/** Its revocation is asked over real HTTP, and nobody else on any network is. */
export async function startTppGate(
  wish: GateOptions | ((tpps: LocalTpps) => GateOptions) = {},
): Promise<TppGate> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-third-parties-'))
  const tpps = await localTpps(folder)
  const responder = await startResponder(tpps)
  let aheadMs = 0
  const options = typeof wish === 'function' ? wish(tpps) : wish
  const gate = await startGate({
    entry: fixture('clock-gate.ts'),
    ...options,
    internet: async (request) => {
      const answer = await internetOf(responder, tpps)(request)
      // No such host among the invented ones: then perhaps among the journey's own.
      return answer.status === 523 && options.internet !== undefined ? options.internet(request) : answer
    },
    vars: {
      TRUST_ANCHORS: tpps.anchors,
      KEY_DIRECTORY: DIRECTORY,
      SIGNERS: signersOf(),
      REVOCATION_WAIT_MS: 2_000,
      ...options.vars,
    },
  })
  return {
    ...gate,
    tpps,
    responder,
    now: () => Date.now() + aheadMs,
    async later(ms) {
      const { host, port } = gate.workers.gate
      aheadMs += ms
      await fetch(`http://${host}:${port}/_test/clock?ms=${ms}`)
    },
    async write(document, text) {
      const lists = await gate.workers.mf.getKVNamespace('LISTS', 'portcullis')
      await lists.put(document, text)
    },
    async close() {
      await gate.close()
      await responder.close()
      rmSync(folder, { recursive: true })
    },
  }
}

export interface Answer {
  readonly status: number
  header(name: string): string
  readonly text: string
  readonly reference: string
}

/** What curl gets from the gate, with these words on its command line. */
export async function curl(gate: Gate, path: string, words: readonly string[] = []): Promise<Answer> {
  const said = await run('curl', [
    ...['--silent', '--show-error', '--include', '--max-time', '15'],
    ...['--cacert', gate.identity.authorityPath],
    ...words,
    `https://localhost:${gate.edge.port}${path}`,
  ])
  const [head = '', ...rest] = said.split('\r\n\r\n')
  const status = Number(/^HTTP\/[\d.]+ (\d{3})/.exec(head)?.[1])
  if (Number.isNaN(status)) throw new Error(`Cannot read what curl got: ${said.slice(0, 300)}`)
  const header = (name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
  return { status, header, text: rest.join('\r\n\r\n'), reference: header('portcullis-reference') }
}

/** The same, as this third party. */
export function as(
  gate: TppGate,
  name: TppName,
  path: string,
  words: readonly string[] = [],
): Promise<Answer> {
  const { certificate, key } = gate.tpps.transport(name)
  return curl(gate, path, ['--cert', certificate, '--key', key, ...words])
}

/** Every Berlin Group call carries one; the bank plays it back. */
export const WITH_ID = ['--header', 'X-Request-ID: 99391c7e-ad88-49ec-a2ad-99ddcb1f7721']

/** A body, as curl's `--json` sends it since 7.82. */
export function json(body: unknown): readonly string[] {
  return ['--header', 'Content-Type: application/json', '--data', JSON.stringify(body)]
}

/** The code of a Berlin Group refusal. */
export function codeIn({ text }: Answer): string {
  return /"code":"(\w+)"/.exec(text)?.[1] ?? ''
}

/** A member of a JSON answer, however deep: names are chosen that stand once. */
export function member({ text }: Answer, name: string): string {
  const value = new RegExp(`"${name}":"([^"]*)"`).exec(text)?.[1]
  if (value === undefined) throw new Error(`Cannot find ${name}: ${text.slice(0, 300)}`)
  return value
}
