/** Does nothing. Behaves like upstream apiserver/pkg/admission/plugin/alwaysadmit (plugin/pkg/admission/admit). */
import type { AdmissionPlugin } from '../interface.ts';

export default { name: 'AlwaysAdmit', handles: () => true, init: () => ({}) } satisfies AdmissionPlugin;
