/** ClusterRoles. Behaves like upstream pkg/registry/rbac/clusterrole. */
import * as rbac from '../../apimachinery/types/rbac.gen.ts';
import { defineResource } from '../generic/define.ts';
import { validateClusterRole, validateClusterRoleUpdate, validateRBACName } from './validation/role.ts';

export default defineResource<rbac.ClusterRole>(rbac.ClusterRole, {
  strategy: {
    allowCreateOnUpdate: true,
    validateName: validateRBACName,
    metadata: { onUpdate: 'placed' },
    validate: validateClusterRole,
    validateUpdate: validateClusterRoleUpdate,
  },
});
