import { fail, type Outcome, pass } from './outcome.ts'

type Call<T> = () => Promise<T>
type Answer<T> = Outcome<T, 'late' | 'failed'>

/**
 * Calls a neighbour and waits at most `budgetMs`. Never rejects: a neighbour that throws is `failed`. A late call is
 * not undone, so it is handed to `outlive`, which keeps it alive past the answer.
 */
export async function within<T>(
  call: Call<T>,
  budgetMs: number,
  outlive: (work: Promise<unknown>) => void,
): Promise<Answer<T>> {
  const [answer] = await allWithin([call], budgetMs, outlive)
  return answer ?? fail('failed')
}

/** Calls several at once, under one deadline: a timer for each would cost as much as a small call. */
export async function allWithin<T>(
  calls: readonly Call<T>[],
  budgetMs: number,
  outlive: (work: Promise<unknown>) => void,
): Promise<readonly Answer<T>[]> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), budgetMs)
  })
  const inTime = async (call: Call<T>): Promise<Answer<T>> => {
    const answer = settled(call)
    const first = await Promise.race([answer, deadline])
    if (first !== 'late') return first
    outlive(answer)
    return fail('late')
  }
  const answers = await Promise.all(calls.map(inTime))
  clearTimeout(timer)
  return answers
}

/** The call itself is inside: a stub may throw before it returns a promise. */
async function settled<T>(call: () => Promise<T>): Promise<Outcome<T, 'failed'>> {
  try {
    return pass(await call())
  } catch {
    return fail('failed')
  }
}
