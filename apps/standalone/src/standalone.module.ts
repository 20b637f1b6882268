import { type DynamicModule, Module } from '@nestjs/common';
import { type CommandApiDependencies, CommandApiModule } from '@verbatim/command-api';

/** The use cases of command-api in this process; gateway and projector follow the log beside them. */
@Module({})
export class StandaloneModule {
  static register(dependencies: CommandApiDependencies): DynamicModule {
    return { module: StandaloneModule, imports: [CommandApiModule.register(dependencies)] };
  }
}
