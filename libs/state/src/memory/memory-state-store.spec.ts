import { stateStoreContract } from '../state-store.contract.js';
import { openStateStore } from '../open-state-store.js';

stateStoreContract('memory', () => openStateStore('memory:'));
