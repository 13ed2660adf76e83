/** What a third party did in the last ten minutes, in buckets of ten seconds. */
const BUCKET_MS = 10_000
const BUCKETS = 61

/** Position is the stored position: append only, with a new version (`codec.ts`). */
const COLUMN = {
  requests: 0,
  errors: 1,
  told: 2,
  unattended: 3,
  network: 4,
  software: 5,
  certificate: 6,
} as const
export type RecentCounter = keyof typeof COLUMN
const WIDTH = Object.keys(COLUMN).length
const RECENT_LENGTH = 1 + BUCKETS * WIDTH

/** First the index of the newest bucket, then the ring. */
export type Recent = Float64Array

export function newRecent(): Recent {
  return new Float64Array(RECENT_LENGTH)
}

/** What is older than the ring is left out. */
export function addRecent(recent: Recent, counter: RecentCounter, at: number, amount: number): void {
  if (amount === 0) return
  const bucket = Math.floor(at / BUCKET_MS)
  advance(recent, bucket)
  if ((recent[0] ?? 0) - bucket >= BUCKETS) return
  const cell = cellOf(bucket, counter)
  recent[cell] = (recent[cell] ?? 0) + amount
}

/** The sliding count over the last `windowMs`; of its oldest bucket the share that the window still covers. */
export function sumRecent(recent: Recent, counter: RecentCounter, at: number, windowMs: number): number {
  const position = at / BUCKET_MS
  const now = Math.floor(position)
  const newest = recent[0] ?? 0
  const oldest = now - windowMs / BUCKET_MS
  let sum = 0
  for (let bucket = Math.max(oldest, newest - BUCKETS + 1); bucket <= newest; bucket += 1) {
    const covered = bucket === oldest ? 1 - (position - now) : 1
    sum += covered * (recent[cellOf(bucket, counter)] ?? 0)
  }
  return sum
}

function advance(recent: Recent, bucket: number): void {
  const newest = recent[0] ?? 0
  if (bucket <= newest) return
  for (let fresh = Math.max(newest + 1, bucket - BUCKETS + 1); fresh <= bucket; fresh += 1) {
    const start = cellOf(fresh, 'requests')
    recent.fill(0, start, start + WIDTH)
  }
  recent[0] = bucket
}

function cellOf(bucket: number, counter: RecentCounter): number {
  return 1 + (bucket % BUCKETS) * WIDTH + COLUMN[counter]
}
