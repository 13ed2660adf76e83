/** Reads the client's side of the TCP connections in a capture file: enough of pcap, pcapng, IP and TCP for that. */

export interface Stream {
  readonly source: string
  readonly port: number
  /** What was sent, in order, up to the first gap. */
  readonly bytes: Buffer
}

interface Segment {
  readonly flow: string
  readonly source: string
  readonly port: number
  readonly sequence: number
  readonly payload: Buffer
}

const ETHERNET = 1
const TCP = 6

export function readStreams(file: Buffer): Stream[] {
  const flows = new Map<string, Segment[]>()
  for (const frame of file.readUInt32BE(0) === 0x0a0d0d0a ? pcapngFrames(file) : pcapFrames(file)) {
    const segment = readSegment(frame)
    if (segment && segment.payload.length > 0) {
      flows.set(segment.flow, [...(flows.get(segment.flow) ?? []), segment])
    }
  }
  return [...flows.values()].flatMap(reassemble)
}

function* pcapFrames(file: Buffer): Generator<Buffer> {
  const little = file.readUInt32LE(0) === 0xa1b2c3d4 || file.readUInt32LE(0) === 0xa1b23c4d
  const u32 = (at: number): number => (little ? file.readUInt32LE(at) : file.readUInt32BE(at))
  if (u32(20) !== ETHERNET) throw new Error(`Cannot read capture: link type ${u32(20)}`)
  for (let at = 24; at + 16 <= file.length; ) {
    const length = u32(at + 8)
    yield file.subarray(at + 16, at + 16 + length)
    at += 16 + length
  }
}

const ENHANCED_PACKET = 6
const SIMPLE_PACKET = 3

/** Little endian only: every capture here was made on such a machine. */
function* pcapngFrames(file: Buffer): Generator<Buffer> {
  for (let at = 0; at + 12 <= file.length; at += file.readUInt32LE(at + 4)) {
    const type = file.readUInt32LE(at)
    if (type === ENHANCED_PACKET) yield file.subarray(at + 28, at + 28 + file.readUInt32LE(at + 20))
    if (type === SIMPLE_PACKET) yield file.subarray(at + 12, at + file.readUInt32LE(at + 4) - 4)
  }
}

function readSegment(frame: Buffer): Segment | undefined {
  if (frame.length < 14) return undefined
  const type = frame.readUInt16BE(12)
  if (type === 0x0800) return readIpv4(frame.subarray(14))
  if (type === 0x86dd) return readIpv6(frame.subarray(14))
  return undefined
}

function readIpv4(packet: Buffer): Segment | undefined {
  if (packet.length < 20 || packet[9] !== TCP) return undefined
  const header = ((packet[0] ?? 0) & 0x0f) * 4
  const source = [...packet.subarray(12, 16)].join('.')
  const target = [...packet.subarray(16, 20)].join('.')
  return readTcp(packet.subarray(header, packet.readUInt16BE(2)), source, target)
}

function readIpv6(packet: Buffer): Segment | undefined {
  if (packet.length < 40 || packet[6] !== TCP) return undefined
  const [source, target] = [packet.toString('hex', 8, 24), packet.toString('hex', 24, 40)]
  return readTcp(packet.subarray(40, 40 + packet.readUInt16BE(4)), source, target)
}

function readTcp(segment: Buffer, source: string, target: string): Segment | undefined {
  if (segment.length < 20) return undefined
  const port = segment.readUInt16BE(0)
  return {
    flow: [source, port, target, segment.readUInt16BE(2)].join(' '),
    source,
    port,
    sequence: segment.readUInt32BE(4),
    payload: segment.subarray(((segment[12] ?? 0) >> 4) * 4),
  }
}

function reassemble(segments: readonly Segment[]): Stream[] {
  const [first] = segments
  if (!first) return []
  // Sequence numbers wrap at 2^32; seen from the first segment they may be before it, too.
  const offset = ({ sequence }: Segment): number => (sequence - first.sequence) | 0
  const ordered = segments.toSorted((a, b) => offset(a) - offset(b))
  const start = ordered[0] ? offset(ordered[0]) : 0
  const parts: Buffer[] = []
  let next = start
  for (const segment of ordered) {
    const known = next - offset(segment)
    if (known < 0) break
    if (known >= segment.payload.length) continue
    parts.push(segment.payload.subarray(known))
    next = offset(segment) + segment.payload.length
  }
  return [{ source: first.source, port: first.port, bytes: Buffer.concat(parts) }]
}
