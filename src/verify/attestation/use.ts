import type { ReplayQuestion } from '../replay/types.ts'

const NO_BODY = new Uint8Array(0)

/**
 * What an app may show once, a challenge or a token, as the memory of what was used is asked about it. It is no signed
 * request: its text is its name, and what comes again under no idempotency key is a replay.
 *
 * @param owner whose part of the memory it fills
 * @param until milliseconds since the epoch: afterwards it is refused for its age
 */
export function useOf(
  text: string,
  owner: string,
  { requestId, at }: Pick<ReplayQuestion, 'requestId' | 'at'>,
  until: number,
): ReplayQuestion {
  return {
    requestId,
    at,
    organisation: owner,
    keyThumbprint: '',
    signingInput: new TextEncoder().encode(text),
    body: NO_BODY,
    singles: [],
    idempotencyKey: undefined,
    operation: '',
    until,
    idempotencyUntil: until,
  }
}
