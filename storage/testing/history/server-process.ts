/** The process that `RemoteServer` starts: a store on lmdb behind its cacher. `node server-process.js DIRECTORY`. */
import { realClock } from '../../../component-base/clock.ts';
import { LmdbStorage } from '../../lmdb/lmdb-storage.ts';
import { answer } from './remote.ts';
import { serve } from './server.ts';

const [directory = ''] = process.argv.slice(2);
answer(await serve(await LmdbStorage.open({ directory, clock: realClock })));
