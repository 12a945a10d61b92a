import { type Group, groupKey } from '../engine/group.js';

/** Which calls, and by what they are told apart. */
export interface CallChoice {
  service_name?: string | undefined;
  method_name?: string | undefined;
  group_by: 'platform' | 'service' | 'method';
}

export interface NamedGroup {
  group: Group;
  key: string;
}

interface Names {
  service_name: string;
  method_name: string;
}

/** Methods whose groups are remembered; a key takes a microsecond to make, and each minute asks for each method's. */
const MOST_REMEMBERED = 5_000;

/** The groups of a choice of calls. */
export class Groups {
  readonly #choice: CallChoice;
  readonly #known = new Map<string, Map<string, NamedGroup>>();
  #count = 0;

  constructor(choice: CallChoice) {
    this.#choice = choice;
  }

  /** The group that a method's calls are in; undefined where they are not chosen. */
  of(names: Names): NamedGroup | undefined {
    const { service_name, method_name } = this.#choice;
    if (service_name !== undefined && names.service_name !== service_name) return undefined;
    if (method_name !== undefined && names.method_name !== method_name) return undefined;
    const known = this.#known.get(names.service_name)?.get(names.method_name);
    if (known) return known;
    const group = groupOf(names, this.#choice);
    const made = { group, key: groupKey(group) };
    this.#remember(names, made);
    return made;
  }

  #remember({ service_name, method_name }: Names, made: NamedGroup): void {
    if (this.#count >= MOST_REMEMBERED) {
      this.#known.clear();
      this.#count = 0;
    }
    let ofService = this.#known.get(service_name);
    if (!ofService) {
      ofService = new Map();
      this.#known.set(service_name, ofService);
    }
    ofService.set(method_name, made);
    this.#count += 1;
  }
}

/** What is chosen by name is said too, so that every alert tells what it is about. */
function groupOf({ service_name, method_name }: Names, choice: CallChoice): Group {
  const byMethod = choice.group_by === 'method';
  return {
    ...(byMethod || choice.group_by === 'service' || choice.service_name !== undefined
      ? { service_name }
      : {}),
    ...(byMethod || choice.method_name !== undefined ? { method_name } : {}),
  };
}
