/** All defaults of the core group, by type: ./defaults holds them by topic. */
import aliases from './defaults/aliases.ts';
import object from './defaults/object.ts';
import pod from './defaults/pod.ts';
import quantities from './defaults/quantities.ts';
import service from './defaults/service.ts';
import volume from './defaults/volume.ts';

export default [...aliases, ...quantities, ...volume, ...pod, ...service, ...object];
