/** Namespaces that this bar makes. Those of the recorded scenarios are being deleted, so that nothing new may stand in them. */
export const FURNISHED_NAMESPACE = 'moving-house';
export const TWINS_NAMESPACE = 'moving-house-twins';
/** Limits of several owners bear on each other in no order: they stand where nothing else does. */
const LIMITS_NAMESPACE = 'moving-house-limits';
export const ALL_TWINS_NAMESPACES = [TWINS_NAMESPACE, LIMITS_NAMESPACE];

export const twinsNamespaceOf = (plural: string): string => (/^(resourcequotas|limitranges)$/.test(plural) ? LIMITS_NAMESPACE : TWINS_NAMESPACE);
