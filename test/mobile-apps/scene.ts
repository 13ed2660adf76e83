/** A bank whose routes ask apps for proof, devices with keys that Apple vouches for, and requests that they sign. */
import { env } from 'cloudflare:workers'
import { guard } from '../../src/guard.ts'
import { toBase64, toBase64url } from '../../src/lib/base64.ts'
import { issueChallenge } from '../../src/verify/attestation/challenge.ts'
import { clientData } from '../../src/verify/attestation/client-data.ts'
import { enrol } from '../../src/verify/attestation/enrol.ts'
import { hashOf } from '../../src/verify/attestation/hash.ts'
import { type HouseWish, type TestHouse, testHouse } from '../fixtures/house.ts'
import { NOW } from '../fixtures/scene.ts'
import { APP, type DataWish, type Device, newDevice, ROOT_PEM, text } from '../verify/attestation/apple.ts'
import {
  DECRYPTION_KEY,
  DIGEST,
  google,
  PACKAGE,
  type Payload,
  payload,
  seal,
} from '../verify/attestation/play.ts'

export const PLAY_KEYS = `${PACKAGE}:${toBase64(DECRYPTION_KEY)}:${toBase64(google.spki)}`
export const BINDINGS = {
  APPS: { apple: { apps: [APP] }, play: [{ package: PACKAGE, certificates: [DIGEST] }] },
  APPLE_APP_ATTEST_ROOT: ROOT_PEM,
  PLAY_KEYS,
}
export const LOGIN = '/mobile/v1/login'
export const BODY = '{"username":"agatha.nobody","password":"not hers"}'
/** An app's own HTTP stack. */
export const OKHTTP = 'InventedBank/5.1 (Android 16) okhttp/5.3.0'

type Binding = Readonly<Record<string, unknown>>

/** wrangler.toml's routes, with the login of the apps changed. */
export function routesWith(change: Binding): readonly Binding[] {
  const shipped = env.ROUTES as readonly Binding[]
  return shipped.map((route) => (route.id === 'mobile-login' ? { ...route, ...change } : route))
}

export function bank(route: Binding = {}, { bindings, ...wish }: HouseWish = {}): TestHouse {
  const ROUTES = routesWith({ app: 'required', ...route })
  return testHouse({}, () => Response.json({ token: 'x' }), {
    ...wish,
    bindings: { ...BINDINGS, ROUTES, ...bindings },
  })
}

/** A device whose key the gate has taken in. */
export async function enrolled(house: TestHouse): Promise<Device> {
  const { apps, clock } = house
  if (apps === undefined) throw new Error('Cannot enrol: this bank has no apps')
  const device = await newDevice()
  const challenge = issueChallenge(clock.id(), NOW, house.keys)
  const said = {
    keyId: device.keyIdText,
    challenge,
    attestation: toBase64(await device.attest({ challenge })),
  }
  const question = { requestId: clock.id(), at: NOW, body: text(JSON.stringify(said)) }
  const fact = await enrol(question, { ...apps, policy: apps.policy.apple })
  if (fact.state !== 'valid') throw new Error(`Cannot enrol: ${JSON.stringify(fact)}`)
  return device
}

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

function dataOf({ method = 'POST', path = LOGIN, body = BODY }: Sent, time: string): Uint8Array {
  return clientData(
    { method, target: path, body: text(body) },
    { kind: 'time', text: time, madeAt: 0, until: 0 },
  )
}

/** With an assertion over it. */
export async function asserted(
  device: Device,
  sent: Sent = {},
  wish: DataWish = {},
  at = NOW,
): Promise<Sent> {
  const assertion = await device.assert(dataOf(sent, String(at)), wish)
  const evidence = {
    'app-key-id': device.keyIdText,
    'app-assertion': toBase64(assertion),
    'app-time': String(at),
  }
  return { ...sent, headers: { ...evidence, ...sent.headers } }
}

/** With an integrity token for it. */
export async function tokened(sent: Sent = {}, changes: Payload = {}): Promise<Sent> {
  const nonce = toBase64url(hashOf(dataOf(sent, String(NOW))))
  const evidence = {
    'play-integrity-token': await seal(payload(nonce, NOW, changes)),
    'app-time': String(NOW),
  }
  return { ...sent, headers: { ...evidence, ...sent.headers } }
}

export interface Told {
  readonly status: number
  readonly action: string
  readonly rule: string
  readonly reason: string
  readonly response: Response
}

/** What the app and the operator are told. */
export async function tell(house: TestHouse, sent: Sent = {}): Promise<Told> {
  const { method = 'POST', path = LOGIN, body = BODY, headers = {} } = sent
  const request = new Request(`https://bank.example${path}`, {
    method,
    headers: {
      'cf-connecting-ip': '203.0.113.61',
      'content-type': 'application/json',
      'user-agent': OKHTTP,
      ...headers,
    },
    ...(method === 'GET' ? {} : { body }),
    cf: { httpProtocol: 'HTTP/2', tlsVersion: 'TLSv1.3', asn: 64_500 },
  })
  const response = await guard(request, house)
  const record = house.records.at(-1)
  if (record === undefined) throw new Error('Cannot take a record: there is none')
  const { action, rule, reason } = record.verdict
  return { status: response.status, action, rule, reason, response }
}
