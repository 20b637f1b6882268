import { seriesOf } from './metrics-text.js';

const TEXT = `# HELP verbatim_projection_gap_events Events read and not yet written.
# TYPE verbatim_projection_gap_events gauge
verbatim_projection_gap_events{projection="inbox-v1"} 12
verbatim_projection_gap_events{projection="timeline-v1"} 0
verbatim_projection_gap_events_other 99
verbatim_sockets_count 3.5e+2
`;

describe('reading metrics', () => {
  it('finds every series of a metric and no other', () => {
    expect(seriesOf(TEXT, 'verbatim_projection_gap_events')).toEqual([12, 0]);
    expect(seriesOf(TEXT, 'verbatim_sockets_count')).toEqual([350]);
  });

  it('finds none of an unknown metric', () => {
    expect(seriesOf(TEXT, 'verbatim_unknown')).toEqual([]);
  });
});
