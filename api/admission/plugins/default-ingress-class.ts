/** An ingress that names no class gets the default one. Behaves like upstream plugin/pkg/admission/network/defaultingressclass. */
import * as networking from '../../../apimachinery/types/networking.gen.ts';
import { newestDefault } from '../default-class.ts';
import type { AdmissionPlugin } from '../interface.ts';

export default {
  name: 'DefaultIngressClass',
  handles: (operation) => operation === 'CREATE',
  concerns: ({ resource, subresource }) => resource.group === 'networking.k8s.io' && resource.resource === 'ingresses' && subresource === '',
  init({ stores }) {
    const classes = stores.cached(networking.IngressClass);
    return {
      admit(a) {
        if (!a.object) return;
        const ingress = a.object as unknown as networking.Ingress;
        if (typeof ingress.spec?.ingressClassName === 'string' || ingress.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) return;
        const chosen = newestDefault(classes.list(), ['ingressclass.kubernetes.io/is-default-class']);
        if (chosen) ingress.spec = { ...ingress.spec, ingressClassName: chosen.metadata.name };
      },
    };
  },
} satisfies AdmissionPlugin;
