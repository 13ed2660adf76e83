import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { Readable, Writable } from 'node:stream'

/** A header field as it stood on the wire: name in the case it was sent, duplicates apart. */
export type Field = readonly [name: string, value: string]

/** One request, whichever protocol brought it, and the way back. */
export interface Visit {
  readonly protocol: 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2'
  readonly method: string
  /** Of an absolute target, or HTTP/2's `:scheme`. */
  readonly scheme: string | undefined
  /** As received: nothing decoded, nothing made shorter. */
  readonly target: string
  readonly fields: readonly Field[]
  /** Of an absolute target, or HTTP/2's `:authority`. */
  readonly authority: string | undefined
  /** Every Host field: one too many and two readers would read two things. */
  readonly hosts: readonly string[]
  readonly body: Readable | undefined
  /** Called when the client goes before it has its whole answer. */
  onAbort(gone: () => void): void
  /** Called when a body broke off before an answer began: the client has sent its last and waits. */
  onCut(cut: () => void): void
  /** Throws away what the client still sends of its body, for so long and no longer: before an answer ends. */
  drain(done: () => void): void
  answer(status: number, reason: string, fields: readonly Field[]): Reply
}

export type Reply = Writable & {
  addTrailers(trailers: NodeJS.Dict<string>): void
}

export function http1Visit(request: IncomingMessage, response: ServerResponse): Visit {
  const fields = pairs(request.rawHeaders)
  // RFC 9112 section 6.3: a request has a body if one of these says so.
  const hasBody = fields.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(request.url ?? '')
  return {
    protocol: request.httpVersion === '1.0' ? 'HTTP/1.0' : 'HTTP/1.1',
    method: request.method ?? '',
    scheme: absolute?.[1],
    target: absolute ? originForm(absolute[3] ?? '') : (request.url ?? ''),
    fields: joinCookies(fields.filter(([name]) => name.toLowerCase() !== 'host')),
    authority: absolute?.[2],
    hosts: valuesOf(fields, 'host'),
    body: hasBody ? request : undefined,
    onAbort: (gone) =>
      response.once('close', () => {
        if (!response.writableFinished) gone()
      }),
    onCut: (cut) => request.once(CUT, cut),
    drain: (done) => drainHttp1(request, response, done),
    answer: (status, reason, answerFields) => {
      request.removeAllListeners(CUT)
      return response.writeHead(status, reason, answerFields.flat())
    },
  }
}

/** Emitted on a request of HTTP/1.1 whose body broke off; nobody listens once its answer has begun. */
export const CUT = Symbol('cut')

/** As long as the gate itself lingers. Bytes thrown away cost no more than bytes passed on. */
const LINGER_MS = 2_000

/**
 * Node closes a connection as soon as its last answer has ended, and unread octets make that a reset, which may take the
 * answer with it (RFC 9112 section 9.6). The client has the whole answer meanwhile, if that says how long it is.
 */
function drainHttp1(request: IncomingMessage, response: ServerResponse, done: () => void): void {
  if (request.complete) {
    done()
    return
  }
  let over = (): void => {
    over = () => {}
    clearTimeout(timer)
    // A body that has not ended by now would be read as the next request.
    if (!request.complete) response.once('finish', () => request.socket.destroySoon())
    done()
  }
  const timer = setTimeout(() => over(), LINGER_MS)
  for (const end of ['end', 'close', CUT]) request.once(end, () => over())
  response.flushHeaders()
  request.unpipe()
  request.resume()
}

/** RFC 9112 section 3.2.2: an absolute target without a path asks for the root. */
function originForm(rest: string): string {
  return rest.startsWith('/') ? rest : `/${rest}`
}

export function http2Visit(request: Http2ServerRequest, response: Http2ServerResponse): Visit {
  const all = pairs(request.rawHeaders)
  return {
    protocol: 'HTTP/2',
    method: request.method,
    scheme: request.scheme,
    target: request.url,
    fields: joinCookies(all.filter(([name]) => !name.startsWith(':') && name !== 'host')),
    authority: valuesOf(all, ':authority')[0],
    hosts: valuesOf(all, 'host'),
    body: request.stream.endAfterHeaders ? undefined : request,
    // The response claims to be finished in either case; only the stream tells them apart.
    onAbort: (gone) => request.stream.once('aborted', gone),
    // A body that breaks off takes its stream with it.
    onCut: () => {},
    // RFC 9113 section 8.1: who does not want the rest may say so without a word against the answer.
    drain: (done) => {
      if (!request.complete) {
        response.once('finish', () => response.stream.close(constants.NGHTTP2_NO_ERROR))
      }
      done()
    },
    answer: (status, _reason, answerFields) => response.writeHead(status, http2Fields(answerFields)),
  }
}

/**
 * RFC 9113 section 8.2.3: HTTP/2 clients cut cookies into crumbs; whoever passes them on puts them together again. Over
 * HTTP/1.1 there should be one line (RFC 6265 section 5.4); of several workerd would make one with commas, which part no cookies.
 */
function joinCookies(fields: readonly Field[]): Field[] {
  const cookies = valuesOf(fields, 'cookie')
  if (cookies.length < 2) return [...fields]
  const isCookie = ([name]: Field): boolean => name.toLowerCase() === 'cookie'
  const first = fields.findIndex(isCookie)
  return fields.flatMap((field, at): Field[] => {
    if (!isCookie(field)) return [field]
    return at === first ? [[field[0], cookies.join('; ')]] : []
  })
}

/** Set-Cookie cannot be joined (RFC 9110 section 5.3); everything else that comes twice can. */
function http2Fields(fields: readonly Field[]): Record<string, string | string[]> {
  const joined: Record<string, string | string[]> = {}
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    const before = joined[key]
    if (key === 'set-cookie') joined[key] = [...(Array.isArray(before) ? before : []), value]
    else joined[key] = typeof before === 'string' ? `${before}, ${value}` : value
  }
  return joined
}

export function pairs(flat: readonly string[]): Field[] {
  const fields: Field[] = []
  for (let at = 0; at + 1 < flat.length; at += 2) fields.push([flat[at] ?? '', flat[at + 1] ?? ''])
  return fields
}

export function valuesOf(fields: readonly Field[], wanted: string): string[] {
  return fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
}
