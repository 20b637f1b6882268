import 'reflect-metadata';
import { kafkaConfig } from '@verbatim/messaging';
import { createMetrics, readConfigs, runProcess } from '@verbatim/platform';
import { projectorProcessConfig } from './process/projector-process.config.js';
import { startProjector } from './process/start-projector.js';

runProcess('projector', ({ lifecycle, loggerAt }) => {
  const { config, kafka } = readConfigs({
    config: () => projectorProcessConfig(process.env),
    kafka: () => kafkaConfig(process.env),
  });
  return startProjector({ config, kafka, lifecycle, metrics: createMetrics(), logger: loggerAt(config.logLevel) });
});
