/** Every built-in resource and the defaults of their types: what a Registry (./generic/registry.ts) is made of. */
import admissionregistration from './admissionregistration/index.gen.ts';
import admissionregistrationDefaults from './admissionregistration/defaults.ts';
import apiextensions from './apiextensions/index.gen.ts';
import apiextensionsDefaults from './apiextensions/defaults.ts';
import apiregistration from './apiregistration/index.gen.ts';
import apiregistrationDefaults from './apiregistration/defaults.ts';
import apps from './apps/index.gen.ts';
import appsDefaults from './apps/defaults.ts';
import authentication from './authentication/index.gen.ts';
import authorization from './authorization/index.gen.ts';
import autoscaling from './autoscaling/index.gen.ts';
import autoscalingDefaults from './autoscaling/defaults.ts';
import batch from './batch/index.gen.ts';
import batchDefaults from './batch/defaults.ts';
import certificates from './certificates/index.gen.ts';
import coordination from './coordination/index.gen.ts';
import core from './core/index.gen.ts';
import coreDefaults from './core/defaults.ts';
import discovery from './discovery/index.gen.ts';
import discoveryDefaults from './discovery/defaults.ts';
import flowcontrol from './flowcontrol/index.gen.ts';
import flowcontrolDefaults from './flowcontrol/defaults.ts';
import networking from './networking/index.gen.ts';
import networkingDefaults from './networking/defaults.ts';
import node from './node/index.gen.ts';
import policy from './policy/index.gen.ts';
import rbac from './rbac/index.gen.ts';
import rbacDefaults from './rbac/defaults.ts';
import resource from './resource/index.gen.ts';
import resourceDefaults from './resource/defaults.ts';
import scheduling from './scheduling/index.gen.ts';
import schedulingDefaults from './scheduling/defaults.ts';
import storage from './storage/index.gen.ts';
import storageDefaults from './storage/defaults.ts';

export const BUILTIN_DEFINITIONS = [
  ...admissionregistration,
  ...apiextensions,
  ...apiregistration,
  ...apps,
  ...authentication,
  ...authorization,
  ...autoscaling,
  ...batch,
  ...certificates,
  ...coordination,
  ...core,
  ...discovery,
  ...flowcontrol,
  ...networking,
  ...node,
  ...policy,
  ...rbac,
  ...resource,
  ...scheduling,
  ...storage,
];

export const BUILTIN_DEFAULTS = [
  ...admissionregistrationDefaults,
  ...apiextensionsDefaults,
  ...apiregistrationDefaults,
  ...appsDefaults,
  ...autoscalingDefaults,
  ...batchDefaults,
  ...coreDefaults,
  ...discoveryDefaults,
  ...flowcontrolDefaults,
  ...networkingDefaults,
  ...rbacDefaults,
  ...resourceDefaults,
  ...schedulingDefaults,
  ...storageDefaults,
];
