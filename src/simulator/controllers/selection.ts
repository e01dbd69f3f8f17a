// Label selectors of stored objects, read once: stored objects never change, so neither do their selectors.
import type { LabelSelector } from '../../apimachinery/objects.ts';
import { type LabelRequirement, matchesRequirements, requirementsOf } from '../../apimachinery/selector.ts';

const known = new WeakMap<LabelSelector, readonly LabelRequirement[]>();

/** True if the selector, which must be a stored object's, chooses these labels. No selector chooses nothing. */
export function selects(selector: LabelSelector | undefined, labels: Record<string, string> | undefined): boolean {
  if (!selector) return false;
  let requirements = known.get(selector);
  if (!requirements) {
    requirements = requirementsOf(selector);
    known.set(selector, requirements);
  }
  return matchesRequirements(requirements, labels);
}
