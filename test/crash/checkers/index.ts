import type { Evidence, Finding } from '../evidence.js';
import { gaps, leaks, wrongDeliveries } from './delivery-checkers.js';
import { differingAcks, duplicates, holes, lostAcks, lostChanges, phantoms, surprises } from './log-checkers.js';
import { wrongViews } from './view-checker.js';

const CHECKERS = [
  ...[lostAcks, differingAcks, duplicates, holes, phantoms, lostChanges, surprises],
  ...[wrongDeliveries, leaks, gaps, wrongViews],
];

/** Everything that is wrong with what was seen. */
export const findingsIn = (evidence: Evidence): readonly Finding[] => CHECKERS.flatMap((check) => check(evidence));
