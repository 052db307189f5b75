/** ControllerRevisions: immutable templates of StatefulSets and DaemonSets. Behaves like upstream pkg/registry/apps/controllerrevision. */
import { parseApiVersion } from '../../apimachinery/meta.ts';
import * as apps from '../../apimachinery/types/apps.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateControllerRevision, validateControllerRevisionUpdate } from './validation/controllerrevision.ts';

function controllerOf(revision: DeepReadonly<apps.ControllerRevision>): string {
  const owner = (revision.metadata.ownerReferences ?? []).find((r) => r.controller === true);
  if (!owner) return '<none>';
  const group = parseApiVersion(owner.apiVersion)?.group ?? '';
  return `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${owner.name}`;
}

export default defineResource<apps.ControllerRevision>(apps.ControllerRevision, {
  columns: [column<apps.ControllerRevision>('Controller', controllerOf), column('Revision', (r) => r.revision)],
  strategy: { validate: validateControllerRevision, validateUpdate: validateControllerRevisionUpdate },
});
