/** Roles. Behaves like upstream pkg/registry/rbac/role. */
import * as rbac from '../../apimachinery/types/rbac.gen.ts';
import { defineResource } from '../generic/define.ts';
import { validateRole, validateRoleUpdate, validateRBACName } from './validation/role.ts';

export default defineResource<rbac.Role>(rbac.Role, {
  strategy: {
    allowCreateOnUpdate: true,
    validateName: validateRBACName,
    metadata: { onUpdate: 'placed' },
    validate: validateRole,
    validateUpdate: validateRoleUpdate,
  },
});
