import { hexadecimal } from './bytes.ts'
import type { Measure } from './routes/demo.ts'

/** Counts and hashes a body without keeping it. `DigestStream` is this runtime's own: WebCrypto hashes only what it holds whole. */
export const measure: Measure = async (body, maxBytes) => {
  const digest = new crypto.DigestStream('SHA-256')
  const writer = digest.getWriter()
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return undefined
    await writer.write(chunk)
  }
  await writer.close()
  return { bytes, sha256: hexadecimal(new Uint8Array(await digest.digest)) }
}
