// A shell's variables. A subshell shares them until one of the two changes something.

export interface Variable {
  readonly value: string | undefined;
  readonly isExported: boolean;
  readonly isReadOnly: boolean;
}

/** Unlike ash: a longer string is not kept, the container is out of memory then. */
export const maxValueLength = 64 * 1024 ** 2;

export class Variables {
  private map: Map<string, Variable>;
  private isShared = false;
  /** Told by how much the values grow or shrink. */
  private readonly account: (growth: number) => void;

  constructor(account: (growth: number) => void, map = new Map<string, Variable>()) {
    this.account = account;
    this.map = map;
  }

  /** The same variables for a subshell. */
  fork(account: (growth: number) => void): Variables {
    this.isShared = true;
    const copy = new Variables(account, this.map);
    copy.isShared = true;
    return copy;
  }

  get(name: string): string | undefined {
    return this.map.get(name)?.value;
  }

  find(name: string): Variable | undefined {
    return this.map.get(name);
  }

  /** Puts a variable as it is; undefined removes it. */
  put(name: string, variable: Variable | undefined): void {
    if (this.isShared) {
      this.map = new Map(this.map);
      this.isShared = false;
    }
    const before = this.map.get(name)?.value?.length ?? 0;
    if (variable) this.map.set(name, variable);
    else this.map.delete(name);
    this.account((variable?.value?.length ?? 0) - before);
  }

  /** All of them, by name. */
  sorted(): [string, Variable][] {
    return [...this.map].sort(([one], [other]) => (one < other ? -1 : 1));
  }

  /** What programs are given. */
  environment(): Map<string, string> {
    const exported = new Map<string, string>();
    for (const [name, { value, isExported }] of this.map) if (isExported && value !== undefined) exported.set(name, value);
    return exported;
  }
}
