/** Refuses everything. Behaves like upstream plugin/pkg/admission/deny. */
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin, Attributes } from '../interface.ts';

const refuse = (a: Attributes): void => {
  throw forbidden(a, 'admission control is denying all modifications');
};

export default { name: 'AlwaysDeny', handles: () => true, init: () => ({ admit: refuse, validate: refuse }) } satisfies AdmissionPlugin;
