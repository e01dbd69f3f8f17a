// Texts in mission.yaml: what each must be, with an example, as the author will read it.
import { z } from 'zod';

export const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A text; anything else "must be WHAT. Example: EXAMPLE". */
export function text(what: string, example: string, is: (value: string) => boolean = (value) => value.trim() !== '') {
  const message = `must be ${what}. Example: ${example}`;
  return z
    .string(message)
    .refine(is, message)
    .meta({ description: what, examples: [example] });
}
