import { CRUISE_OPTIONS, dependencyRules } from './tools/architecture/dependency-rules.mjs';
import { workspacePackages } from './tools/architecture/workspace-packages.mjs';

const doors = workspacePackages(import.meta.dirname).flatMap((each) => each.doors);

export default { ...dependencyRules(doors), options: CRUISE_OPTIONS };
