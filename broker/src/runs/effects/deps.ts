import type { IStore } from '../../store/types.ts';
import type { IRunDoc } from '../doc.ts';
import type {
  IFilesRoom,
  ILeaseRoom,
  INotebookRoom,
  IRebuilder,
  ITargetEntry
} from '../ports.ts';

/** What the effects of a run work with. */
export interface IRunWorld {
  readonly store: Pick<IStore, 'plan'>;
  /** @throws when the run is not there (any more): a defect */
  doc(run: string): Promise<IRunDoc>;
  readonly files: IFilesRoom;
  readonly notebook: INotebookRoom;
  readonly rebuilder: IRebuilder;
  readonly leases: Pick<ILeaseRoom, 'secrets' | 'summary'>;
  /** Tells whoever reads the log of a defect of ours. */
  readonly alarm: (run: string, message: string) => void;
  readonly targets: ReadonlyMap<string, ITargetEntry>;
  /** what a broker that a runner brings back has to read the configuration with */
  readonly environment: Readonly<Record<string, string | null>>;
  readonly paths: {
    readonly socketDir: string;
    readonly jobSocket: string;
    /** for jobs of other hosts: the file that says where the broker is */
    readonly far: (work: string) => string;
    readonly dataDir: string;
  };
}
