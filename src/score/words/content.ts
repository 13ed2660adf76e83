/** Words for what the request carries. */
import type { CONTENT_FEATURES } from '../features/content.ts'
import type { Description } from './description.ts'

export const CONTENT_WORDS = {
  formSubmission: ['flag', 'sends its body as a page sends its form'],
} as const satisfies Record<keyof typeof CONTENT_FEATURES, Description>
