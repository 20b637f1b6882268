import { knownStatus, type KnownStatus } from './presence-commands.js';

/** Reads what a script published. Another release may have written it: what is not understood is passed over. */
export const readChanges = (message: string): readonly (KnownStatus & { readonly userId: string })[] => {
  const { at, changes } = parsed(message);
  if (typeof at !== 'number' || !Array.isArray(changes)) return [];
  return changes.flatMap((change: unknown) => {
    if (!Array.isArray(change)) return [];
    const [userId, code, seen] = change as readonly unknown[];
    if (typeof userId !== 'string' || typeof code !== 'number' || typeof seen !== 'string') return [];
    return [{ userId, ...knownStatus(code, seen, at) }];
  });
};

const parsed = (message: string): { readonly at?: unknown; readonly changes?: unknown } => {
  try {
    return (JSON.parse(message) ?? {}) as object;
  } catch {
    return {};
  }
};
