/** Namespaces that this bar makes. Those of the recorded scenarios are being deleted, so that nothing new may stand in them. */
export const FURNISHED_NAMESPACE = 'moving-house';
export const TWINS_NAMESPACE = 'moving-house-twins';
