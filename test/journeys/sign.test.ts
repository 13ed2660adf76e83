/**
 * A developer of a third party lets `npm run sign` write the command, and runs it: under every standard that the gate
 * verifies, with real curl, over real TLS, to the bank and back. The body that the bank tells of is the one that was signed.
 */
import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TppName } from '../../local/tpp/cast.ts'
import { sealUrlOf } from '../../local/tpp/key-directory.ts'
import { echoPath, routesWithSignatures } from '../../local/tpp/routes.ts'
import { SIGNING } from '../../src/dialects/signing/table.ts'
import { installed, run } from '../local/edge/harness.ts'
import { requireReal } from '../real.ts'
import { complaints } from './gate.ts'
import { startTppGate, type TppGate } from './third-parties.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const BEARER = ['--header', 'Authorization: Bearer 0123456789abcdef']

let gate: TppGate
beforeAll(async () => {
  gate = await startTppGate({ vars: { ROUTES: routesWithSignatures() } })
})
afterAll(() => gate.close())

interface Wish {
  readonly dialect: string
  readonly by?: TppName
  readonly method?: string
  /** Behind the dialect's own path. */
  readonly target?: string
  readonly body?: string
  readonly words?: readonly string[]
}

/** The words for it on the command line. */
function wordsFor({ dialect, by = 'pisp', method = 'POST', target = '', body, words = [] }: Wish): string[] {
  const [seal, transport] = [gate.tpps.seal(by), gate.tpps.transport(by)]
  return [
    ...['--dialect', dialect, '--key', seal.key, '--certificate', seal.certificate],
    ...['--transport-certificate', transport.certificate, '--transport-key', transport.key],
    ...['--cacert', gate.identity.authorityPath],
    ...(dialect === 'stet' ? ['--kid', sealUrlOf(gate.tpps, by)] : []),
    ...(dialect === 'fapi-2' ? BEARER : []),
    ...(body === undefined ? [] : ['--body', body]),
    ...words,
    ...[method, `https://localhost:${gate.edge.port}${echoPath(dialect)}${target}`],
  ]
}

function signed(wish: Wish): Promise<string> {
  return new Promise((done, fail) => {
    execFile(process.execPath, ['lab/sign.ts', ...wordsFor(wish)], { cwd: ROOT }, (error, out, err) =>
      error === null ? done(out) : fail(new Error(err)),
    )
  })
}

interface Told {
  readonly status: number
  readonly reference: string
  /** Of the body that reached the bank. */
  readonly sha256: string | undefined
}

/** Runs a command as a developer does, who pastes it into a shell. */
async function told(command: string): Promise<Told> {
  const said = await run('sh', ['-c', command])
  const reference = /^portcullis-reference: ([\w-]+)\r$/im.exec(said)?.[1] ?? ''
  const status = Number(/^HTTP\/[\d.]+ (\d{3})/.exec(said)?.[1])
  return { status, reference, sha256: /"sha256":"([0-9a-f]{64})"/.exec(said)?.[1] }
}

async function reasonOf({ reference }: Told): Promise<string> {
  return (await gate.decision(reference)).reason
}

