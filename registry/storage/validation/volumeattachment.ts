/** VolumeAttachments. Behaves like upstream pkg/apis/storage/validation/validation.go (ValidateVolumeAttachment). */
import type { VolumeAttachment, VolumeAttachmentSource, VolumeError } from '../../../apimachinery/types/storage.gen.ts';
import { forbidden, invalid, Path, required, tooLong, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { IMMUTABLE, requiredText } from '../../core/validation/fields.ts';
import { byteLength, each, inclusiveRange, nameIsDNSSubdomain } from '../../core/validation/format.ts';
import { validatePersistentVolumeSpec } from '../../core/validation/persistentvolume.ts';
import { csiDriverName } from '../../core/validation/volume-sources.ts';

const SPEC = Path.of('spec');
const STATUS = Path.of('status');
const METADATA_LIMIT = 256 * 1024;
const MESSAGE_LIMIT = 1024;
const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

function source({ inlineVolumeSpec: inline, persistentVolumeName: name }: VolumeAttachmentSource): FieldError[] {
  const path = SPEC.child('source');
  if (inline && name !== undefined) return [forbidden(path, ONE_SOURCE)];
  if (inline) return validatePersistentVolumeSpec(inline, '', path.child('inlineVolumeSpec'), { isInline: true });
  if (name === undefined) return [required(path, ONE_SOURCE)];
  return name === '' ? [required(path.child('persistentVolumeName'), 'must specify non empty persistentVolumeName')] : [];
}

function volumeError(error: VolumeError | undefined, path: Path): FieldError[] {
  const code = error?.errorCode;
  return [
    ...(byteLength(error?.message ?? '') > MESSAGE_LIMIT ? [tooLong(path.child('message'), METADATA_LIMIT)] : []),
    ...(code !== undefined && code < 0 ? [invalid(path.child('errorCode'), code, inclusiveRange(0, 2147483647))] : []),
  ];
}

function check({ spec, status }: VolumeAttachment): FieldError[] {
  const size = Object.entries(status.attachmentMetadata ?? {}).reduce((sum, [k, v]) => sum + byteLength(k) + byteLength(v), 0);
  const node = spec.nodeName ?? '';
  return [
    ...requiredText(spec.attacher, SPEC.child('attacher')),
    ...source(spec.source ?? {}),
    ...each(SPEC.child('nodeName'), node, nameIsDNSSubdomain(node)),
    ...(size > METADATA_LIMIT ? [tooLong(STATUS.child('attachmentMetadata'), METADATA_LIMIT)] : []),
    ...volumeError(status.attachError, STATUS.child('attachError')),
    ...volumeError(status.detachError, STATUS.child('detachError')),
  ];
}

export function validateVolumeAttachment(attachment: VolumeAttachment): ErrorList {
  const { spec } = attachment;
  const name = spec.source?.persistentVolumeName;
  return [
    ...check(attachment),
    ...csiDriverName(spec.attacher, SPEC.child('attacher')),
    ...(name === undefined ? [] : each(SPEC.child('source', 'persistentVolumeName'), name, nameIsDNSSubdomain(name))),
  ];
}

export function validateVolumeAttachmentUpdate(attachment: VolumeAttachment, old: VolumeAttachment): ErrorList {
  const { attacher, nodeName, source: from } = attachment.spec;
  const internal = {
    Attacher: attacher,
    Source: { PersistentVolumeName: from?.persistentVolumeName ?? null, InlineVolumeSpec: from?.inlineVolumeSpec ?? null },
    NodeName: nodeName,
  };
  return [...check(attachment), ...(semanticEqual(attachment.spec, old.spec) ? [] : [invalid(SPEC, internal, IMMUTABLE)])];
}
