/** Values of all series of one metric in Prometheus text. */
export const seriesOf = (text: string, name: string): readonly number[] =>
  [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].map(([, value]) => Number(value));