let files = 0
function file(content: string | Uint8Array): string {
  files += 1
  // A name that a shell would take apart.
  const path = join(gate.tpps.folder, `it's body $${files}; "x".json`)
  writeFileSync(path, content)
  return path
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** As somebody formatted it: spaces, a line's end of another system, letters beyond ASCII, and none at the end. */
function document(amount = '1.00'): string {
  const requestHeader = `{"requestId":"${randomUUID()}",\r\n "sendDate":"${new Date().toISOString()}"}`
  return `{ "requestHeader": ${requestHeader},\n\t"creditor" : "Zo\u00eb \u{1f600}",   "amount":"${amount}" }`
}

const CURVE = ['berlin-group-jades', 'polish-api', 'fapi-2', 'rfc9421']

describe.runIf(requireReal('curl', installed('curl')))('a request that npm run sign wrote', () => {
  const everyWay: readonly (readonly [string, TppName])[] = [
    ...Object.keys(SIGNING).map((dialect) => [dialect, 'pisp'] as const),
    ...CURVE.map((dialect) => [dialect, 'aisp'] as const),
  ]
  it.each(everyWay)(
    'under %s, with the key of %s, gets in with its body, and with no other',
    async (dialect, by) => {
      const content = document()
      const body = file(content)
      const command = await signed({ dialect, by, body })
      writeFileSync(body, content.replace('1.00', '9.00'))
      const changed = await told(command)
      expect(changed).toMatchObject({ sha256: undefined, reference: expect.stringMatching(/./) })
      expect(await reasonOf(changed)).toMatch(/^signature_(?:wrong|digest_wrong)$/)
      writeFileSync(body, content)
      // What was refused has used nothing up.
      expect(await told(command)).toEqual({ status: 200, reference: '', sha256: digestOf(content) })
    },
  )

  const bodiless = Object.values(SIGNING).filter(({ scheme }) => scheme.kind !== 'jws')
  it.each(bodiless.flatMap(({ name }) => ['GET', 'DELETE', 'POST'].map((method) => [name, method] as const)))(
    'under %s as %s without a body gets in',
    async (dialect, method) => {
      const command = await signed({
        dialect,
        method,
        target: '/accounts/42?from=2026-11-01&note=a%20b',
      })
      expect(await told(command)).toMatchObject({ status: 200, sha256: digestOf('') })
    },
  )

  it.each(['berlin-group', 'rfc9421', 'stet'])('under %s is good once', async (dialect) => {
    const command = await signed({ dialect, body: file(document()) })
    expect(await told(command)).toMatchObject({ status: 200 })
    expect(await reasonOf(await told(command))).toBe('request_replayed')
  })

  it('under obie-4.0 may be tried again under its idempotency key', async () => {
    const command = await signed({ dialect: 'obie-4.0', body: file(document()) })
    expect([await told(command), await told(command)]).toMatchObject([{ status: 200 }, { status: 200 }])
  })

  it('signs the headers that its standard has signed wherever they are there', async () => {
    const words = ['--header', 'PSU-ID: person 001', '--header', 'TPP-Redirect-URI: https://tpp.example/back']
    const command = await signed({ dialect: 'berlin-group', body: file(document()), words })
    expect(command).toContain('headers="digest x-request-id date psu-id tpp-redirect-uri"')
    expect(await told(command)).toMatchObject({ status: 200 })
    const changed = await told(
      await signed({ dialect: 'berlin-group', body: file(document()), words }).then((text) =>
        text.replace('person 001', 'person 002'),
      ),
    )
    expect(await reasonOf(changed)).toBe('signature_wrong')
  })

  it('signs more where it is told to, and the gate holds it to that', async () => {
    const words = ['--cover', 'content-type']
    const command = await signed({ dialect: 'rfc9421', body: file(document()), words })
    expect(await reasonOf(await told(command.replace('application/json', 'text/plain')))).toBe(
      'signature_wrong',
    )
    expect(await told(command)).toMatchObject({ status: 200 })
  })

  it('with the seal of somebody else is refused, though it is rightly signed', async () => {
    const { certificate, key } = gate.tpps.transport('all-roles')
    const words = ['--transport-certificate', certificate, '--transport-key', key]
    for (const [dialect, reason] of [
      ['berlin-group', 'seal_of_another'],
      ['obie-4.0', 'signing_key_unknown'],
    ] as const) {
      const command = await signed({ dialect, body: file(document()), words })
      expect(await reasonOf(await told(command))).toBe(reason)
    }
  })

  it('signed an hour ago is refused as old', async () => {
    const words = ['--at', new Date(Date.now() - 3_600_000).toISOString()]
    const command = await signed({ dialect: 'stet', body: file(document()), words })
    expect(await reasonOf(await told(command))).toBe('signature_stale')
  })

  it('leaves the gate without complaints', () => expect(complaints(gate)).toEqual([]))
})
