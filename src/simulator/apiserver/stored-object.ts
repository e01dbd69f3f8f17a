// An object as the API server's generic code sees it, whatever its kind.
import type { KubernetesObject } from '../client.ts';

/** Any object, with the two parts that generic code knows. */
export type StoredObject = KubernetesObject & { spec?: unknown; status?: unknown };
