/** What the authorities of the invented trust service know of their certificates, and how they put it. */
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OCSPResponseStatus } from '@peculiar/asn1-ocsp'
import { CAST, type InventedTpp, type TppName } from './cast.ts'
import { makeCrl } from './crl.ts'
import { answerOcsp, type Delegate, failure, type Status, type Times } from './ocsp.ts'
import { CAST_NAMES, type LocalTpps, responderOf, sealOf } from './store.ts'
import type { Level } from './trust-service.ts'

/** How it answers, whatever the question. */
export type Manner =
  | 'answers'
  /** Bytes that are no answer, with a type that says they are. */
  | 'babbles'
  /** Rightly signed, and of last month. */
  | 'stale'
  /** Of the right form, signed by somebody whom the authority never appointed. */
  | 'forges'
  /** RFC 6960 section 2.3. */
  | 'try_later'
  | 'errs'
  /** To another address: one that only this machine can reach, perhaps. */
  | 'redirects'
  /** More than anybody should read. */
  | 'floods'
  /** Takes the question and never answers. */
  | 'hangs'

/** What the responder says, whoever asks and in whatever way. */
export interface Desk {
  /** @param request DER of an OCSPRequest */
  ocsp(level: Level, request: Uint8Array, manner: Manner): Uint8Array
  crl(level: Level, manner: Manner): Promise<Uint8Array>
  say(name: TppName, state: Status['state']): void
}

export async function openDesk(tpps: LocalTpps): Promise<Desk> {
  const read = (file: string): Promise<string> => readFile(join(tpps.folder, file), 'utf8')
  const delegates = {
    root: await delegate(tpps.anchors, read, 'root'),
    issuing: await delegate(tpps.issuing, read, 'issuing'),
  }
  const impostor = { certificate: await read('forged.pem'), key: await read('forged.key') }
  const rootCrl = await readFile(join(tpps.folder, 'root.crl'))
  const crlKey = await importKey(await read('issuing.key'))
  const serials = await readSerials(read)
  const book = openBook(serials, new X509Certificate(tpps.issuing))
  return {
    ocsp(level, request, manner) {
      if (manner === 'try_later') return failure(OCSPResponseStatus.tryLater)
      const { issuer } = delegates[level]
      const forged = { issuer, certificate: new X509Certificate(impostor.certificate), key: impostor.key }
      const by = manner === 'forges' ? forged : delegates[level]
      return answerOcsp(request, by, (serial) => book.status(level, serial), timesOf(manner))
    },
    async crl(level, manner) {
      if (level === 'root') return rootCrl
      const signingKey = manner === 'forges' ? await importKey(impostor.key) : crlKey
      return makeCrl({ issuer: tpps.issuing, signingKey, revoked: book.revoked(), ...timesOf(manner) })
    },
    say(name, state) {
      for (const serial of serials.get(name) ?? []) book.write(serial, state)
    },
  }
}

async function delegate(
  issuer: string,
  read: (file: string) => Promise<string>,
  level: Level,
): Promise<Delegate> {
  return {
    issuer: new X509Certificate(issuer),
    certificate: new X509Certificate(await read(`${responderOf(level)}.pem`)),
    key: await read(`${responderOf(level)}.key`),
  }
}

/** Serial numbers of each third party's certificates, where this authority has issued them. */
async function readSerials(
  read: (file: string) => Promise<string>,
): Promise<ReadonlyMap<TppName, readonly string[]>> {
  const found = new Map<TppName, readonly string[]>()
  for (const name of CAST_NAMES) {
    const tpp: InventedTpp = CAST[name]
    if (tpp.trouble === 'untrusted' || tpp.trouble === 'forged') continue
    const files = tpp.seals ? [name, sealOf(name)] : [name]
    const pems = await Promise.all(files.map((file) => read(`${file}.pem`)))
    found.set(
      name,
      pems.map((pem) => new X509Certificate(pem).serialNumber.toLowerCase()),
    )
  }
  return found
}

interface Book {
  status(level: Level, serial: string): Status
  write(serial: string, state: Status['state']): void
  revoked(): ReadonlyMap<string, Date>
}

function openBook(serials: ReadonlyMap<TppName, readonly string[]>, issuing: X509Certificate): Book {
  const states = new Map<string, Status>()
  const write: Book['write'] = (serial, state) =>
    void states.set(serial, state === 'revoked' ? { state, at: wholeSecond(Date.now()) } : { state })
  for (const [name, own] of serials) {
    const tpp: InventedTpp = CAST[name]
    for (const serial of own) write(serial, tpp.trouble === 'revoked' ? 'revoked' : 'good')
  }
  const issuingSerial = issuing.serialNumber.toLowerCase()
  return {
    status(level, serial) {
      if (level === 'root') return { state: serial === issuingSerial ? 'good' : 'unknown' }
      return states.get(serial) ?? { state: 'unknown' }
    },
    write,
    revoked: () =>
      new Map(
        [...states].flatMap(([serial, status]) => (status.state === 'revoked' ? [[serial, status.at]] : [])),
      ),
  }
}

const MINUTE_MS = 60_000
const DAY_MS = 1_440 * MINUTE_MS
const MONTH_MS = 30 * DAY_MS

function timesOf(manner: Manner): Times {
  const now = Date.now() - (manner === 'stale' ? MONTH_MS : 0)
  return {
    producedAt: wholeSecond(now),
    // A little back: the gate's clock need not be this one.
    thisUpdate: wholeSecond(now - MINUTE_MS),
    nextUpdate: wholeSecond(now + 4 * DAY_MS),
  }
}

/** RFC 5280 section 4.1.2.5.2: times have no fractions. */
function wholeSecond(ms: number): Date {
  return new Date(ms - (ms % 1_000))
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
}
