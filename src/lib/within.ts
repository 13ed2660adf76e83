import { fail, type Outcome, pass } from './outcome.ts'

/**
 * Calls a neighbour and waits at most `budgetMs`. Never rejects: a neighbour that throws is `failed`. A late call is
 * not undone, so it is handed to `outlive`, which keeps it alive past the answer.
 */
export async function within<T>(
  call: () => Promise<T>,
  budgetMs: number,
  outlive: (work: Promise<unknown>) => void,
): Promise<Outcome<T, 'late' | 'failed'>> {
  const answer = settled(call)
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), budgetMs)
  })
  const first = await Promise.race([answer, deadline])
  clearTimeout(timer)
  if (first !== 'late') return first
  outlive(answer)
  return fail('late')
}

/** The call itself is inside: a stub may throw before it returns a promise. */
async function settled<T>(call: () => Promise<T>): Promise<Outcome<T, 'failed'>> {
  try {
    return pass(await call())
  } catch {
    return fail('failed')
  }
}
