/** Defaults of the authentication group. Behaves like upstream pkg/apis/authentication/v1/defaults.go. */
import * as authentication from '../../apimachinery/types/authentication.gen.ts';
import { defineDefaults } from '../generic/define.ts';

const HOUR = 3600;

export default [
  defineDefaults(authentication.TokenRequestSpec, (spec) => {
    spec.expirationSeconds ??= HOUR;
  }),
];
