import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStateStore } from '@verbatim/state';
import type { StateStore } from '@verbatim/state';
import { accountContract } from './account/account.contract.js';
import { sessionContract } from './session/session.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'verbatim-identity-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const engines: [string, () => Promise<StateStore>][] = [
  ['memory', () => openStateStore('memory:')],
  ['sqlite', () => openStateStore(`sqlite:${join(folder, `${(files += 1)}.db`)}`)],
];

for (const [engine, open] of engines) {
  accountContract(engine, open);
  sessionContract(engine, open);
}
