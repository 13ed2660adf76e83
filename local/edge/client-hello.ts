/** What a TLS client says of itself before anything is encrypted (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2). */
export interface ClientHello {
  /** Of the handshake message, its four bytes of header included. */
  readonly bytes: number
  /** legacy_version: what a TLS 1.3 client states here is 1.2. */
  readonly version: number
  readonly ciphers: readonly number[]
  /** Types, in the order sent. */
  readonly extensions: readonly number[]
  readonly supportedVersions: readonly number[]
  readonly groups: readonly number[]
  readonly pointFormats: readonly number[]
  readonly signatureAlgorithms: readonly number[]
  readonly alpn: readonly Uint8Array[]
}

export type HelloRefusal = 'not_tls' | 'no_client_hello' | 'too_long' | 'malformed'

export type HelloState =
  | { readonly state: 'more' }
  | { readonly state: 'complete'; readonly hello: ClientHello }
  | { readonly state: 'refused'; readonly reason: HelloRefusal }

/** Post-quantum key shares make a hello of 1.8 kB; a session ticket or an ECH payload adds a few more. */
export const MAX_HELLO_BYTES = 16_384
/** Each record costs five bytes more, and a client may cut a hello into records of one byte. */
export const MAX_HELLO_WIRE_BYTES = 65_536

const RECORD_HEADER_BYTES = 5
const HANDSHAKE_HEADER_BYTES = 4
const HANDSHAKE_RECORD = 22
const CLIENT_HELLO = 1

/** RFC 8701: values that clients make up to keep servers tolerant. They say nothing about the client. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff)
}

/** Takes the bytes of a connection as they come, over records and segments, until the hello is whole or refused. */
export function helloReader(): (chunk: Uint8Array) => HelloState {
  const header: number[] = []
  const message: number[] = []
  let left = 0
  let wire = 0
  return (chunk) => {
    for (const byte of chunk) {
      if (++wire > MAX_HELLO_WIRE_BYTES) return refuse('too_long')
      if (left === 0) {
        header.push(byte)
        if (header[0] !== HANDSHAKE_RECORD) return refuse(wire === 1 ? 'not_tls' : 'no_client_hello')
        if (header.length < RECORD_HEADER_BYTES) continue
        left = ((header[3] ?? 0) << 8) | (header[4] ?? 0)
        // RFC 8446 section 5.1: a handshake record is never empty.
        if (header[1] !== 3 || left === 0) return refuse('malformed')
        header.length = 0
        continue
      }
      message.push(byte)
      left--
      const state = checkMessage(message)
      if (state.state !== 'more') return state
    }
    return { state: 'more' }
  }
}

function checkMessage(message: readonly number[]): HelloState {
  if (message[0] !== CLIENT_HELLO) return refuse('no_client_hello')
  if (message.length < HANDSHAKE_HEADER_BYTES) return { state: 'more' }
  const length = ((message[1] ?? 0) << 16) | ((message[2] ?? 0) << 8) | (message[3] ?? 0)
  if (HANDSHAKE_HEADER_BYTES + length > MAX_HELLO_BYTES) return refuse('too_long')
  if (message.length < HANDSHAKE_HEADER_BYTES + length) return { state: 'more' }
  const hello = parseClientHello(Uint8Array.from(message))
  return hello ? { state: 'complete', hello } : refuse('malformed')
}

function refuse(reason: HelloRefusal): HelloState {
  return { state: 'refused', reason }
}

/** Reads a whole handshake message; undefined where a length does not fit what is there. */
export function parseClientHello(message: Uint8Array): ClientHello | undefined {
  const body = cursor(message)
  body.take(HANDSHAKE_HEADER_BYTES)
  const version = body.u16()
  body.take(32) // random
  body.take(body.u8()) // legacy_session_id
  const ciphers = u16List(body.take(body.u16()))
  body.take(body.u8()) // legacy_compression_methods
  const extensions: number[] = []
  const contents = new Map<number, Uint8Array>()
  // Before TLS 1.3 a hello could end here, without the length of extensions.
  if (body.left() > 0) {
    const list = cursor(body.take(body.u16()))
    while (list.left() > 0 && list.whole()) {
      const type = list.u16()
      extensions.push(type)
      contents.set(type, list.take(list.u16()))
    }
    if (!list.whole()) return undefined
  }
  if (!body.whole() || body.left() > 0) return undefined
  const content = (type: number): Uint8Array => contents.get(type) ?? new Uint8Array()
  return {
    bytes: message.length,
    version,
    ciphers,
    extensions,
    supportedVersions: u16List(content(0x002b).subarray(1)),
    groups: u16List(content(0x000a).subarray(2)),
    pointFormats: [...content(0x000b).subarray(1)],
    signatureAlgorithms: u16List(content(0x000d).subarray(2)),
    alpn: names(content(0x0010).subarray(2)),
  }
}

function u16List(bytes: Uint8Array): number[] {
  const list = cursor(bytes)
  const values: number[] = []
  while (list.left() > 1) values.push(list.u16())
  return values
}

/** RFC 7301 section 3.1: ProtocolNameList. */
function names(bytes: Uint8Array): Uint8Array[] {
  const list = cursor(bytes)
  const found: Uint8Array[] = []
  while (list.left() > 0 && list.whole()) found.push(list.take(list.u8()))
  return found
}

interface Cursor {
  u8(): number
  u16(): number
  take(length: number): Uint8Array
  left(): number
  /** False once more was asked for than there was. */
  whole(): boolean
}

function cursor(bytes: Uint8Array): Cursor {
  let at = 0
  let whole = true
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) whole = false
    const taken = bytes.subarray(at, at + length)
    at += taken.length
    return taken
  }
  const number = (length: number): number => take(length).reduce((value, byte) => (value << 8) | byte, 0)
  return {
    u8: () => number(1),
    u16: () => number(2),
    take,
    left: () => bytes.length - at,
    whole: () => whole,
  }
}
