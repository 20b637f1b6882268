import { eventStoreContract } from '../event-store.contract.js';
import { openMemoryEventStore } from './memory-event-store.js';

eventStoreContract('memory', async () => openMemoryEventStore());
