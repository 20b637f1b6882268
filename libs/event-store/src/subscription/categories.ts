/** The part of a stream name before its first `-`; the whole name when it has none. */
export const categoryOf = (streamName: string): string => {
  const dash = streamName.indexOf('-');
  return dash === -1 ? streamName : streamName.slice(0, dash);
};

/** Makes the filter of a read; no categories let everything pass. */
export const categoryFilter = (categories: readonly string[] | undefined): ((streamName: string) => boolean) => {
  if (categories === undefined) return () => true;
  const wanted = new Set(categories);
  return (streamName) => wanted.has(categoryOf(streamName));
};
