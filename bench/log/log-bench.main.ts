/** A process of its own, so that it is not kept on the load generator's core: log-bench.main.js '<LogBenchOptions as JSON>'. */
import { runLogBench, type LogBenchOptions } from './log-bench.js';

const options = JSON.parse(process.argv[2] ?? '') as LogBenchOptions;
process.stdout.write(`${JSON.stringify(await runLogBench(options))}\n`);
