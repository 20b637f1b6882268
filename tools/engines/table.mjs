/**
 * @param {string[]} headings
 * @param {string[][]} rows
 * @returns {string} a line per row, its cells below each other
 */
export const formatTable = (headings, rows) => {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
