import { NestFactory } from '@nestjs/core';
import { createLogger, systemClock } from '@verbatim/platform';
import { ProjectorModule } from './projector.module.js';
import { ProjectionRunner } from './runner/projection-runner.js';
import { ada } from './testkit/people.fixtures.js';
import { ProjectorUnderTest } from './testkit/projector-under-test.fixtures.js';

it('the module folds the log from the start of the application to its end', async () => {
  const projector = await ProjectorUnderTest.open();
  const { eventStore, store: readModelStore, state, metrics } = projector;
  const logger = createLogger({ name: 'spec', level: 'silent' });
  const dependencies = { eventStore, readModelStore, state, metrics, logger, clock: systemClock };
  const module = await NestFactory.createApplicationContext(ProjectorModule.register(dependencies), { logger: false });
  await projector.passed(await projector.people.registers(ada, 'ada'));
  expect(module.get(ProjectionRunner).status()).toHaveLength(5);
  await module.close();
  const { position } = (await readModelStore.readModels.checkpoint('users-v1')) ?? {};
  await projector.people.registers(ada, 'ada again');
  expect((await readModelStore.readModels.checkpoint('users-v1'))?.position).toBe(position);
  await projector.close();
});
